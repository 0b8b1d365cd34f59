/**
 * Reads a JSON Schema into what the type checker uses of it: type, properties, items, anyOf, allOf and references inside the document
 * (https://www.openpolicyagent.org/docs/latest/policy-language/#schema). Other keywords say nothing about types and are not looked at. A
 * reference to another document cannot be followed here and is an error.
 */

/** A schema: only what types are made from. */
export interface JsonSchema {
  readonly types: readonly string[];
  readonly properties: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly items: readonly JsonSchema[];
  /** `items` was one schema for every item, and not a list. */
  readonly itemsAreAlike: boolean;
  readonly anyOf: readonly JsonSchema[];
  readonly allOf: readonly JsonSchema[];
  /** `$ref` as it was written. */
  readonly reference: string | undefined;
  /** What `$ref` refers to; a schema may lead back to itself. */
  target: JsonSchema | undefined;
}

/** A schema, or what is wrong with it. */
export type ReadSchema = { readonly schema: JsonSchema } | { readonly error: string };

/** A schema that says nothing. */
export const emptySchema: JsonSchema = {
  types: [],
  properties: [],
  items: [],
  itemsAreAlike: false,
  anyOf: [],
  allOf: [],
  reference: undefined,
  target: undefined,
};

const TYPES = ["array", "boolean", "integer", "number", "null", "object", "string"];
// A schema deeper than this is no description of documents that people write; reading recurses.
const MAX_DEPTH = 1000;

/** Reads a schema from plain JSON. */
export function readSchema(document: unknown): ReadSchema {
  try {
    return { schema: readNode({ document, referred: new Map() }, document, 0) };
  } catch (problem) {
    if (problem instanceof SchemaProblem) return { error: `unable to compile the schema: ${problem.message}` };
    throw problem;
  }
}

class SchemaProblem extends Error {}

interface Reading {
  readonly document: unknown;
  readonly referred: Map<string, JsonSchema>;
}

type Fields = { readonly [name: string]: unknown };

function fail(message: string): never {
  throw new SchemaProblem(message);
}

function invalidType(expected: string, given: string): never {
  fail(`Invalid type. Expected: ${expected}, given: ${given}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readNode(reading: Reading, node: unknown, depth: number): JsonSchema {
  if (typeof node === "boolean") return emptySchema;
  if (!isFields(node)) fail("Expected: valid schema");
  if (depth > MAX_DEPTH) fail("schema is nested too deeply");
  const field = (name: string): unknown => (Object.hasOwn(node, name) ? node[name] : undefined);
  for (const definition of Object.values(readMap(field("definitions"), "definitions"))) readNode(reading, definition, depth + 1);
  const reference = field("$ref");
  if (typeof reference === "string") return readReference(reading, reference, depth);
  if (reference !== undefined) invalidType("string", "$ref");
  const inner = (child: unknown): JsonSchema => readNode(reading, child, depth + 1);
  return {
    ...emptySchema,
    types: readTypes(field("type")),
    properties: Object.entries(readMap(field("properties"), "properties")).map(([name, child]) => ({ name, schema: inner(child) })),
    ...readItems(field("items"), inner),
    anyOf: readList(field("anyOf"), "anyOf").map(inner),
    allOf: readList(field("allOf"), "allOf").map(inner),
  };
}

function readReference(reading: Reading, reference: string, depth: number): JsonSchema {
  const schema: JsonSchema = { ...emptySchema, reference };
  const known = reading.referred.get(reference);
  if (known) {
    schema.target = known;
    return schema;
  }
  if (!reference.startsWith("#")) fail(`remote reference loading disabled: ${reference}`);
  const target: JsonSchema = { ...emptySchema };
  reading.referred.set(reference, target);
  Object.assign(target, readNode(reading, resolve(reading.document, reference.slice(1)), depth + 1));
  schema.target = target;
  return schema;
}

function resolve(document: unknown, pointer: string): unknown {
  if (pointer === "" || pointer === "/") return document;
  if (!pointer.startsWith("/")) fail(`Invalid reference: #${pointer}`);
  let node = document;
  for (const part of pointer.slice(1).split("/")) {
    const key = decode(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(node)) {
      const items: readonly unknown[] = node;
      if (!/^[0-9]+$/.test(key) || Number(key) >= items.length) fail(`Out of bound array[0,${items.length}] index '${key}'`);
      node = items[Number(key)];
    } else if (isFields(node)) {
      if (!Object.hasOwn(node, key)) fail(`Object has no key '${key}'`);
      node = node[key];
    } else fail(`Invalid token reference '${key}'`);
  }
  return node;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function readTypes(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
  const types: string[] = [];
  for (const type of listed) {
    if (typeof type !== "string") invalidType("type", "string/array of strings");
    if (!TYPES.includes(type)) {
      fail(`has a primitive type that is NOT VALID -- given: /${type}/ Expected valid values are:[${TYPES.join(" ")}]`);
    }
    if (types.includes(type)) fail(`${type} type is duplicated`);
    types.push(type);
  }
  return types;
}

function readMap(value: unknown, name: string): Fields {
  if (value === undefined) return {};
  if (!isFields(value)) fail(`${name} must be of type object`);
  return value;
}

function readList(value: unknown, name: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) fail(`${name} must be of an array`);
  return value;
}

function readItems(value: unknown, inner: (child: unknown) => JsonSchema): Pick<JsonSchema, "items" | "itemsAreAlike"> {
  if (value === undefined) return { items: [], itemsAreAlike: false };
  if (Array.isArray(value)) return { items: value.map(inner), itemsAreAlike: false };
  if (typeof value !== "boolean" && !isFields(value)) invalidType("schema/array of schemas", "items");
  return { items: [inner(value)], itemsAreAlike: true };
}
