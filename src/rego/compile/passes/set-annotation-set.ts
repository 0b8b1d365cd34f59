/** Pass `set-annotation-set`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function setAnnotationSet(_compilation: Compilation): void {}
