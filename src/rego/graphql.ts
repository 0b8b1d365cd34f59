/** The door for the GraphQL builtins, apart because their library takes tens of milliseconds to load. */
export { graphqlBuiltins } from "./builtins/graphql/families.ts";
