/** Pass `rewrite-template-strings`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteTemplateStrings(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function rewriteQueryTemplateStrings(_query: QueryCompilation): void {}
