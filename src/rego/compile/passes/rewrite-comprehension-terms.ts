/** Pass `rewrite-comprehension-terms`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteComprehensionTerms(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryComprehensionTerms(_query: QueryCompilation): void {}
