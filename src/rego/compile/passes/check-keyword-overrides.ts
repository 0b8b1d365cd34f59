/** Pass `check-keyword-overrides`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkKeywordOverrides(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkQueryKeywordOverrides(_query: QueryCompilation): void {}
