/**
 * Type conversions: `int("12")`, `string(1.5)`, `timestamp("…")` and the others, with `type` and `size`.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#type-conversion-functions
 */
import { classify } from "../values/classify.ts";
import * as n from "../values/number.ts";
import { printDouble } from "../values/print.ts";
import { sizeOf } from "../values/size.ts";
import { parseDuration, parseTimestamp, printDuration, printTimestamp, toDuration, toTimestamp, unixSeconds } from "../values/time.ts";
import * as t from "../values/type.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import { traversal } from "./costs.ts";
import * as d from "./declare.ts";
import {
  bool,
  bytes,
  double,
  duration,
  type FunctionDeclaration,
  free,
  func,
  int,
  list,
  map,
  method,
  string,
  timestamp,
  uint,
} from "./declare.ts";

const A = d.param("A");
const B = d.param("B");

function failed(to: t.CelType): CelError {
  return new CelError(`type conversion error from 'string' to '${to.name}'`);
}

const INTEGER = /^[+-]?\d+$/;
const NATURAL = /^\d+$/;
// No 64-bit integer has more digits that count; the bound keeps a text of a megabyte from becoming a number.
const MAX_DIGITS = 512;

function readInteger(text: string): CelResult {
  if (!INTEGER.test(text) || text.length > MAX_DIGITS) return failed(t.intType);
  const value = n.toInt(BigInt(text.replace("+", "")));
  return value instanceof CelError ? failed(t.intType) : value;
}

function readNatural(text: string): CelResult {
  if (!NATURAL.test(text) || text.length > MAX_DIGITS) return failed(t.uintType);
  const value = n.toUint(BigInt(text));
  return value instanceof CelError ? failed(t.uintType) : value;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SEPARATOR = /(?<=\d)_(?=\d)/g;
const SPECIAL = /^([+-]?)(?:(inf|infinity)|(nan))$/i;

function readFloat(written: string): CelResult {
  const text = written.replace(SEPARATOR, "");
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? n.toDouble(value) : failed(t.doubleType);
  }
  const special = SPECIAL.exec(text);
  if (special === null || (special[3] !== undefined && special[1] !== "")) return failed(t.doubleType);
  if (special[3] !== undefined) return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const TRUE_TEXTS = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_TEXTS = new Set(["0", "f", "F", "FALSE", "false", "False"]);

function readBool(text: string): CelResult {
  if (TRUE_TEXTS.has(text)) return true;
  return FALSE_TEXTS.has(text) ? false : failed(t.boolType);
}

function decode(value: Uint8Array): CelResult {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return new CelError("invalid UTF-8 in bytes, cannot convert to string");
  }
}

const toInt = func("int", [
  free("int64_to_int64", [int], int, (value) => value),
  free("double_to_int64", [double], int, (value) => n.doubleToInt(n.doubleValue(value))),
  free("duration_to_int64", [duration], int, (value) => n.toInt(value.nanos)),
  free("string_to_int64", [string], int, readInteger),
  free("timestamp_to_int64", [timestamp], int, (value) => n.toInt(unixSeconds(value))),
  free("uint64_to_int64", [uint], int, (value) => n.toInt(value.value)),
]);

const toUint = func("uint", [
  free("uint64_to_uint64", [uint], uint, (value) => value),
  free("double_to_uint64", [double], uint, (value) => n.doubleToUint(n.doubleValue(value))),
  free("int64_to_uint64", [int], uint, (value) => n.toUint(BigInt(value))),
  free("string_to_uint64", [string], uint, readNatural),
]);

const toDouble = func("double", [
  free("double_to_double", [double], double, (value) => value),
  free("int64_to_double", [int], double, (value) => n.toDouble(Number(value))),
  free("string_to_double", [string], double, readFloat),
  free("uint64_to_double", [uint], double, (value) => n.toDouble(Number(value.value))),
]);

const toText = func("string", [
  free("string_to_string", [string], string, (value) => value),
  free("bool_to_string", [bool], string, String),
  free("bytes_to_string", [bytes], string, decode, traversal),
  free("double_to_string", [double], string, (value) => printDouble(n.doubleValue(value))),
  free("duration_to_string", [duration], string, printDuration),
  free("int64_to_string", [int], string, String),
  free("timestamp_to_string", [timestamp], string, printTimestamp),
  free("uint64_to_string", [uint], string, (value) => String(value.value)),
]);

const toBytes = func("bytes", [
  free("bytes_to_bytes", [bytes], bytes, (value) => value),
  free("string_to_bytes", [string], bytes, (value) => new TextEncoder().encode(value), traversal),
]);

const toTime = func("timestamp", [
  free("timestamp_to_timestamp", [timestamp], timestamp, (value) => value),
  free("int64_to_timestamp", [int], timestamp, (value) => toTimestamp(BigInt(value) * 1_000_000_000n)),
  free("string_to_timestamp", [string], timestamp, (value) => parseTimestamp(value) ?? failed(t.timestampType)),
]);

const toSpan = func("duration", [
  free("duration_to_duration", [duration], duration, (value) => value),
  free("int64_to_duration", [int], duration, (value) => toDuration(BigInt(value))),
  free("string_to_duration", [string], duration, (value) => parseDuration(value) ?? failed(t.durationType)),
]);

const sizeRun = (value: CelValue): CelResult => sizeOf(value) ?? 0;

const size = func(
  "size",
  [
    free("size_bytes", [bytes], int, sizeRun),
    free("size_list", [list(A)], int, sizeRun),
    free("size_map", [map(A, B)], int, sizeRun),
    free("size_string", [string], int, sizeRun),
    method("bytes_size", [bytes], int, sizeRun),
    method("list_size", [list(A)], int, sizeRun),
    method("map_size", [map(A, B)], int, sizeRun),
    method("string_size", [string], int, sizeRun),
  ],
  { mismatch: { firstOperand: new Set(["bytes", "list", "map", "string"]) } },
);

const typeFunction: FunctionDeclaration = {
  name: "type",
  mismatch: "bare",
  overloads: [{ id: "type", member: false, parameters: [A], result: t.typeOf(A.type), run: (value: CelValue) => classify(value) }],
};

/** The conversions. */
export const conversions: readonly FunctionDeclaration[] = [
  toInt,
  toUint,
  toDouble,
  toText,
  toBytes,
  toTime,
  toSpan,
  func("bool", [free("bool_to_bool", [bool], bool, (value) => value), free("string_to_bool", [string], bool, readBool)]),
  size,
  typeFunction,
];

/** Says whether a literal duration or timestamp can be read. */
export const timeLiteralChecks: readonly d.LiteralCheck[] = [toSpan, toTime].map(({ name, overloads }) => ({
  name,
  argument: 0,
  message(value) {
    const overload = overloads.find(({ parameters }) => parameters[0]?.test?.(value) === true);
    const run = overload?.run as ((value: CelValue) => CelResult) | undefined;
    return run?.(value) instanceof CelError ? `invalid ${name} argument` : undefined;
  },
}));
