/** Pass `remove-imports`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function removeImports(_compilation: Compilation): void {}
