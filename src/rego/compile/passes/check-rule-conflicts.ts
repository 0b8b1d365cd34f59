/** Pass `check-rule-conflicts`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function checkRuleConflicts(_compilation: Compilation): void {}
