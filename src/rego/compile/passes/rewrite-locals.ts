/** Pass `rewrite-locals`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteLocals(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryLocals(_query: QueryCompilation): void {}
