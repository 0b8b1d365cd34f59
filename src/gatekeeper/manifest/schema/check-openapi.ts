/**
 * Checks which OpenAPI members a schema uses and how its Kubernetes list and map extensions fit together. A schema and its path in,
 * complaints out.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
 */
import { isPlainObject, type Value } from "../../../rego/index.ts";
import { forbiddenField, invalidField, requiredField, unsupportedField } from "../../kube/field-error.ts";
import { fieldOf } from "../../kube/object.ts";
import { RuleBudget } from "./rule-budget.ts";
import { checkRuleExpressions, checkRuleMembers, RULES, type RuleCompiler, type RulePlace, rulesOf } from "./rules.ts";
import { limitIn, readSchema, type Schema } from "./schema.ts";

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];

/** The compiler of CEL rules; none leaves them uncompiled, as for schemas whose structure is not sound. */
export interface OpenApiOptions {
  readonly compile: RuleCompiler | undefined;
  /** The path of the schema that this one is a part of, which speaks for all rules together. */
  readonly root: string;
}

/**
 * Returns what Kubernetes refuses in a schema: lines about its members first, then those about the expressions of its rules, then those
 * about what all of them cost.
 */
export function checkOpenApi(schema: Schema, path: string, { compile, root }: OpenApiOptions): readonly string[] {
  const report: Report = { lines: [], expressions: [], budget: new RuleBudget() };
  visit(schema, { path, compile, uncorrelated: undefined, occurrences: 1n }, report);
  return [...report.lines, ...report.expressions, ...report.budget.check(root)];
}

interface Report {
  readonly lines: string[];
  readonly expressions: string[];
  readonly budget: RuleBudget;
}

interface Place extends Omit<RulePlace, "compile" | "budget"> {
  readonly path: string;
  readonly compile: RuleCompiler | undefined;
}

function visit(schema: Schema, place: Place, report: Report): void {
  const { path } = place;
  const { lines } = report;
  const before = lines.length;
  checkMembers(schema, path, lines);
  if (schema.uniqueItems) {
    lines.push(forbiddenField(`${path}.uniqueItems`, "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
  }
  const { additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== true && schema.properties.size > 0) {
    lines.push(forbiddenField(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  }
  visitNested(schema, place, report);
  checkPreserve(schema, path, lines);
  checkMapType(schema, path, lines);
  checkListType(schema, path, lines);
  const at = `${path}.${RULES}`;
  for (const [i, rule] of rulesOf(schema).entries()) lines.push(...checkRuleMembers(rule, schema, `${at}[${i}]`));
  const { compile } = place;
  // Expressions are left alone where the schema that gives them their types is not sound.
  if (compile === undefined || lines.length > before) return;
  report.expressions.push(...checkRuleExpressions(schema, at, { ...place, compile, budget: report.budget }));
}

function visitNested(schema: Schema, place: Place, report: Report): void {
  const { path } = place;
  const occurrences = occurrencesIn(schema, place.occurrences);
  const below = (nested: Schema, step: string, changes: Partial<Place> = {}): void =>
    visit(nested, { ...place, occurrences, ...changes, path: `${path}.${step}` }, report);
  if (typeof schema.additionalProperties === "object") below(schema.additionalProperties, "additionalProperties");
  const uncorrelated = place.uncorrelated ?? path;
  const inProperties = schema.mapType === undefined || schema.mapType === "granular" ? {} : { uncorrelated };
  for (const [key, property] of schema.properties) below(property, `properties[${key}]`, inProperties);
  if (schema.not !== undefined) below(schema.not, "not", { compile: undefined });
  for (const name of ["allOf", "oneOf", "anyOf"] as const) {
    for (const [i, nested] of schema[name].entries()) below(nested, `${name}[${i}]`, { compile: undefined });
  }
  const inItems = schema.listType === "map" ? {} : { uncorrelated };
  if (schema.items !== undefined) below(schema.items, "items", inItems);
  const tuple = fieldOf(schema.source, "items");
  if (!Array.isArray(tuple)) return;
  for (const [i, item] of (tuple as readonly Value[]).entries()) if (isPlainObject(item)) below(readSchema(item), `items[${i}]`, inItems);
}

/** How many values there can be in so many of a schema. */
function occurrencesIn(schema: Schema, outer: bigint | undefined): bigint | undefined {
  if (schema.type !== "array" && (schema.type !== "object" || schema.additionalProperties === undefined)) return outer;
  const limit = limitIn(schema, schema.type === "array" ? "maxItems" : "maxProperties");
  return outer === undefined || limit === undefined ? undefined : outer * limit;
}

/** Members of OpenAPI that Kubernetes does not support, in the order in which it speaks of them. */
const UNSUPPORTED = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"];

/** Tells whether Kubernetes can make sense of a schema at all; only then does it look at its structure. */
export function isConvertible(schema: Schema): boolean {
  const { additionalProperties, items, not } = schema;
  if (schema.tupleItems || schema.type === "null" || fieldOf(schema.source, "x-kubernetes-preserve-unknown-fields") === false) return false;
  if (UNSUPPORTED.some((name) => (fieldOf(schema.source, name) ?? "") !== "")) return false;
  const nested = [...schema.properties.values(), ...schema.allOf, ...schema.anyOf, ...schema.oneOf];
  if (typeof additionalProperties === "object") nested.push(additionalProperties);
  if (items !== undefined) nested.push(items);
  if (not !== undefined) nested.push(not);
  return nested.every(isConvertible);
}

function checkMembers(schema: Schema, path: string, lines: string[]): void {
  if (schema.type !== "" && !TYPES.includes(schema.type)) lines.push(unsupportedField(`${path}.type`, schema.type, TYPES));
  for (const name of UNSUPPORTED) {
    const value = fieldOf(schema.source, name) ?? "";
    if (value !== "") lines.push(forbiddenField(`${path}.${name}`, `${name} is not supported`));
  }
  if (schema.type === "null") lines.push(forbiddenField(`${path}.type`, "type cannot be set to null, use nullable as an alternative"));
  if (schema.tupleItems) lines.push(forbiddenField(`${path}.items`, "items must be a schema object and not an array"));
}

function checkPreserve(schema: Schema, path: string, lines: string[]): void {
  const name = "x-kubernetes-preserve-unknown-fields";
  if (fieldOf(schema.source, name) === false) lines.push(invalidField(`${path}.${name}`, false, "must be true or undefined"));
}

function checkMapType(schema: Schema, path: string, lines: string[]): void {
  const { mapType, type } = schema;
  if (mapType === undefined) return;
  const detail = "must be object if x-kubernetes-map-type is specified";
  if (type === "") lines.push(requiredField(`${path}.type`, detail));
  else if (type !== "object") lines.push(invalidField(`${path}.type`, type, detail));
  if (mapType !== "atomic" && mapType !== "granular") {
    lines.push(unsupportedField(`${path}.x-kubernetes-map-type`, mapType, ["atomic", "granular"]));
  }
}

function checkListType(schema: Schema, path: string, lines: string[]): void {
  const { listType, type, items, listMapKeys } = schema;
  if (listType !== undefined && type !== "array") {
    const detail = "must be array if x-kubernetes-list-type is specified";
    lines.push(type === "" ? requiredField(`${path}.type`, detail) : invalidField(`${path}.type`, type, detail));
  } else if (listType === "set" && items !== undefined) checkSetItems(items, `${path}.items`, lines);
  const at = `${path}.x-kubernetes-list-type`;
  if (listType !== undefined && !["atomic", "set", "map"].includes(listType))
    lines.push(unsupportedField(at, listType, ["atomic", "set", "map"]));
  if (listMapKeys.length > 0 && listType !== "map") {
    const detail = "must be map if x-kubernetes-list-map-keys is non-empty";
    lines.push(listType === undefined ? requiredField(at, detail) : invalidField(at, listType, detail));
  }
  if (listType === "map") checkMapList(schema, path, lines);
}

function checkSetItems(items: Schema, path: string, lines: string[]): void {
  const detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
  if (items.type === "array" && items.listType !== undefined && items.listType !== "atomic") {
    lines.push(invalidField(`${path}.x-kubernetes-list-type`, items.listType, detail));
  }
  if (items.type === "object" && items.mapType !== "atomic") {
    lines.push(invalidField(`${path}.x-kubernetes-map-type`, items.listType ?? null, detail));
  }
}

function checkMapList({ items, listMapKeys }: Schema, path: string, lines: string[]): void {
  const keysAt = `${path}.x-kubernetes-list-map-keys`;
  if (listMapKeys.length === 0) lines.push(requiredField(keysAt, "must not be empty if x-kubernetes-list-type is map"));
  if (items === undefined) {
    lines.push(requiredField(`${path}.items`, "must have a schema if x-kubernetes-list-type is map"));
    return;
  }
  if (items.type !== "object") {
    lines.push(invalidField(`${path}.items.type`, items.type, "must be object if parent array's x-kubernetes-list-type is map"));
    return;
  }
  for (const [i, key] of listMapKeys.entries()) {
    const property = items.properties.get(key);
    if (property === undefined) lines.push(invalidField(keysAt, listMapKeys, "entries must all be names of item properties"));
    else if (property.type === "array" || property.type === "object") {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      lines.push(invalidField(`${path}.items.properties[${key}].type`, items.type, detail));
    }
    if (listMapKeys.indexOf(key) < i) lines.push(invalidField(keysAt, listMapKeys, "must not contain duplicate entries"));
  }
}
