/** Pass `rewrite-equals`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteEquals(_compilation: Compilation): void {}
