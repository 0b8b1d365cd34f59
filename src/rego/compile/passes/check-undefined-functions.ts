/** Pass `check-undefined-functions`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkUndefinedFunctions(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkQueryUndefinedFunctions(_query: QueryCompilation): void {}
