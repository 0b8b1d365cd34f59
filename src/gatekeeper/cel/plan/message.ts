/**
 * Protobuf's well-known messages built by name, turned into the CEL values they stand for. Messages of other names cannot be built here.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#dynamic-values
 */
import { isMap, MapBuilder, mapGet, mapKeys } from "../values/map.ts";
import { doubleValue, isDouble, isInt, toDouble } from "../values/number.ts";
import { toDuration, toTimestamp } from "../values/time.ts";
import { CelError, type CelResult, CelUint, type CelValue } from "../values/value.ts";

type Fields = ReadonlyMap<string, CelValue>;

const EMPTY_SCALARS: ReadonlyMap<string, CelValue> = new Map<string, CelValue>([
  ["google.protobuf.BoolValue", false],
  ["google.protobuf.BytesValue", new Uint8Array()],
  ["google.protobuf.DoubleValue", toDouble(0)],
  ["google.protobuf.FloatValue", toDouble(0)],
  ["google.protobuf.Int32Value", 0],
  ["google.protobuf.Int64Value", 0],
  ["google.protobuf.StringValue", ""],
  ["google.protobuf.UInt32Value", new CelUint(0n)],
  ["google.protobuf.UInt64Value", new CelUint(0n)],
]);

const rangeError = new CelError("range error");

/** Builds the value of a message. */
export function buildMessage(name: string, fields: Fields): CelResult {
  switch (name) {
    case "google.protobuf.Timestamp":
      return toTimestamp(nanosOf(fields));
    case "google.protobuf.Duration":
      return toDuration(nanosOf(fields));
    case "google.protobuf.ListValue":
      return withDoubles(fields.get("values") ?? []);
    case "google.protobuf.Struct":
      return withDoubles(fields.get("fields") ?? {});
    case "google.protobuf.Value":
      if (fields.has("null_value")) return null;
      return withDoubles(Array.from(fields.values())[0] ?? null);
    default:
      return buildScalar(name, fields.get("value"));
  }
}

// Numbers in JSON-like messages are doubles.
function withDoubles(value: CelValue): CelValue {
  if (isInt(value)) return toDouble(Number(value));
  if (value instanceof CelUint) return toDouble(Number(value.value));
  if (Array.isArray(value)) return value.map(withDoubles);
  if (!isMap(value)) return value;
  const builder = new MapBuilder();
  for (const key of mapKeys(value)) builder.set(key, withDoubles(mapGet(value, key) ?? null));
  return builder.build();
}

function nanosOf(fields: Fields): bigint {
  const integer = (field: string) => {
    const value = fields.get(field);
    return isInt(value) ? BigInt(value) : 0n;
  };
  return integer("seconds") * 1_000_000_000n + integer("nanos");
}

function buildScalar(name: string, value: CelValue | undefined): CelResult {
  const empty = EMPTY_SCALARS.get(name);
  if (empty === undefined) return new CelError(`unknown type '${name}'`);
  if (value === undefined) return empty;
  if (name === "google.protobuf.FloatValue" && isDouble(value)) return toDouble(Math.fround(doubleValue(value)));
  if (name === "google.protobuf.Int32Value" && isInt(value) && BigInt.asIntN(32, BigInt(value)) !== BigInt(value)) return rangeError;
  if (name === "google.protobuf.UInt32Value" && value instanceof CelUint && value.value >= 2n ** 32n) return rangeError;
  return value;
}
