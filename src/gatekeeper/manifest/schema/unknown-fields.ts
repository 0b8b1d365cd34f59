/**
 * Finds the fields that a schema does not know: an object in, their paths out, sorted. Gatekeeper refuses a constraint that has any.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import { isPlainObject, type Value } from "../../../rego/index.ts";
import type { Schema } from "./schema.ts";

const RESOURCE_FIELDS = new Set(["apiVersion", "kind", "metadata"]);

/** Returns the paths of unknown fields; at the root `apiVersion`, `kind` and `metadata` are always known. */
export function unknownFields(value: Value, schema: Schema): readonly string[] {
  const found: string[] = [];
  visit(value, { ...schema, embeddedResource: true }, "", found);
  return found.sort(compareStrings);
}

function visit(value: Value, schema: Schema | undefined, path: string, found: string[]): void {
  if (Array.isArray(value)) {
    if (schema?.preserveUnknownFields && schema.items === undefined) return;
    // A preserved list preserves its items too; what the item schema names is still checked.
    const items =
      schema?.preserveUnknownFields && schema.items !== undefined ? { ...schema.items, preserveUnknownFields: true } : schema?.items;
    for (const [i, item] of value.entries()) visit(item, items, `${path}[${i}]`, found);
    return;
  }
  if (!isPlainObject(value)) return;
  for (const [key, field] of Object.entries(value)) visitField(key, field, schema, path, found);
}

function visitField(key: string, field: Value, schema: Schema | undefined, path: string, found: string[]): void {
  const at = path === "" ? key : `${path}.${key}`;
  if (schema?.embeddedResource && RESOURCE_FIELDS.has(key)) return;
  const rules = schema?.properties.get(key) ?? schema?.additionalProperties;
  if (rules !== undefined && rules !== false) visit(field, rules === true ? undefined : rules, at, found);
  else if (!schema?.preserveUnknownFields) found.push(at);
}
