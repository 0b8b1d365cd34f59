/**
 * Writes what traces show: of a review its target, the steps of its policies and its results; of everything that is loaded the policies' code and
 * what they can read. https://open-policy-agent.github.io/gatekeeper/website/docs/debug
 */
import { isPlainObject, type PlainObject, type Value, writeJson } from "../../rego/index.ts";
import { fieldOf } from "../kube/object.ts";
import { TARGET } from "../policy/compile-template.ts";
import { constraintsOf, type PolicySet } from "../state/policy-set.ts";
import type { Result } from "./verdict.ts";

/** Returns the dump. The results are written as JSON, where the original writes Go's own dump of its structures. */
export function traceDump(results: readonly Result[], trace: string | undefined): string {
  const head = trace === undefined ? (results.length > 0 ? "Trace: TRACING DISABLED\n\n" : "") : `Trace:\n${trace}\n\n`;
  const dumps = results.map((result, i) => `Result(${i}):\n${writeJson(dumpOf(result), { indent: "  " })}\n\n`);
  return `Target: ${TARGET}\n${head}${dumps.join("")}\n\n`;
}

/** Returns the code of all templates in Rego as their authors wrote it, and the data that it can read. */
export function policyDump(set: PolicySet): string {
  const modules: Record<string, PlainObject> = {};
  for (const { template } of set.templates.values()) {
    const code = regoOf(template.targets.flatMap((target) => target.code));
    if (code !== undefined) modules[template.kind] = code;
  }
  const constraints: Record<string, Record<string, Value>> = {};
  for (const { kind, name, parameters } of constraintsOf(set)) {
    constraints[kind] ??= {};
    constraints[kind][name] = parameters ?? {};
  }
  const dump = { [TARGET]: { data: { constraints, inventory: set.inventory.data() }, modules } };
  return `DRIVER: Rego:\n\n${writeJson(dump, { indent: "   " })}\n\n`;
}

/** The modules of a template by the names that errors give them. */
function regoOf(code: readonly { readonly engine: string; readonly source: Value | undefined }[]): PlainObject | undefined {
  const source = code.find(({ engine }) => engine === "Rego")?.source;
  if (!isPlainObject(source)) return undefined;
  const libs = fieldOf(source, "libs");
  const named = (Array.isArray(libs) ? libs : []).map((text, i): readonly [string, Value] => [`libs["lib_${i}"]`, text]);
  return Object.fromEntries([["template", source["rego"] ?? ""], ...named]);
}

function dumpOf({ target, msg, metadata, constraint, action, scopedActions }: Result): Parameters<typeof writeJson>[0] {
  return { target, msg, metadata: metadata ?? null, constraint, enforcementAction: action, scopedActions };
}
