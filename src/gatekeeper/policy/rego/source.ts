/**
 * Reads the `source` of a Rego code entry: the module, its libraries and its dialect, with the original's complaints.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { isPlainObject, type Value } from "../../../rego/index.ts";
import { accessField, accessorError, accessString, goTypeName, goValueText } from "../../kube/go-text.ts";

/** What a template's Rego consists of. */
export interface RegoSource {
  readonly rego: string;
  readonly libs: readonly string[];
  readonly dialect: "v0" | "v1";
}

/** Reads a source. Any version but `v1` means the old dialect. */
export function readRegoSource(source: Value | undefined): RegoSource | { readonly error: string } {
  // The original crashes on a missing source; the specification of its error names the field.
  if (source === undefined) return { error: "rego source missing required field: source" };
  if (!isPlainObject(source)) return { error: "could not recognize the type" };
  const rego = accessString(source, "rego");
  if ("error" in rego) return { error: `${rego.error}: while extracting Rego source` };
  if (rego.value === undefined) return { error: "rego source missing required field: rego" };
  const version = accessString(source, "version");
  if ("error" in version) return { error: `${version.error}: while extracting Rego version` };
  const libs = readLibs(source);
  if ("error" in libs) return { error: `${libs.error}: while extracting Rego libs` };
  return { rego: rego.value, libs: libs.texts, dialect: version.value === "v1" ? "v1" : "v0" };
}

function readLibs(source: Value): { readonly texts: readonly string[] } | { readonly error: string } {
  const found = accessField(source, "libs");
  if ("error" in found) return found;
  if (found.value === undefined) return { texts: [] };
  if (!Array.isArray(found.value)) return { error: accessorError(["libs"], found.value, "[]interface{}") };
  const bad = found.value.find((text) => typeof text !== "string");
  if (bad !== undefined) {
    const what = `contains non-string key in the slice: ${goValueText(bad)} is of the type ${goTypeName(bad)}, expected string`;
    return { error: `.libs accessor error: ${what}` };
  }
  return { texts: found.value.filter((text) => typeof text === "string") };
}
