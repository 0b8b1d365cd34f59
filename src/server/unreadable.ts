/** What Go's decoders say of requests that are none. The API server sends no such thing, but whoever reaches the port may. */
import { stringAt } from "../gatekeeper/index.ts";
import { isPlainObject, type PlainObject, type Value, writeJson } from "../rego/index.ts";

const PROBE = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Returns the JSON type of a value as Go's errors name it. */
export function goTypeOf(value: Value): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return isPlainObject(value) ? "object" : "number";
}

/** Returns why the object of a request cannot be decoded, if it cannot; none at all is fine. */
export function unreadableObject(request: PlainObject): string | undefined {
  const object = request["operation"] === "DELETE" ? request["oldObject"] : request["object"];
  const raw = object ?? request["oldObject"];
  if (raw === undefined || raw === null) return undefined;
  if (isPlainObject(raw)) return stringAt(raw, "kind") === "" ? `Object 'Kind' is missing in '${writeJson(raw)}'` : undefined;
  return `couldn't get version/kind; json parse error: json: cannot unmarshal ${goTypeOf(raw)} into Go value of type ${PROBE}`;
}
