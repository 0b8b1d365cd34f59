/** The builtins that need `node:crypto`, gathered for the door beside this room's. */
import type { Builtin } from "../define.ts";

/** All of them. */
export const cryptoBuiltins: readonly Builtin[] = [];
