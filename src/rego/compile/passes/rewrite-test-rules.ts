/** Pass `rewrite-test-rules`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteTestRules(_compilation: Compilation): void {}
