/** Pass `initialize-names`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function initializeNames(_compilation: Compilation): void {}
