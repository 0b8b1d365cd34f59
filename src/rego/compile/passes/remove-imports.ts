/** Drops imports: every name that they brought in is resolved by now. */
import type { Compilation } from "../compilation.ts";

/** Removes the imports of all modules. */
export function removeImports(compilation: Compilation): void {
  for (const state of compilation.modules) {
    if (state.module.imports.length > 0) state.module = { ...state.module, imports: [] };
  }
}
