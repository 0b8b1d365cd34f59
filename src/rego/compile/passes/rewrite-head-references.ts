/** Pass `rewrite-head-references`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteHeadReferences(_compilation: Compilation): void {}
