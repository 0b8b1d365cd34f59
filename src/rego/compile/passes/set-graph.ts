/** Pass `set-graph`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function setGraph(_compilation: Compilation): void {}
