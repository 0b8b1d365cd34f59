/** Pass `check-duplicate-imports`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkDuplicateImports(_compilation: Compilation): void {}
