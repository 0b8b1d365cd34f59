/** Pass `check-recursion`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkRecursion(_compilation: Compilation): void {}
