/** Reads the keywords of a schema that hold no other schema (and `contains`, which stands among them): bounds, lengths, patterns, enumerations. */
import { compileRegex, RegexError } from "../../text/regex.ts";
import { decimalOf, int64Of } from "../../values/number.ts";
import type { NumberValue, PlainObject, Value } from "../../values/value.ts";
import { isAtLeast, SchemaError, type SubSchema } from "./schema.ts";
import { canonicalText, isNumber } from "./values.ts";

/** Refuses a keyword whose value has a wrong type. */
export function refuseType(expected: string, given: string): never {
  throw new SchemaError(`Invalid type. Expected: ${expected}, given: ${given}`);
}

/** Returns a keyword's text, or undefined when it is absent. */
export function readText(document: PlainObject, key: string): string | undefined {
  if (!Object.hasOwn(document, key)) return undefined;
  const value = document[key];
  return typeof value === "string" ? value : refuseType("string", key);
}

/** Returns a keyword's list, empty when it is absent. */
export function readList(document: PlainObject, key: string): readonly Value[] {
  if (!Object.hasOwn(document, key)) return [];
  const value = document[key];
  if (!Array.isArray(value)) throw new SchemaError(`${key} must be of an array`);
  return value as readonly Value[];
}

/** Reads the keywords in the order in which the library checks them. */
export function parseAssertions(schema: SubSchema, document: PlainObject, parseInner: (inner: Value) => SubSchema): void {
  parseMultiple(schema, document);
  parseBound(schema, document, { limit: "minimum", exclusive: "exclusiveMinimum" });
  parseBound(schema, document, { limit: "maximum", exclusive: "exclusiveMaximum" });
  parseLengths(schema, document);
  parseSizes(schema, document);
  if (Object.hasOwn(document, "uniqueItems")) {
    if (typeof document["uniqueItems"] !== "boolean") throw new SchemaError("uniqueItems must be of a boolean");
    schema.uniqueItems = document["uniqueItems"];
  }
  if (Object.hasOwn(document, "contains") && isAtLeast(schema.draft, 6)) schema.contains = parseInner(document["contains"] ?? null);
  if (Object.hasOwn(document, "const") && isAtLeast(schema.draft, 6)) schema.constant = canonicalText(document["const"] ?? null);
  for (const value of readList(document, "enum")) {
    const text = canonicalText(value);
    if (schema.enumeration.includes(text)) throw new SchemaError("enum items must be unique");
    schema.enumeration.push(text);
  }
}

function parseMultiple(schema: SubSchema, document: PlainObject): void {
  if (!Object.hasOwn(document, "multipleOf")) return;
  const value = document["multipleOf"];
  if (!isNumber(value)) refuseType("Number", "multipleOf");
  if (decimalOf(value).digits <= 0n) throw new SchemaError("multipleOf must be strictly greater than 0");
  schema.multipleOf = value;
}

interface BoundKeys {
  readonly limit: "minimum" | "maximum";
  readonly exclusive: "exclusiveMinimum" | "exclusiveMaximum";
}

function parseBound(schema: SubSchema, document: PlainObject, { limit, exclusive }: BoundKeys): void {
  if (Object.hasOwn(document, limit)) {
    const value = document[limit];
    if (!isNumber(value)) throw new SchemaError(`${limit} must be of a Number`);
    schema[limit] = value;
  }
  if (!Object.hasOwn(document, exclusive)) return;
  const value = document[exclusive];
  // Up to draft 4 a boolean beside the limit, later a limit of its own; without a draft both.
  if (typeof value === "boolean" && (schema.draft === 4 || schema.draft === "hybrid")) {
    const bound: NumberValue | undefined = schema[limit];
    if (bound === undefined) throw new SchemaError(`${exclusive} cannot be used without ${limit}`);
    if (!value) return;
    schema[exclusive] = bound;
    schema[limit] = undefined;
    return;
  }
  if (schema.draft === 4) refuseType("boolean", exclusive);
  if (!isNumber(value)) refuseType(schema.draft === "hybrid" ? "boolean/number" : "number", exclusive);
  schema[exclusive] = value;
}

type CountKey = "minLength" | "maxLength" | "minProperties" | "maxProperties" | "minItems" | "maxItems";

function parseCount(schema: SubSchema, document: PlainObject, key: CountKey): void {
  if (!Object.hasOwn(document, key)) return;
  const value = document[key];
  const count = isNumber(value) ? int64Of(value) : undefined;
  if (count === undefined) throw new SchemaError(`${key} must be of an integer`);
  if (count < 0) throw new SchemaError(`${key} must be greater than or equal to 0`);
  schema[key] = Number(count);
}

function parseLengths(schema: SubSchema, document: PlainObject): void {
  parseCount(schema, document, "minLength");
  parseCount(schema, document, "maxLength");
  if ((schema.minLength ?? 0) > (schema.maxLength ?? Infinity)) throw new SchemaError("minLength cannot be greater than maxLength");
  const pattern = readText(document, "pattern");
  if (pattern !== undefined) {
    const regex = compileRegex(pattern);
    if (regex instanceof RegexError) throw new SchemaError("pattern must be a valid regex");
    schema.pattern = regex;
  }
  const format = readText(document, "format");
  if (format !== undefined) schema.format = format;
}

function parseSizes(schema: SubSchema, document: PlainObject): void {
  parseCount(schema, document, "minProperties");
  parseCount(schema, document, "maxProperties");
  if ((schema.minProperties ?? 0) > (schema.maxProperties ?? Infinity)) {
    throw new SchemaError("minProperties cannot be greater than maxProperties");
  }
  for (const name of readList(document, "required")) {
    if (typeof name !== "string") refuseType("string", "required");
    if (schema.required.includes(name)) throw new SchemaError("required items must be unique");
    schema.required.push(name);
  }
  parseCount(schema, document, "minItems");
  parseCount(schema, document, "maxItems");
}
