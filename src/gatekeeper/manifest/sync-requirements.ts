/**
 * What a template says it needs synced: the annotation `metadata.gatekeeper.sh/requires-sync-data`, a list (all) of lists (any) of clauses.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/sync#inspecting-required-sync-data
 */
import { isPlainObject, parseJson, quote, type Value } from "../../rego/index.ts";
import { checkDecode, type DecodeType, TEXTS } from "../kube/decode.ts";
import type { Gvk } from "../kube/gvk.ts";
import { fieldOf, type KubeObject, stringMapAt } from "../kube/object.ts";

/** Kinds any one of which is enough. */
export type SyncRequirement = readonly Gvk[];

/** The annotation. */
export const SYNC_ANNOTATION = "metadata.gatekeeper.sh/requires-sync-data";

const CLAUSE: DecodeType = {
  kind: "record",
  name: "GVKClause",
  go: "parser.GVKClause",
  fields: { groups: TEXTS, versions: TEXTS, kinds: TEXTS },
};
const REQUIREMENTS: DecodeType = {
  kind: "list",
  of: { kind: "list", of: CLAUSE, go: "[]parser.GVKClause" },
  go: "parser.CompactSyncRequirements",
};
const CLAUSE_FIELDS = ["groups", "versions", "kinds"];

/** Reads the requirements of a template, or says what is wrong with its annotation. */
export function readSyncRequirements(
  template: KubeObject,
): { readonly requirements: readonly SyncRequirement[] } | { readonly error: string } {
  const text = stringMapAt(template, "metadata", "annotations").get(SYNC_ANNOTATION);
  if (text === undefined) return { requirements: [] };
  const json = parseJson(text.replace(/^[\n"]+|[\n"]+$/g, ""));
  if (json.kind === "error") return { error: json.message };
  const error = checkDecode(json.value, REQUIREMENTS) ?? unknownField(json.value);
  if (error !== undefined) return { error };
  return { requirements: listOf(json.value).map((clauses) => uniqueKinds(listOf(clauses).flatMap(expandClause))) };
}

function unknownField(value: Value): string | undefined {
  for (const clauses of listOf(value)) {
    for (const clause of listOf(clauses)) {
      const unknown = isPlainObject(clause) ? Object.keys(clause).find((key) => !CLAUSE_FIELDS.includes(key)) : undefined;
      if (unknown !== undefined) return `json: unknown field ${quote(unknown)}`;
    }
  }
  return undefined;
}

function expandClause(clause: Value): readonly Gvk[] {
  const texts = (key: string): readonly string[] => listOf(fieldOf(clause, key)).filter((text) => typeof text === "string");
  return texts("groups").flatMap((group) =>
    texts("versions").flatMap((version) => texts("kinds").map((kind) => ({ group, version, kind }))),
  );
}

function uniqueKinds(kinds: readonly Gvk[]): SyncRequirement {
  return [...new Map(kinds.map((gvk) => [requirementText(gvk), gvk])).values()];
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** Returns a kind as the messages about requirements write it. */
export function requirementText({ group, version, kind }: Gvk): string {
  return `${group}/${version}:${kind}`;
}
