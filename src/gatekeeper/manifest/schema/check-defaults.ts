/**
 * Checks that the defaults in a schema obey the schema themselves. A schema and its path in, complaints out.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
import { invalidField } from "../../kube/field-error.ts";
import type { Schema } from "./schema.ts";
import { unknownFields } from "./unknown-fields.ts";
import { validateValue } from "./validate.ts";

/** Returns what is wrong with the defaults of a schema and of the schemas in its properties and items. */
export function checkDefaults(schema: Schema, path: string): readonly string[] {
  const lines: string[] = [];
  visit(schema, path, lines);
  return lines;
}

function visit(schema: Schema, path: string, lines: string[]): void {
  if (schema.default !== undefined) {
    const at = `${path}.default`;
    // Only objects and lists can have unknown fields; the root's own `metadata` is none of a parameter's business.
    const unknown = unknownFields([schema.default], { ...schema, type: "array", items: schema, preserveUnknownFields: false });
    if (unknown.length > 0) lines.push(invalidField(at, schema.default, "must not have unknown fields"));
    lines.push(...validateValue(schema.default, schema, at, "integers"));
  }
  if (schema.items !== undefined) visit(schema.items, `${path}.items`, lines);
  for (const [key, property] of schema.properties) visit(property, `${path}.properties[${key}]`, lines);
}
