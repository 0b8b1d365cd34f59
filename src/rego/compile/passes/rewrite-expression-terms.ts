/** Pass `rewrite-expression-terms`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteExpressionTerms(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryExpressionTerms(_query: QueryCompilation): void {}
