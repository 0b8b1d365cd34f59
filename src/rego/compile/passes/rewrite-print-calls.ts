/** Pass `rewrite-print-calls`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewritePrintCalls(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryPrintCalls(_query: QueryCompilation): void {}
