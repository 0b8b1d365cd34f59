/**
 * The value behind a number's text. A number is `digits * 10^exponent`, exactly; comparison is by that value (OPA compares `10.0 == 1`
 * as true: docs/differences.md). Arithmetic lives in `arithmetic.ts`.
 */
import { RegoNumber } from "./rego-number.ts";
import type { NumberValue } from "./value.ts";

const PLAIN_INTEGER = /^-?(0|[1-9][0-9]*)$/;

/** Returns the value that stands for a number literal: a JavaScript number where its text allows it, else a `RegoNumber`. */
export function numberFromText(text: string): NumberValue {
  const number = Number(text);
  if (String(number) === text && (Number.isSafeInteger(number) || !Number.isInteger(number))) return number;
  return new RegoNumber(text);
}

/** Returns a number's text as it was written. */
export function textOfNumber(value: NumberValue): string {
  return typeof value === "number" ? String(value) : value.text;
}

/** Returns the exact value of a number as `digits * 10^exponent`, digits without trailing zeros (0 has exponent 0). */
export function decimalOf(value: NumberValue): { readonly digits: bigint; readonly exponent: number } {
  if (typeof value === "number") return parseDecimal(String(value));
  value.decimal ??= parseDecimal(value.text);
  return value.decimal;
}

function parseDecimal(text: string): { readonly digits: bigint; readonly exponent: number } {
  if (PLAIN_INTEGER.test(text)) return trimZeros(text, 0);
  const [mantissa = "0", power = "0"] = text.toLowerCase().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return trimZeros(`${whole}${fraction}`, clamp(Number(power)) - fraction.length);
}

// An exponent beyond this is beyond all arithmetic, but must stay a finite integer.
const FARTHEST = 1e15;

function clamp(exponent: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, exponent));
}

function trimZeros(digits: string, exponent: number): { readonly digits: bigint; readonly exponent: number } {
  // Not a regular expression: a long run of zeros inside would cost the square of its length.
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  const kept = digits.slice(0, end);
  const value = BigInt(kept === "" || kept === "-" || kept === "+" ? "0" : kept);
  return value === 0n ? { digits: 0n, exponent: 0 } : { digits: value, exponent: exponent + digits.length - kept.length };
}

/** Returns a key that equal numbers share: a JavaScript number where one stands for the value, else a text. */
export function numberKey(value: NumberValue): number | string {
  if (typeof value === "number") return value;
  const { digits, exponent } = decimalOf(value);
  const near = Number(`${digits}e${exponent}`);
  if (Number.isFinite(near)) {
    const there = parseDecimal(String(near));
    if (there.digits === digits && there.exponent === exponent && (Number.isSafeInteger(near) || !Number.isInteger(near))) return near + 0;
  }
  return `${digits}e${exponent}`;
}

/** Tells whether two numbers have the same value. */
export function equalNumbers(a: NumberValue, b: NumberValue): boolean {
  if (typeof a === "number" && typeof b === "number") return a === b;
  const left = decimalOf(a);
  const right = decimalOf(b);
  return left.digits === right.digits && left.exponent === right.exponent;
}

/** Returns a negative number, zero or a positive number as `a` is less than, equal to or greater than `b`. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const left = decimalOf(a);
  const right = decimalOf(b);
  const sign = Number(left.digits > 0n) - Number(left.digits < 0n);
  const otherSign = Number(right.digits > 0n) - Number(right.digits < 0n);
  if (sign !== otherSign || sign === 0) return sign - otherSign;
  // Compare magnitudes first: a difference of exponents must never become a power of ten of that size.
  const size = digitCount(left.digits) + left.exponent;
  const otherSize = digitCount(right.digits) + right.exponent;
  if (size !== otherSize) return size < otherSize ? -sign : sign;
  const shift = left.exponent - right.exponent;
  const x = shift > 0 ? left.digits * 10n ** BigInt(shift) : left.digits;
  const y = shift < 0 ? right.digits * 10n ** BigInt(-shift) : right.digits;
  return x < y ? -1 : Number(x > y);
}

function digitCount(digits: bigint): number {
  return (digits < 0n ? -digits : digits).toString().length;
}

const INTEGER = /^[-+]?[0-9]+$/;
const INT64_MAX = 9223372036854775807n;

/** Returns a number written as a plain integer that fits 64 bits (`1e3` and `1.0` do not count), or undefined. */
export function int64Of(value: NumberValue): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  // Nineteen digits and a sign at most, zeros in front aside.
  if (!INTEGER.test(value.text) || value.text.length > 64) return undefined;
  const integer = BigInt(value.text);
  return integer <= INT64_MAX && integer >= -INT64_MAX - 1n ? integer : undefined;
}

/** Decimal digits before and after the point that arithmetic takes on; beyond, an operation would take seconds. */
export const MOST_DIGITS = 400_000;

/** Tells whether a number is too long, written out, to compute with. */
export function isTooBig(value: NumberValue): boolean {
  if (typeof value === "number") return false;
  return value.text.length > MOST_DIGITS || Math.abs(decimalOf(value).exponent) > MOST_DIGITS;
}

/** Returns the exact integer a number stands for (`1e3` and `7.0` count), or undefined. The number is not too big. */
export function bigIntOf(value: NumberValue): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  const { digits, exponent } = decimalOf(value);
  return exponent < 0 ? undefined : digits * 10n ** BigInt(exponent);
}

/** Returns an integer as a value. */
export function numberFromBigInt(value: bigint): NumberValue {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : new RegoNumber(value.toString());
}
