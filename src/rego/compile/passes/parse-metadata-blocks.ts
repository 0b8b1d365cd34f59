/**
 * Pass `ParseMetadataBlocks`: when a policy asks for its metadata, the annotations of modules that were parsed without them are read now.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#metadata
 */
import { annotateModule } from "../../syntax/parser.ts";
import type { Compilation } from "../compilation.ts";
import { asksForMetadata } from "./rewrite-metadata-calls.ts";

/** Reads the annotations of all modules if a rule of any module asks for metadata. */
export function parseMetadataBlocks(compilation: Compilation): void {
  if (!compilation.modules.some(asksForMetadata)) return;
  for (const state of compilation.modules) {
    if (state.module.annotations.length > 0) continue;
    const { module, diagnostics } = annotateModule(state.parsed);
    if (!compilation.report(...diagnostics)) return;
    if (!module || module.annotations.length === 0) continue;
    state.module = { ...state.module, annotations: module.annotations };
    state.rules = state.rules.map((rule, index) => ({ ...rule, annotations: module.rules[index]?.annotations ?? [] }));
  }
}
