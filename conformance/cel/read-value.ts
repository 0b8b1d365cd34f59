/**
 * Values and types of the official CEL test data, in the JSON form of `cel.expr.Value` and `cel.expr.Type`, turned into ours. What only a
 * protobuf message can say yields nothing.
 * https://github.com/google/cel-spec/blob/master/proto/cel/expr/value.proto
 */
import {
  CelDouble,
  CelDuration,
  CelMap,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  compileExpression,
  createKubernetesEnvironment,
  wellKnownTypes,
} from "../../src/gatekeeper/cel.ts";

/** Any JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function asDouble(value: number): CelValue {
  return Number.isSafeInteger(value) ? new CelDouble(value) : value;
}

function readNumber(json: Json): number {
  if (json === "Infinity") return Number.POSITIVE_INFINITY;
  return json === "-Infinity" ? Number.NEGATIVE_INFINITY : Number(json);
}

function readInt(text: string): CelValue {
  const value = BigInt(text);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Reads a value. */
export function readValue(json: Json | undefined): CelValue | undefined {
  if (!isObject(json)) return undefined;
  const [[kind, inner] = []] = Object.entries(json);
  switch (kind) {
    case "nullValue":
      return null;
    case "boolValue":
    case "stringValue":
      return typeof inner === "boolean" || typeof inner === "string" ? inner : undefined;
    case "int64Value":
      return readInt(String(inner));
    case "uint64Value":
      return new CelUint(BigInt(String(inner)));
    case "doubleValue":
      return asDouble(readNumber(inner ?? 0));
    case "bytesValue":
      return new Uint8Array(Buffer.from(String(inner), "base64"));
    case "typeValue":
      return readTypeName(String(inner));
    case "listValue":
      return readList(inner);
    case "mapValue":
      return readMap(inner);
    case "objectValue":
      return readMessage(inner);
    default:
      return undefined;
  }
}

function readTypeName(name: string): CelType {
  return new CelType("opaque", name);
}

function readList(json: Json | undefined): CelValue | undefined {
  const values = isObject(json) && Array.isArray(json["values"]) ? json["values"].map(readValue) : [];
  return values.every((value) => value !== undefined) ? values : undefined;
}

function readMap(json: Json | undefined): CelValue | undefined {
  const entries = new Map<string | number | bigint | boolean, readonly [string, CelValue]>();
  for (const entry of isObject(json) && Array.isArray(json["entries"]) ? json["entries"] : []) {
    const key = isObject(entry) ? readValue(entry["key"]) : undefined;
    const value = isObject(entry) ? readValue(entry["value"]) : undefined;
    if (key === undefined || value === undefined) return undefined;
    const identity = key instanceof CelUint ? Number(key.value) : (key as string | number);
    entries.set(identity, [key as string, value]);
  }
  return new CelMap(entries);
}

function parse(expression: string): CelValue | undefined {
  const compiled = compileExpression(expression, createKubernetesEnvironment());
  if (compiled.kind !== "program") return undefined;
  const { result } = compiled.program.evaluate(() => undefined, 1000);
  return result instanceof CelTimestamp || result instanceof CelDuration ? result : undefined;
}

const WRAPPED: ReadonlySet<string> = new Set(["BoolValue", "StringValue", "DoubleValue", "FloatValue", "Int32Value", "Int64Value"]);

// Well-known messages, in protobuf's JSON form inside an Any.
function readMessage(json: Json | undefined): CelValue | undefined {
  if (!isObject(json)) return undefined;
  const name = String(json["@type"]).replace("type.googleapis.com/google.protobuf.", "");
  const value = json["value"] ?? null;
  if (name === "Timestamp") return parse(`timestamp("${value}")`);
  if (name === "Duration") return parse(`duration("${value}")`);
  if (name === "Value" || name === "Struct" || name === "ListValue") return readJson(value);
  if (name === "UInt32Value" || name === "UInt64Value") return new CelUint(BigInt(String(value)));
  if (name === "BytesValue") return new Uint8Array(Buffer.from(String(value), "base64"));
  if (!WRAPPED.has(name)) return undefined;
  if (typeof value === "number" && (name === "DoubleValue" || name === "FloatValue")) return asDouble(value);
  return name.startsWith("Int") ? readInt(String(value)) : readJson(value);
}

function readJson(json: Json): CelValue {
  if (typeof json === "number") return asDouble(json);
  if (Array.isArray(json)) return json.map(readJson);
  if (!isObject(json)) return json as CelValue;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, readJson(value)]));
}

const PRIMITIVES: ReadonlyMap<string, CelType> = new Map([
  ["BOOL", new CelType("bool", "bool")],
  ["INT64", new CelType("int", "int")],
  ["UINT64", new CelType("uint", "uint")],
  ["DOUBLE", new CelType("double", "double")],
  ["STRING", new CelType("string", "string")],
  ["BYTES", new CelType("bytes", "bytes")],
]);
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
  ["ANY", "google.protobuf.Any"],
  ["TIMESTAMP", "google.protobuf.Timestamp"],
  ["DURATION", "google.protobuf.Duration"],
]);
const dyn = new CelType("dyn", "dyn");

/** Reads a type. */
export function readType(json: Json | undefined): CelType | undefined {
  if (!isObject(json)) return undefined;
  const [[kind, inner] = []] = Object.entries(json);
  const at = (key: string) => (isObject(inner) ? readType(inner[key]) : undefined) ?? dyn;
  switch (kind) {
    case "dyn":
      return dyn;
    case "null":
      return new CelType("null", "null_type");
    case "primitive":
      return PRIMITIVES.get(String(inner));
    case "wellKnown":
      return wellKnownTypes.get(WELL_KNOWN.get(String(inner)) ?? "");
    case "wrapper": {
      const primitive = PRIMITIVES.get(String(inner));
      return primitive === undefined ? undefined : new CelType("wrapper", primitive.name, [primitive]);
    }
    case "listType":
      return new CelType("list", "list", [at("elemType")]);
    case "mapType":
      return new CelType("map", "map", [at("keyType"), at("valueType")]);
    case "messageType":
      return wellKnownTypes.get(String(inner)) ?? new CelType("struct", String(inner));
    case "type":
      return new CelType("type", "type", isObject(inner) && Object.keys(inner).length > 0 ? [readType(inner) ?? dyn] : []);
    case "typeParam":
      return new CelType("param", String(inner));
    case "abstractType":
      return readAbstract(inner);
    default:
      return undefined;
  }
}

function readAbstract(json: Json | undefined): CelType | undefined {
  if (!isObject(json)) return undefined;
  const parameters = Array.isArray(json["parameterTypes"]) ? json["parameterTypes"].map((each) => readType(each) ?? dyn) : [];
  return new CelType("opaque", String(json["name"]), parameters);
}
