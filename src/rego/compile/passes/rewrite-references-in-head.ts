/** Pass `rewrite-references-in-head`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteReferencesInHead(_compilation: Compilation): void {}
