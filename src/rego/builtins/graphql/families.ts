/** The GraphQL builtins, gathered for the door beside this room's. */
import type { Builtin } from "../define.ts";

/** All of them. */
export const graphqlBuiltins: readonly Builtin[] = [];
