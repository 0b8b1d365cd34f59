/**
 * Fills in a schema's defaults: a value in, the same value or a copy with the defaults out. A null where null is not allowed counts as missing.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
import { isPlainObject, type PlainObject, setKey, type Value } from "../../../rego/index.ts";
import { fieldOf } from "../../kube/object.ts";
import type { Schema } from "./schema.ts";

/** Returns the value with every default of the schema in place. */
export function applyDefaults(value: Value, schema: Schema): Value {
  if (Array.isArray(value)) return defaultItems(value, schema.items);
  return isPlainObject(value) ? defaultFields(value, schema) : value;
}

function defaultItems(list: readonly Value[], items: Schema | undefined): Value {
  if (items === undefined) return list;
  let copy: Value[] | undefined;
  for (const [i, item] of list.entries()) {
    const filled = applyDefaults(isUnwantedNull(item, items) ? (items.default ?? null) : item, items);
    if (filled === item) continue;
    copy ??= [...list];
    copy[i] = filled;
  }
  return copy ?? list;
}

function defaultFields(object: PlainObject, schema: Schema): Value {
  const copy: { [key: string]: Value } = {};
  let changed = false;
  for (const [key, value] of Object.entries(object)) {
    const filled = defaultField(key, value, schema);
    changed ||= filled !== value;
    setKey(copy, key, filled);
  }
  for (const [key, property] of schema.properties) {
    if (property.default === undefined || fieldOf(object, key) !== undefined) continue;
    changed = true;
    setKey(copy, key, applyDefaults(property.default, property));
  }
  return changed ? copy : object;
}

function defaultField(key: string, value: Value, schema: Schema): Value {
  const property = schema.properties.get(key);
  if (property !== undefined) {
    const start = isUnwantedNull(value, property) && property.default !== undefined ? property.default : value;
    return applyDefaults(start, property);
  }
  const additional = schema.additionalProperties;
  if (additional === undefined || typeof additional === "boolean") return value;
  return applyDefaults(isUnwantedNull(value, additional) ? (additional.default ?? null) : value, additional);
}

function isUnwantedNull(value: Value, schema: Schema): boolean {
  return value === null && !schema.nullable;
}
