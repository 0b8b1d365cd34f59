/**
 * The CEL type of the values a schema allows, and how large they can be: a schema in, a type, the fields of its objects and the sizes out, or
 * nothing where Kubernetes shows nothing of the value to rules (unknown fields, lists of such).
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { Value } from "../../rego/index.ts";
import { limitIn, readSchema, type Schema } from "../manifest/schema/schema.ts";
import type { StructFields } from "./environment.ts";
import type { CelType } from "./values/type.ts";
import * as t from "./values/type.ts";

/** What a schema says about a value. */
export interface Declaration {
  readonly type: CelType;
  /** The most characters or entries that it can have. */
  readonly most: bigint;
  /** The fewest bytes that it takes in JSON. */
  readonly bytes: bigint;
  /** The fields of an object by their names in expressions. */
  readonly fields?: ReadonlyMap<string, Declaration>;
  /** The keys of a map. */
  readonly key?: Declaration;
  /** The elements of a list or the values of a map. */
  readonly element?: Declaration;
}

/** The largest request that the API server takes, in bytes. */
export const REQUEST_BYTES = 3_145_728n;

/** Declares the type of a schema; objects in it are named after `name` and their path. */
export function declareSchema(schema: Schema, name: string): Declaration | undefined {
  // Which of the two it is shows only in the value.
  if (schema.intOrString) return { type: t.dynType, most: textLength(schema) ?? LONGEST_TEXT, bytes: 1n };
  switch (schema.type) {
    case "array":
      return declareList(schema, name);
    case "object":
      return declareObject(schema, name);
    case "string":
      return declareText(schema);
    case "boolean":
      return { type: t.boolType, most: 0n, bytes: 4n };
    case "number":
      return { type: t.doubleType, most: 0n, bytes: 1n };
    case "integer":
      return { type: t.intType, most: 0n, bytes: 1n };
    default:
      return undefined;
  }
}

/** Lists the fields of every object in a declaration by the name of its type. */
export function structsOf(declaration: Declaration, structs = new Map<string, StructFields>()): ReadonlyMap<string, StructFields> {
  const { type, fields, element } = declaration;
  if (element !== undefined) structsOf(element, structs);
  if (fields === undefined) return structs;
  structs.set(type.name, new Map(Array.from(fields, ([name, field]) => [name, field.type])));
  for (const field of fields.values()) structsOf(field, structs);
  return structs;
}

/** The longest text that a request can hold, less its quotes. */
const LONGEST_TEXT = REQUEST_BYTES - 2n;

/** Texts of these formats are of another type, and no longer than their longest. */
const FORMATS: ReadonlyMap<string, Declaration> = new Map([
  ["duration", { type: t.durationType, most: 32n, bytes: 3n }],
  ["date", { type: t.timestampType, most: 12n, bytes: 12n }],
  ["date-time", { type: t.timestampType, most: 32n, bytes: 21n }],
]);

function declareText(schema: Schema): Declaration {
  const timed = FORMATS.get(schema.format);
  if (timed !== undefined) return timed;
  if (schema.format === "byte") return { type: t.bytesType, most: limitIn(schema, "maxLength") ?? LONGEST_TEXT, bytes: 2n };
  const longest = schema.enum.length === 0 ? LONGEST_TEXT : schema.enum.reduce(longerText, 0n);
  return { type: t.stringType, most: textLength(schema) ?? longest, bytes: 2n };
}

function longerText(longest: bigint, value: Value): bigint {
  const length = typeof value === "string" ? utf8Length(value) : 0n;
  return length > longest ? length : longest;
}

function utf8Length(text: string): bigint {
  return BigInt(new TextEncoder().encode(text).length);
}

/** The limit of a text's characters in bytes. */
function textLength(schema: Schema): bigint | undefined {
  const limit = limitIn(schema, "maxLength");
  return limit === undefined ? undefined : BigInt.asUintN(64, limit * 4n);
}

function declareList(schema: Schema, name: string): Declaration | undefined {
  const element = schema.items === undefined ? undefined : declareSchema(schema.items, `${name}.@idx`);
  if (element === undefined) return undefined;
  // Two bytes are its brackets, one stands between elements.
  const most = limitIn(schema, "maxItems") ?? (REQUEST_BYTES - 2n) / (element.bytes + 1n);
  return { type: t.listOf(element.type), most, bytes: 2n, element };
}

const KEY: Declaration = { type: t.stringType, most: 0n, bytes: 2n };

function declareMap(schema: Schema, values: Schema, name: string): Declaration | undefined {
  const element = declareSchema(values, `${name}.@elem`);
  if (element === undefined) return undefined;
  // The shortest key takes six bytes with its quotes, colon and comma.
  const most = limitIn(schema, "maxProperties") ?? (REQUEST_BYTES - 2n) / (element.bytes + 6n);
  return { type: t.mapOf(KEY.type, element.type), most, bytes: 2n, key: KEY, element };
}

function declareObject(schema: Schema, name: string): Declaration | undefined {
  if (typeof schema.additionalProperties === "object") return declareMap(schema, schema.additionalProperties, name);
  const fields = new Map<string, Declaration>();
  let bytes = 2n;
  for (const [key, property] of propertiesOf(schema)) {
    const field = escapeName(key);
    const declared = declareSchema(property, `${name}.${field ?? ""}`);
    if (declared === undefined) continue;
    if (field !== undefined) fields.set(field, declared);
    const needed = schema.required.includes(key) && property.default === undefined;
    if (needed) bytes += utf8Length(key) + declared.bytes + 4n;
  }
  return { type: t.structType(name), most: 0n, bytes, fields };
}

const TEXT = readSchema({ type: "string" });
const METADATA = readSchema({ type: "object", properties: { name: { type: "string" }, generateName: { type: "string" } } });

/** The properties that rules know: those that every resource has are known in embedded ones, even where the schema does not name them. */
export function propertiesOf({ properties, embeddedResource }: Schema): ReadonlyMap<string, Schema> {
  if (!embeddedResource) return properties;
  const metadata = properties.get("metadata");
  const isText = (schema: Schema | undefined): boolean => schema?.type === "string";
  const named = [
    properties.get("kind"),
    properties.get("apiVersion"),
    ...["name", "generateName"].map((key) => metadata?.properties.get(key)),
  ];
  if (metadata?.type === "object" && named.every(isText)) return properties;
  return new Map(properties).set("kind", TEXT).set("apiVersion", TEXT).set("metadata", METADATA);
}

const RESERVED: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["__", "__underscores__"],
  [".", "__dot__"],
  ["-", "__dash__"],
  ["/", "__slash__"],
]);

/** Returns the name under which an expression knows a field; undefined when it has none. */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return name.replace(/__|[./-]/g, (part) => ESCAPES.get(part) ?? part);
}
