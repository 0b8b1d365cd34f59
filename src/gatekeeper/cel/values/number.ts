/**
 * CEL arithmetic on 64-bit integers and doubles: checked, with cel-go's error texts. Takes and yields the number forms of `value.ts`;
 * safe integers never leave the fast path. https://github.com/google/cel-spec/blob/master/doc/langdef.md#numeric-values
 */
import { CelDouble, CelError, CelUint } from "./value.ts";

/** An int: a safe integer or a bigint beyond it. */
export type CelInt = number | bigint;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

export const intOverflow = new CelError("integer overflow");
const uintOverflow = new CelError("unsigned integer overflow");
export const divisionByZero = new CelError("division by zero");
export const modulusByZero = new CelError("modulus by zero");

/** Tells whether `value` is an int. */
export function isInt(value: unknown): value is CelInt {
  return Number.isSafeInteger(value) || typeof value === "bigint";
}

/** Tells whether `value` is a double. */
export function isDouble(value: unknown): value is number | CelDouble {
  return (typeof value === "number" && !Number.isSafeInteger(value)) || value instanceof CelDouble;
}

/** Makes an int of a bigint, or the overflow error. */
export function toInt(value: bigint): CelInt | CelError {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  return value < INT_MIN || value > INT_MAX ? intOverflow : value;
}

/** Makes a uint of a bigint, or the overflow error. */
export function toUint(value: bigint): CelUint | CelError {
  return value < 0n || value > UINT_MAX ? uintOverflow : new CelUint(value);
}

/** Makes the double whose value is `value`. */
export function toDouble(value: number): number | CelDouble {
  return Number.isSafeInteger(value) ? new CelDouble(value) : value;
}

/** Reads the JavaScript number a double stands for. */
export function doubleValue(value: number | CelDouble): number {
  return typeof value === "number" ? value : value.value;
}

/** Adds two ints. */
export function addInt(a: CelInt, b: CelInt): CelInt | CelError {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toInt(BigInt(a) + BigInt(b));
}

/** Subtracts two ints. */
export function subtractInt(a: CelInt, b: CelInt): CelInt | CelError {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return toInt(BigInt(a) - BigInt(b));
}

/** Multiplies two ints. */
export function multiplyInt(a: CelInt, b: CelInt): CelInt | CelError {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // Adding zero turns -0 into the 0 an integer has.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return toInt(BigInt(a) * BigInt(b));
}

/** Divides two ints, cutting towards zero. */
export function divideInt(a: CelInt, b: CelInt): CelInt | CelError {
  if (b === 0) return divisionByZero;
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) + 0;
  return toInt(BigInt(a) / BigInt(b));
}

/** Takes the remainder of two ints; the sign follows the dividend. */
export function moduloInt(a: CelInt, b: CelInt): CelInt | CelError {
  if (b === 0) return modulusByZero;
  if (typeof a === "number" && typeof b === "number") return (a % b) + 0;
  // The quotient of the smallest int and -1 does not fit, and Go's checked modulus refuses it as well.
  if (BigInt(a) === INT_MIN && BigInt(b) === -1n) return intOverflow;
  return toInt(BigInt(a) % BigInt(b));
}

/** Negates an int. */
export function negateInt(a: CelInt): CelInt | CelError {
  return typeof a === "number" ? 0 - a : toInt(-a);
}

const INT_LIMIT = 2 ** 63;
const UINT_LIMIT = 2 ** 64;

/** Converts a double to an int, cutting towards zero. */
export function doubleToInt(value: number): CelInt | CelError {
  // cel-go refuses both borders, where doubles are 1024 apart.
  if (Number.isNaN(value) || value <= -INT_LIMIT || value >= INT_LIMIT) return intOverflow;
  return toInt(BigInt(Math.trunc(value)));
}

/** Converts a double to a uint, cutting towards zero. */
export function doubleToUint(value: number): CelUint | CelError {
  if (Number.isNaN(value) || value < 0 || value >= UINT_LIMIT) return uintOverflow;
  return new CelUint(BigInt(Math.trunc(value)));
}

/** Compares an exact integer with a double that is not NaN. Like cel-go it rounds the integer, but for doubles out of 64-bit reach. */
export function compareIntegerDouble(a: bigint, b: number): number {
  const rounded = Number(a);
  return rounded < b ? -1 : rounded > b ? 1 : 0;
}
