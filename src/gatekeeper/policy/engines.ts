/** The table of engines, and which of them a template uses: of those installed, the first in the table that it has code for. */
import { quote } from "../../rego/index.ts";
import type { TemplateCode, TemplateTarget } from "../manifest/template.ts";
import type { Engine } from "./engine.ts";

/** An engine and the code for it, or the complaint of the original. */
export type Choice = { readonly engine: Engine; readonly code: TemplateCode } | { readonly error: string };

/** Picks the engine for a target; `engines` are the installed ones, the preferred first. */
export function chooseEngine(target: TemplateTarget, engines: readonly Engine[]): Choice {
  for (const engine of engines) {
    const code = target.code.find((entry) => entry.engine === engine.name);
    if (code !== undefined) return { engine, code };
  }
  const available = engines.map((engine, i) => `${engine.name}:${i + 1}`).join(" ");
  const text = "no language driver is installed that handles this constraint template";
  return { error: `${text}: available drivers: map[${available}], wanted ${quote("")}` };
}
