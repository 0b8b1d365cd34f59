/**
 * CEL's order: numbers of any kind by value, and booleans, strings, bytes, timestamps and durations among themselves. Yields the sign of
 * the comparison or the error cel-go gives. https://github.com/google/cel-spec/blob/master/doc/langdef.md#ordering
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import { isNumeric } from "./equal.ts";
import { compareIntegerDouble, isDouble } from "./number.ts";
import { CelDouble, CelDuration, CelError, CelTimestamp, CelUint, type CelValue } from "./value.ts";

export const noSuchOverload = new CelError("no such overload");
const unordered = new CelError("NaN values cannot be ordered");

/** Compares two values: negative, zero or positive, or an error when they have no order. */
export function order(a: CelValue, b: CelValue): number | CelError {
  if (typeof a === "number" && typeof b === "number" && Number.isFinite(a) && Number.isFinite(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (isNumeric(a) && isNumeric(b)) return orderNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return orderIntegers(a.nanos, b.nanos);
  if (a instanceof CelDuration && b instanceof CelDuration) return orderIntegers(a.nanos, b.nanos);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return orderBytes(a, b);
  return noSuchOverload;
}

type Numeric = number | bigint | CelDouble | CelUint;

function orderNumbers(a: Numeric, b: Numeric): number | CelError {
  const left = isDouble(a) ? (a instanceof CelDouble ? a.value : a) : undefined;
  const right = isDouble(b) ? (b instanceof CelDouble ? b.value : b) : undefined;
  if (Number.isNaN(left) || Number.isNaN(right)) return unordered;
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (right !== undefined) return compareIntegerDouble(integerOf(a), right);
  if (left !== undefined) return -compareIntegerDouble(integerOf(b), left);
  return orderIntegers(integerOf(a), integerOf(b));
}

function integerOf(value: Numeric): bigint {
  if (value instanceof CelUint) return value.value;
  return value instanceof CelDouble ? 0n : BigInt(value);
}

function orderIntegers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function orderBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
