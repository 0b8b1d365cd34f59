/**
 * Opens a schema for unknown fields, as `legacySchema: true` asks (the default of v1beta1 and v1alpha1 templates): a schema in, a copy out.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates#v1-constraint-template
 */
import { isPlainObject, type PlainObject, type Value } from "../../../rego/index.ts";
import { fieldOf, stringAt } from "../../kube/object.ts";

const PRESERVE = "x-kubernetes-preserve-unknown-fields";

/** Returns the schema with unknown fields preserved everywhere, or the error text for a list of item schemas. */
export function preserveUnknownFields(schema: PlainObject): PlainObject | { readonly error: string } {
  try {
    return open(schema, 0);
  } catch (error) {
    if (error instanceof TupleItems) return { error: "non-nil JSONSchemas encountered, multiple schemas are not supported" };
    throw error;
  }
}

class TupleItems extends Error {}

/** Deeper schemas stay as they are: see `readSchema`, which does not read them either. */
const DEPTH_LIMIT = 500;

function open(schema: PlainObject, depth: number): PlainObject {
  if (depth > DEPTH_LIMIT) return schema;
  const copy: { [key: string]: Value } = { ...schema };
  const type = stringAt(schema, "type");
  const nested = (value: Value): Value => (isPlainObject(value) ? open(value, depth + 1) : value);
  if (type === "" || type === "object") copy[PRESERVE] = true;
  const properties = fieldOf(schema, "properties");
  if (isPlainObject(properties)) copy["properties"] = mapValues(properties, nested);
  const items = fieldOf(schema, "items") ?? null;
  if (Array.isArray(items)) throw new TupleItems();
  if (items !== null) copy["items"] = nested(items);
  else if (type === "array") copy["items"] = { [PRESERVE]: true };
  const additional = fieldOf(schema, "additionalProperties");
  if (isPlainObject(additional)) copy["additionalProperties"] = nested(additional);
  return copy;
}

function mapValues(object: PlainObject, change: (value: Value) => Value): PlainObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
