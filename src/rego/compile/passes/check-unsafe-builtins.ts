/** Pass `check-unsafe-builtins`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkUnsafeBuiltins(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkQueryUnsafeBuiltins(_query: QueryCompilation): void {}
