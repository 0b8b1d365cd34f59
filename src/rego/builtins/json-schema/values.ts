/** Reads JSON values the way the schema keywords need them: integers, texts in one spelling, numbers for messages. */
import { writeJson } from "../../values/json-write.ts";
import { decimalOf, numberFromText, textOfNumber } from "../../values/number.ts";
import { setKey } from "../../values/object.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import type { NumberValue, PlainObject, Value } from "../../values/value.ts";
import { SchemaError } from "./schema.ts";

/** Tells whether a value is a number. */
export function isNumber(value: Value | undefined): value is NumberValue {
  return typeof value === "number" || value instanceof RegoNumber;
}

/** Tells whether a JSON value is an object. */
export function isJsonObject(value: Value | undefined): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegoNumber);
}

/** Tells whether a number has no fraction. */
export function isWhole(value: NumberValue): boolean {
  return decimalOf(value).exponent >= 0;
}

/** Tells whether a number is a multiple of another, exactly and whatever their exponents. */
export function isMultiple(value: NumberValue, of: NumberValue): boolean {
  const [a, b] = [decimalOf(value), decimalOf(of)];
  if (a.digits === 0n) return true;
  const shift = a.exponent - b.exponent;
  // Digits end in no zero, so a divisor with more decimals to the left never fits.
  if (shift < 0) return false;
  const divisor = b.digits < 0n ? -b.digits : b.digits;
  let [power, square, rest] = [1n % divisor, 10n % divisor, BigInt(shift)];
  for (; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = (power * square) % divisor;
    square = (square * square) % divisor;
  }
  return ((a.digits % divisor) * power) % divisor === 0n;
}

/** Writes a number as Go's big.Float prints: with an exponent below -4 and from 6 on. */
export function limitText(value: NumberValue): string {
  const { digits, exponent } = decimalOf(value);
  const sign = digits < 0n ? "-" : "";
  const text = (digits < 0n ? -digits : digits).toString();
  const power = text.length - 1 + exponent;
  if (digits !== 0n && (power < -4 || power >= 6)) {
    const mantissa = text.length === 1 ? text : `${text.charAt(0)}.${text.slice(1)}`;
    return `${sign}${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  if (exponent >= 0) return `${sign}${text}${"0".repeat(exponent)}`;
  const padded = text.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** Returns a value's JSON text with numbers as doubles, so that 1 and 1.0 are one text. */
export function canonicalText(value: Value): string {
  return writeJson(withDoubles(value, 0));
}

const MAX_DEPTH = 1000;

function withDoubles(value: Value, depth: number): Value {
  if (depth > MAX_DEPTH) throw new SchemaError(`exceeded max depth of ${MAX_DEPTH}`);
  if (isNumber(value)) return asDouble(value);
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => withDoubles(item, depth + 1));
  if (!isJsonObject(value)) return value;
  const object: { [key: string]: Value } = {};
  for (const key of Object.keys(value)) setKey(object, key, withDoubles(value[key] ?? null, depth + 1));
  return object;
}

function asDouble(value: NumberValue): NumberValue {
  const double = Number(textOfNumber(value));
  if (!Number.isFinite(double)) {
    throw new SchemaError(`json: cannot unmarshal number ${textOfNumber(value)} into Go value of type float64`);
  }
  return Object.is(double, -0) ? new RegoNumber("-0") : numberFromText(String(double));
}
