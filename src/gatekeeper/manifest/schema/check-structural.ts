/**
 * Checks that a schema is structural: every field's type is said outside of the value rules, and the rules under `allOf`, `anyOf`, `oneOf`
 * and `not` only restrict. A schema and its path in, complaints out, sorted. (Kubernetes also wants each field that such a rule names at the
 * root of the resource to be named outside; the root of a constraint's schema is ours and has no such rule.)
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import { compileRegex, RegexError } from "../../../rego/index.ts";
import { forbiddenField, invalidField, requiredField } from "../../kube/field-error.ts";
import { stringAt } from "../../kube/object.ts";
import { RULES, rulesOf } from "./rules.ts";
import type { Schema } from "./schema.ts";

/** Where a schema stands. */
export type Level = "root" | "item" | "field";

const LEVEL_NAMES = { root: "at the root", item: "for specified array items", field: "for specified object fields" } as const;

/** Returns what keeps a schema from being structural. */
export function checkStructural(schema: Schema, level: Level, path: string): readonly string[] {
  const lines: string[] = [];
  checkSchema(schema, level, path, lines);
  return lines.sort(compareStrings);
}

function checkSchema(schema: Schema, level: Level, path: string, lines: string[]): void {
  if (schema.type === "array" && schema.items === undefined) lines.push(requiredField(`${path}.items`, "must be specified"));
  if (schema.items !== undefined) checkSchema(schema.items, "item", `${path}.items`, lines);
  for (const [key, property] of schema.properties) checkSchema(property, "field", `${path}.properties[${key}]`, lines);
  if (typeof schema.additionalProperties === "object") {
    checkSchema(schema.additionalProperties, "field", `${path}.additionalProperties`, lines);
  }
  if (level === "root" && schema.additionalProperties !== undefined) {
    lines.push(forbiddenField(`${path}.additionalProperties`, "must not be used at the root"));
  }
  checkExtensions(schema, path, lines);
  checkRules(schema, level, path, lines);
  checkType(schema, level, path, lines);
}

function checkExtensions(schema: Schema, path: string, lines: string[]): void {
  if (schema.intOrString && schema.preserveUnknownFields) {
    lines.push(invalidField(`${path}.x-kubernetes-preserve-unknown-fields`, true, "must be false if x-kubernetes-int-or-string is true"));
  }
  if (schema.intOrString && schema.embeddedResource) {
    lines.push(invalidField(`${path}.x-kubernetes-embedded-resource`, true, "must be false if x-kubernetes-int-or-string is true"));
  }
  if (schema.embeddedResource && !schema.preserveUnknownFields && schema.properties.size === 0) {
    const detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    lines.push(requiredField(`${path}.properties`, detail));
  }
}

function checkType(schema: Schema, level: Level, path: string, lines: string[]): void {
  const at = `${path}.type`;
  if (schema.embeddedResource && schema.type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    lines.push(schema.type === "" ? requiredField(at, detail) : invalidField(at, schema.type, detail));
  } else if (schema.type === "" && !schema.intOrString && !schema.preserveUnknownFields) {
    lines.push(requiredField(at, `must not be empty ${LEVEL_NAMES[level]}`));
  }
  if (level === "root" && schema.type !== "" && schema.type !== "object")
    lines.push(invalidField(at, schema.type, "must be object at the root"));
}

/** Checks the value rules, where only restrictions are allowed. */
function checkRules(schema: Schema, level: Level, path: string, lines: string[]): void {
  if (!isIntOrString(schema.anyOf)) checkNestedList(schema.anyOf, level, `${path}.anyOf`, lines);
  for (const [i, nested] of schema.allOf.entries()) {
    checkNested(nested, level, `${path}.allOf[${i}]`, lines, i === 0 && isIntOrString(nested.anyOf));
  }
  checkNestedList(schema.oneOf, level, `${path}.oneOf`, lines);
  if (schema.not !== undefined) checkNested(schema.not, level, `${path}.not`, lines);
  if (schema.pattern === "") return;
  const regex = compileRegex(schema.pattern);
  if (!(regex instanceof RegexError)) return;
  const detail = `must be a valid regular expression, but isn't: ${regex.message}`;
  lines.push(invalidField(`${path}.pattern`, schema.pattern, detail));
}

function isIntOrString(schemas: readonly Schema[]): boolean {
  return schemas.length === 2 && schemas[0]?.type === "integer" && schemas[1]?.type === "string";
}

function checkNestedList(schemas: readonly Schema[], level: Level, path: string, lines: string[]): void {
  for (const [i, nested] of schemas.entries()) checkNested(nested, level, `${path}[${i}]`, lines);
}

function checkNested(schema: Schema, level: Level, path: string, lines: string[], skipAnyOf = false): void {
  checkRules(skipAnyOf ? { ...schema, anyOf: [] } : schema, level, path, lines);
  if (schema.items !== undefined) checkNested(schema.items, level, `${path}.items`, lines);
  for (const [key, property] of schema.properties) checkNested(property, "field", `${path}.properties[${key}]`, lines);
  for (const [field, says, detail] of FORBIDDEN_WHEN_NESTED) {
    if (says(schema)) lines.push(forbiddenField(`${path}.${field}`, `${detail} to be structural`));
  }
  if (schema.properties.has("metadata"))
    lines.push(forbiddenField(`${path}.properties[metadata]`, "must not be specified in a nested context"));
}

const FORBIDDEN_WHEN_NESTED: readonly (readonly [field: string, says: (schema: Schema) => boolean, detail: string])[] = [
  ["type", (schema) => schema.type !== "", "must be empty"],
  ["additionalProperties", (schema) => schema.additionalProperties !== undefined, "must be undefined"],
  ["default", (schema) => schema.default !== undefined, "must be undefined"],
  ["title", (schema) => stringAt(schema.source, "title") !== "", "must be empty"],
  ["description", (schema) => stringAt(schema.source, "description") !== "", "must be empty"],
  ["nullable", (schema) => schema.nullable, "must be false"],
  ["x-kubernetes-preserve-unknown-fields", (schema) => schema.preserveUnknownFields, "must be false"],
  ["x-kubernetes-embedded-resource", (schema) => schema.embeddedResource, "must be false"],
  ["x-kubernetes-int-or-string", (schema) => schema.intOrString, "must be false"],
  ["x-kubernetes-list-map-keys", (schema) => schema.listMapKeys.length > 0, "must be empty"],
  ["x-kubernetes-list-type", (schema) => schema.listType !== undefined, "must be undefined"],
  ["x-kubernetes-map-type", (schema) => schema.mapType !== undefined, "must be undefined"],
  [RULES, (schema) => rulesOf(schema).length > 0, "must be empty"],
];
