/** Pass `rewrite-with-values`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteWithValues(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryWithValues(_query: QueryCompilation): void {}
