/** Pass `check-deprecated-builtins`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkDeprecatedBuiltins(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkQueryDeprecatedBuiltins(_query: QueryCompilation): void {}
