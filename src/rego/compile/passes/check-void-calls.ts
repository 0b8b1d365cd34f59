/** Pass `check-void-calls`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkVoidCalls(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkQueryVoidCalls(_query: QueryCompilation): void {}
