/** Pass `check-safety-of-heads`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkSafetyOfHeads(_compilation: Compilation): void {}
