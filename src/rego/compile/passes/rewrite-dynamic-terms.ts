/** Pass `rewrite-dynamic-terms`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteDynamicTerms(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryDynamicTerms(_query: QueryCompilation): void {}
