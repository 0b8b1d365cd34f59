/** Pass `set-rule-tree`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function setRuleTree(_compilation: Compilation): void {}
