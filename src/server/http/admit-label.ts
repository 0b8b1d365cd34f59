/**
 * `/v1/admitlabel`: only exempt namespaces may carry the label that switches Gatekeeper off for them.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces
 */
import { type AdmissionResponse, stringAt } from "../../gatekeeper/index.ts";
import { isPlainObject, type PlainObject, type Value, writeJson } from "../../rego/index.ts";
import { goTypeOf } from "../unreadable.ts";

/** Which namespaces may carry the label. */
export interface Exemptions {
  readonly names: ReadonlySet<string>;
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
}

const LABEL = "admission.gatekeeper.sh/ignore";

/** Decides about one request. */
export function admitLabel(request: PlainObject, exemptions: Exemptions): AdmissionResponse {
  const uid = String(request["uid"] ?? "");
  const allow = (message: string): AdmissionResponse => ({ uid, allowed: true, status: { metadata: {}, message, code: 200 } });
  if (request["operation"] === "DELETE") return allow("Delete is always allowed");
  const kind = request["kind"];
  if (!isPlainObject(kind) || kind["group"] !== "" || kind["kind"] !== "Namespace") return allow("Not a namespace");
  const { object } = request;
  const unreadable = unreadableObject(object);
  if (unreadable !== undefined || !isPlainObject(object)) return denied(uid, 500, `while deserializing resource: ${unreadable ?? ""}`);
  const metadata = isPlainObject(object["metadata"]) ? object["metadata"] : {};
  const name = String(metadata["name"] ?? "");
  if (
    exemptions.names.has(name) ||
    exemptions.prefixes.some((prefix) => name.startsWith(prefix)) ||
    exemptions.suffixes.some((suffix) => name.endsWith(suffix))
  )
    return allow(`Namespace ${name} is allowed to set ${LABEL}`);
  const labels = metadata["labels"];
  // Labels that are not all texts are no labels to the original, nor to the API server.
  const isLabels = isPlainObject(labels) && Object.values(labels).every((value) => typeof value === "string");
  if (isLabels && Object.hasOwn(labels, LABEL)) return denied(uid, 403, `Only exempt namespace can have the ${LABEL} label`);
  return allow(`Namespace is not setting the ${LABEL} label`);
}

/** Returns what Go's decoder says of something that is no object with a kind. */
function unreadableObject(object: Value | undefined): string | undefined {
  if (object === undefined || object === null) return "unexpected end of JSON input";
  if (isPlainObject(object)) return stringAt(object, "kind") === "" ? `Object 'Kind' is missing in '${writeJson(object)}'` : undefined;
  return `json: cannot unmarshal ${goTypeOf(object)} into Go value of type map[string]interface {}`;
}

function denied(uid: string, code: number, message: string): AdmissionResponse {
  return { uid, allowed: false, status: { metadata: {}, message, reason: "Forbidden", code } };
}
