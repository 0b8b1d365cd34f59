/** Pass `check-types`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkTypes(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkQueryTypes(_query: QueryCompilation): void {}
