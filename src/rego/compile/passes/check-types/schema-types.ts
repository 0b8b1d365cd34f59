/**
 * Turns a JSON Schema into a type (https://www.openpolicyagent.org/docs/latest/policy-language/#schema). An object with properties has
 * exactly those: that makes a misspelt one an error. `anyOf` is a union, `allOf` a merge of schemas of one type, a definition that
 * refers to itself a recursive type. Other keywords say nothing about types.
 */
import { parseSchema } from "../../../builtins/json-schema/parse.ts";
import { SchemaError, type SubSchema } from "../../../builtins/json-schema/schema.ts";
import type { MaybeType, RecursiveType } from "../../../types/type.ts";
import { anyType, arrayOfAny, arrayType, booleanType, numberType, objectOfAny, objectType, stringType } from "../../../types/type.ts";
import { unionTypes } from "../../../types/union.ts";
import type { Value } from "../../../values/value.ts";

/** A type, or why there is none. */
export type SchemaType = { readonly type: MaybeType } | { readonly error: string };

/** Returns the type of the documents that a schema describes. Schemas elsewhere cannot be read while compiling. */
export function typeOfSchema(document: Value | undefined): SchemaType {
  if (document === undefined || document === null) return { error: "no schema as input to compile" };
  try {
    const schema = parseSchema(document, (url) => {
      throw new SchemaError(`remote reference loading disabled: ${url}`);
    });
    return { type: convert(new Map(), schema) };
  } catch (problem) {
    if (problem instanceof MergeProblem) return { error: `type checking: ${problem.message}` };
    if (problem instanceof SchemaError) return { error: `unable to compile the schema: ${problem.message}` };
    throw problem;
  }
}

class MergeProblem extends Error {}

/** What a type is made of. */
type Shape = Pick<SubSchema, "types" | "properties" | "anyOf" | "allOf" | "reference" | "referenceName" | "items">;

interface Definition {
  type: MaybeType;
  recursive: RecursiveType | undefined;
  done: boolean;
}

type Definitions = Map<string, Definition>;

function convert(definitions: Definitions, schema: Shape): MaybeType {
  if (schema.reference) return convertReference(definitions, schema.referenceName ?? "", schema.reference);
  if (schema.anyOf.length > 0) return convertAnyOf(definitions, schema);
  if (schema.allOf.length > 0) return convertAllOf(definitions, schema);
  return convertTyped(definitions, schema);
}

// A reference met while its definition is still being converted is the recursion.
function convertReference(definitions: Definitions, name: string, target: Shape): MaybeType {
  const known = definitions.get(name);
  if (known?.done) return known.type;
  if (known) {
    known.recursive ??= { kind: "recursive", name, target: undefined };
    return known.recursive;
  }
  const definition: Definition = { type: undefined, recursive: undefined, done: false };
  definitions.set(name, definition);
  definition.type = convert(definitions, target);
  definition.done = true;
  if (definition.recursive) definition.recursive.target = definition.type;
  return definition.type;
}

// What stands beside `anyOf` counts only when it is an object with known properties.
function convertAnyOf(definitions: Definitions, schema: Shape): MaybeType {
  let union: MaybeType;
  if (schema.types.length > 0) {
    const core = convert(definitions, { ...schema, anyOf: [] });
    if (core?.kind === "object" && core.properties.length > 0 && !core.rest) union = core;
  }
  for (const option of schema.anyOf) union = unionTypes(convert(definitions, option), union);
  return union;
}

function convertAllOf(definitions: Definitions, schema: Shape): MaybeType {
  const parts = schema.allOf.map(followReferences).filter((part) => !isOnlyAnyOf(part));
  if (parts.length === 0) return anyType;
  const merged = mergeSchemas(parts);
  if (schema.types.length > 0) {
    const bothHave = (type: string): boolean => schema.types.includes(type) && merged.types.includes(type);
    if (bothHave("object") || bothHave("array")) return convert(definitions, mergeSchemas([merged, { ...schema, allOf: [] }]));
    if (typesText(schema) !== typesText(merged)) throw new MergeProblem("unable to merge these schemas");
  }
  return convert(definitions, merged);
}

function followReferences(schema: Shape): Shape {
  const seen = new Set<Shape>();
  let at = schema;
  while (at.reference && !seen.has(at)) {
    seen.add(at);
    at = at.reference;
  }
  return at;
}

function itemsOf(schema: Shape): readonly Shape[] {
  return schema.items?.schemas ?? [];
}

function isOnlyAnyOf(schema: Shape): boolean {
  return schema.types.length === 0 && schema.anyOf.length > 0 && schema.properties.length === 0 && itemsOf(schema).length === 0;
}

function withImpliedType(schema: Shape): Shape {
  const implied = schema.properties.length > 0 ? "object" : itemsOf(schema).length > 0 ? "array" : undefined;
  return implied === undefined || schema.types.includes(implied) ? schema : { ...schema, types: [...schema.types, implied] };
}

function mergeSchemas(schemas: readonly Shape[]): Shape {
  return schemas.map(withImpliedType).reduce(mergeTwo);
}

function mergeTwo(merged: Shape, next: Shape): Shape {
  if (typesText(merged) !== typesText(next)) {
    throw new MergeProblem(`unable to merge these schemas: type mismatch: ${typesText(merged)} and ${typesText(next)}`);
  }
  if (merged.types.includes("object") && merged.properties.length > 0 && next.properties.length > 0) {
    return { ...merged, properties: merged.properties.concat(next.properties) };
  }
  if (merged.types.includes("array") && merged.items && next.items) {
    const schemas = mergeItems(merged.items.schemas, next.items.schemas);
    return { ...merged, items: { single: merged.items.single, schemas } };
  }
  return merged;
}

function mergeItems(a: readonly SubSchema[], b: readonly SubSchema[]): readonly SubSchema[] {
  for (const [at, item] of b.entries()) {
    const other = a[at];
    if (other && typesText(other) !== typesText(item)) throw new MergeProblem("unable to merge these schemas");
  }
  return [...a, ...b.slice(a.length)];
}

function typesText({ types }: Shape): string {
  if (types.length === 0) return "undefined";
  return types.length === 1 ? types.join("") : `[${types.join(",")}]`;
}

// Of several types the first in this order counts; without one, what is described tells; null alone says nothing.
function convertTyped(definitions: Definitions, schema: Shape): MaybeType {
  const { types } = schema;
  if (types.includes("boolean")) return booleanType;
  if (types.includes("string")) return stringType;
  if (types.includes("integer") || types.includes("number")) return numberType;
  if (types.includes("object")) return convertObject(definitions, schema);
  if (types.includes("array")) return convertArray(definitions, schema);
  if (schema.properties.length > 0) return convertObject(definitions, schema);
  return itemsOf(schema).length > 0 ? convertArray(definitions, schema) : anyType;
}

function convertObject(definitions: Definitions, { properties }: Shape): MaybeType {
  if (properties.length === 0) return objectOfAny;
  return objectType(
    properties.map(([name, schema]) => ({ key: name, type: convert(definitions, schema) })),
    undefined,
  );
}

function convertArray(definitions: Definitions, schema: Shape): MaybeType {
  const types = itemsOf(schema).map((item) => convert(definitions, item));
  if (types.length === 0) return arrayOfAny;
  return schema.items?.single ? arrayType([], types[0]) : arrayType(types, undefined);
}
