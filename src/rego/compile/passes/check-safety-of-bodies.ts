/** Pass `check-safety-of-bodies`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkSafetyOfBodies(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function checkSafetyOfQuery(_query: QueryCompilation): void {}
