/** The door for the GraphQL builtins, apart because few policies need so large a family. */
export { graphqlBuiltins } from "./builtins/graphql/families.ts";
