/**
 * Turns a JSON Schema into a type. An object with properties has exactly those: that makes a misspelt one an error. `anyOf` is a union,
 * `allOf` a merge of schemas of one type, a definition that refers to itself a recursive type.
 */
import type { MaybeType, RecursiveType } from "../../../types/type.ts";
import { anyType, arrayOfAny, arrayType, booleanType, numberType, objectOfAny, objectType, stringType } from "../../../types/type.ts";
import { unionTypes } from "../../../types/union.ts";
import type { JsonSchema } from "./json-schema.ts";
import { emptySchema, readSchema } from "./json-schema.ts";

/** A type, or why there is none. */
export type SchemaType = { readonly type: MaybeType } | { readonly error: string };

/** Returns the type of the documents that a schema (plain JSON) describes. */
export function typeOfSchema(document: unknown): SchemaType {
  if (document === undefined || document === null) return { error: "no schema as input to compile" };
  const read = readSchema(document);
  if ("error" in read) return read;
  try {
    return { type: convert({ definitions: new Map() }, read.schema) };
  } catch (problem) {
    if (problem instanceof MergeProblem) return { error: `type checking: ${problem.message}` };
    throw problem;
  }
}

class MergeProblem extends Error {}

interface Definition {
  type: MaybeType;
  recursive: RecursiveType | undefined;
  done: boolean;
}

interface Conversion {
  readonly definitions: Map<string, Definition>;
}

function convert(conversion: Conversion, schema: JsonSchema): MaybeType {
  if (schema.target && schema.reference !== undefined) return convertReference(conversion, schema.reference, schema.target);
  if (schema.anyOf.length > 0) return convertAnyOf(conversion, schema);
  if (schema.allOf.length > 0) return convertAllOf(conversion, schema);
  if (schema.types.length > 0) return convertTyped(conversion, schema);
  if (schema.properties.length > 0) return convertTyped(conversion, { ...schema, types: ["object"] });
  if (schema.items.length > 0) return convertTyped(conversion, { ...schema, types: ["array"] });
  return anyType;
}

// A reference met while its definition is still being converted is the recursion.
function convertReference(conversion: Conversion, name: string, target: JsonSchema): MaybeType {
  const known = conversion.definitions.get(name);
  if (known?.done) return known.type;
  if (known) {
    known.recursive ??= { kind: "recursive", name, target: undefined };
    return known.recursive;
  }
  const definition: Definition = { type: undefined, recursive: undefined, done: false };
  conversion.definitions.set(name, definition);
  definition.type = convert(conversion, target);
  definition.done = true;
  if (definition.recursive) definition.recursive.target = definition.type;
  return definition.type;
}

// What stands beside `anyOf` counts only when it is an object with known properties.
function convertAnyOf(conversion: Conversion, schema: JsonSchema): MaybeType {
  let union: MaybeType;
  if (schema.types.length > 0) {
    const core = convert(conversion, { ...schema, anyOf: [] });
    if (core?.kind === "object" && core.properties.length > 0 && !core.rest) union = core;
  }
  for (const option of schema.anyOf) union = unionTypes(convert(conversion, option), union);
  return union;
}

function convertAllOf(conversion: Conversion, schema: JsonSchema): MaybeType {
  const parts = schema.allOf.map(followReferences).filter((part) => !isOnlyAnyOf(part));
  if (parts.length === 0) return anyType;
  const merged = mergeSchemas(parts);
  if (schema.types.length > 0) {
    const bothHave = (type: string): boolean => schema.types.includes(type) && merged.types.includes(type);
    if (bothHave("object") || bothHave("array")) return convert(conversion, mergeSchemas([merged, { ...schema, allOf: [] }]));
    if (typesText(schema) !== typesText(merged)) throw new MergeProblem("unable to merge these schemas");
  }
  return convert(conversion, merged);
}

function followReferences(schema: JsonSchema): JsonSchema {
  const seen = new Set<JsonSchema>();
  let at = schema;
  while (at.target && !seen.has(at)) {
    seen.add(at);
    at = at.target;
  }
  return at;
}

function isOnlyAnyOf(schema: JsonSchema): boolean {
  return schema.types.length === 0 && schema.anyOf.length > 0 && schema.properties.length === 0 && schema.items.length === 0;
}

function withImpliedType(schema: JsonSchema): JsonSchema {
  const implied = schema.properties.length > 0 ? "object" : schema.items.length > 0 ? "array" : undefined;
  return implied === undefined || schema.types.includes(implied) ? schema : { ...schema, types: [...schema.types, implied] };
}

function mergeSchemas(schemas: readonly JsonSchema[]): JsonSchema {
  const [first = emptySchema, ...others] = schemas.map(withImpliedType);
  return others.reduce(mergeTwo, first);
}

function mergeTwo(merged: JsonSchema, next: JsonSchema): JsonSchema {
  if (typesText(merged) !== typesText(next)) {
    throw new MergeProblem(`unable to merge these schemas: type mismatch: ${typesText(merged)} and ${typesText(next)}`);
  }
  if (merged.types.includes("object") && merged.properties.length > 0 && next.properties.length > 0) {
    return { ...merged, properties: merged.properties.concat(next.properties) };
  }
  if (merged.types.includes("array") && merged.items.length > 0 && next.items.length > 0) {
    return { ...merged, items: mergeItems(merged.items, next.items) };
  }
  return merged;
}

function mergeItems(a: readonly JsonSchema[], b: readonly JsonSchema[]): readonly JsonSchema[] {
  for (const [at, item] of b.entries()) {
    const other = a[at];
    if (other && typesText(other) !== typesText(item)) throw new MergeProblem("unable to merge these schemas");
  }
  return [...a, ...b.slice(a.length)];
}

function typesText({ types }: JsonSchema): string {
  if (types.length === 0) return "undefined";
  return types.length === 1 ? types.join("") : `[${types.join(",")}]`;
}

// Of several types the first in this order counts; null alone says nothing.
function convertTyped(conversion: Conversion, schema: JsonSchema): MaybeType {
  const { types } = schema;
  if (types.includes("boolean")) return booleanType;
  if (types.includes("string")) return stringType;
  if (types.includes("integer") || types.includes("number")) return numberType;
  if (types.includes("object")) return convertObject(conversion, schema);
  if (types.includes("array")) return convertArray(conversion, schema);
  if (schema.properties.length > 0) return convertObject(conversion, schema);
  return schema.items.length > 0 ? convertArray(conversion, schema) : anyType;
}

function convertObject(conversion: Conversion, { properties }: JsonSchema): MaybeType {
  if (properties.length === 0) return objectOfAny;
  return objectType(
    properties.map(({ name, schema }) => ({ key: name, type: convert(conversion, schema) })),
    undefined,
  );
}

function convertArray(conversion: Conversion, { items, itemsAreAlike }: JsonSchema): MaybeType {
  const types = items.map((item) => convert(conversion, item));
  if (types.length === 0) return arrayOfAny;
  return itemsAreAlike ? arrayType([], types[0]) : arrayType(types, undefined);
}
