/**
 * The CEL value of a JSON value that a schema describes: texts of some formats are times, durations or bytes, whole numbers may be doubles,
 * and fields go by the names that expressions use. A value that the schema does not allow is an error with the words of Kubernetes.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import { isPlainObject, type PlainObject, RegoNumber, setKey, textOfNumber, type Value } from "../../rego/index.ts";
import { jsonTypeName } from "../kube/go-text.ts";
import type { Schema } from "../manifest/schema/schema.ts";
import { decodeBase64 } from "./library/encoders.ts";
import { escapeName, propertiesOf } from "./schema-types.ts";
import { adapt } from "./values/classify.ts";
import { toDouble } from "./values/number.ts";
import { parseDuration, parseTimestamp, toDuration } from "./values/time.ts";
import { CelError, type CelResult, type CelValue } from "./values/value.ts";

/** Returns the CEL value of a JSON value. */
export function schemaValue(value: Value, schema: Schema): CelResult {
  if (value === null) return schema.nullable ? null : new CelError("invalid data, got null for schema with nullable=false");
  if (schema.intOrString) return adapt(value as CelValue);
  switch (schema.type) {
    case "object":
      return isPlainObject(value) ? objectValue(value, schema) : unexpected(value, "a map for the provided schema with type=object");
    case "array":
      return Array.isArray(value) ? listValue(value, schema) : unexpected(value, "an array for the provided schema with type=array");
    case "string":
      return typeof value === "string" ? textValue(value, schema.format) : unexpected(value, "string");
    case "number":
      return isNumber(value) ? toDouble(Number(textOfNumber(value))) : unexpected(value, "float");
    case "integer":
      return isNumber(value) ? wholeNumber(value) : unexpected(value, "int");
    default:
      return value as CelValue;
  }
}

function isNumber(value: Value): value is number | RegoNumber {
  return typeof value === "number" || value instanceof RegoNumber;
}

function unexpected(value: Value, wanted: string): CelError {
  return new CelError(`invalid data, expected ${wanted}, got ${jsonTypeName(value)}`);
}

function wholeNumber(value: number | RegoNumber): CelResult {
  const number = Number(textOfNumber(value));
  return Number.isSafeInteger(number) ? number : adapt(value as CelValue);
}

/** An error inside of a value is one only to those who read it. */
function inside(value: CelResult): CelValue {
  return value as CelValue;
}

function listValue(list: readonly Value[], { items }: Schema): CelResult {
  const values: CelValue[] = [];
  for (const item of list) {
    values.push(inside(items === undefined ? (item as CelValue) : schemaValue(item, items)));
  }
  return values;
}

function objectValue(object: PlainObject, schema: Schema): CelResult {
  const values: { [key: string]: CelValue } = {};
  const { additionalProperties } = schema;
  const properties = propertiesOf(schema);
  for (const [key, field] of Object.entries(object)) {
    const property = properties.get(key);
    const rules = property ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    // A field of null counts as missing.
    if (rules === undefined || (property !== undefined && field === null)) continue;
    const value = inside(schemaValue(field, rules));
    setKey(values as PlainObject, property === undefined ? key : (escapeName(key) ?? key), value as Value);
  }
  return values;
}

function textValue(text: string, format: string): CelResult {
  switch (format) {
    case "byte":
      return bytesOf(text);
    case "duration":
      return parseDuration(text) ?? wordyDuration(text) ?? new CelError(`Invalid duration ${text}: unable to parse ${text} as duration`);
    case "date":
      return parseTimestamp(`${text}T00:00:00Z`) ?? new CelError(`Invalid date formatted string ${text}`);
    case "date-time":
      return parseTimestamp(text) ?? new CelError(`Invalid date-time formatted string ${text}`);
    default:
      return text;
  }
}

/** The letters that stand for 62 and 63 are refused where the format is checked, their stand-ins here. */
function bytesOf(text: string): CelResult {
  const wrong = text.search(/[+/]/);
  const decoded = wrong < 0 ? decodeBase64(text) : new CelError(`illegal base64 data at input byte ${wrong}`);
  return decoded instanceof CelError ? new CelError(`Invalid byte formatted string ${text}: ${decoded.message}`) : decoded;
}

const PART = /(\d+)\s*([A-Za-zµ]+)/g;
/** Units in nanoseconds; what follows a word does not matter. */
const UNITS: readonly (readonly [RegExp, bigint])[] = [
  [/^(?:ns$|nano)/i, 1n],
  [/^(?:us$|µs$|micro)/i, 1_000n],
  [/^(?:ms$|milli)/i, 1_000_000n],
  [/^(?:s$|sec)/i, 1_000_000_000n],
  [/^(?:m$|min)/i, 60_000_000_000n],
  [/^(?:h$|hr$|hour)/i, 3_600_000_000_000n],
  [/^(?:d$|day)/i, 86_400_000_000_000n],
  [/^(?:w$|wk$|week)/i, 604_800_000_000_000n],
];

/** Reads a duration such as `1 day 2 hours`. */
function wordyDuration(text: string): CelResult | undefined {
  let nanos: bigint | undefined;
  for (const [, count = "0", word = ""] of text.slice(0, 512).matchAll(PART)) {
    const unit = UNITS.find(([pattern]) => pattern.test(word))?.[1];
    if (unit !== undefined) nanos = (nanos ?? 0n) + BigInt(count) * unit;
  }
  return nanos === undefined ? undefined : toDuration(nanos);
}
