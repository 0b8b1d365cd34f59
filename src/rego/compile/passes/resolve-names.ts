/** Pass `resolve-names`. */
import type { Compilation, QueryCompilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function resolveNames(_compilation: Compilation): void {}

/** Leaves a query as it is. */
export function resolveQueryNames(_query: QueryCompilation): void {}
