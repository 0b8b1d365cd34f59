/** Prepares the names of generated variables: those that the policy itself uses are taken. */
import type { Compilation, ModuleState } from "../compilation.ts";
import { createNames } from "../locals/local-names.ts";
import { VarCollector } from "../nodes/vars.ts";

/** Sets the generator of names. */
export function initializeNames(compilation: Compilation): void {
  const collector = new VarCollector(new Set<string>());
  for (const state of compilation.modules) {
    if (!mayUseGeneratedNames(state)) continue;
    for (const rule of state.rules) collector.rule(rule);
  }
  compilation.names = createNames(collector.found);
}

/** A text without `__local` has no such name, which spares the walk; a tree may also come without its text. */
function mayUseGeneratedNames({ module: { source } }: ModuleState): boolean {
  return source.text === "" || source.text.includes("__local");
}
