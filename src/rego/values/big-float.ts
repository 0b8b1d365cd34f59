/**
 * Binary floating point of any precision with rounding to nearest even: what Go's math/big.Float does, and so what OPA computes with
 * when a number is no integer (64 bits of mantissa where nothing says otherwise). Numbers come in as decimal text and go out as the shortest
 * decimal text that still names the same float. https://pkg.go.dev/math/big#Float
 */

import type { Decimal } from "../text/decimal.ts";
import { exactDecimal, plainText, scientificText, shortestBetween } from "../text/decimal.ts";

/** `±mantissa * 2^exponent`, kept to `precision` bits. Zero has a sign. */
export interface BigFloat {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly precision: number;
}

/** The precision of a float read from text, as in Go. */
const DEFAULT_PRECISION = 64;

/** Returns the number of bits of a number that is not negative. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const hex = value.toString(16);
  return 4 * hex.length - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

// Rounds to nearest, ties to even; `sticky` says that something below the last bit was already dropped.
function rounded(negative: boolean, mantissa: bigint, exponent: number, precision: number, sticky = false): BigFloat {
  const excess = bitLength(mantissa) - precision;
  if (excess <= 0) return { negative, mantissa, exponent, precision };
  const shift = BigInt(excess);
  const kept = mantissa >> shift;
  const dropped = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  const up = dropped > half || (dropped === half && (sticky || (kept & 1n) === 1n));
  return { negative, mantissa: up ? kept + 1n : kept, exponent: exponent + excess, precision };
}

/** Returns an integer as a float, with at least 64 bits and as many as it needs. */
export function floatFromBigInt(value: bigint): BigFloat {
  const mantissa = value < 0n ? -value : value;
  return { negative: value < 0n, mantissa, exponent: 0, precision: Math.max(bitLength(mantissa), DEFAULT_PRECISION) };
}

/** Returns a small power of two or integer with the precision Go gives a float made from a float64. */
export function floatFromHalves(halves: number): BigFloat {
  return { negative: halves < 0, mantissa: BigInt(Math.abs(halves)), exponent: -1, precision: 53 };
}

/** Reads `digits * 10^exponent`, where `digits` keeps the zeros it was written with. */
export function floatFromDecimal(negative: boolean, digits: bigint, exponent: number): BigFloat {
  if (digits === 0n) return { negative, mantissa: 0n, exponent: 0, precision: DEFAULT_PRECISION };
  if (exponent === 0) return rounded(negative, digits, 0, DEFAULT_PRECISION);
  // 10^n = 5^n * 2^n: only the five needs arithmetic, with 64 bits to spare as Go does it.
  const scale = powerOfFive(Math.abs(exponent), DEFAULT_PRECISION + 64);
  const exact: BigFloat = { negative, mantissa: digits, exponent, precision: DEFAULT_PRECISION };
  return exponent < 0 ? quotient(exact, scale, DEFAULT_PRECISION) : product(exact, scale, DEFAULT_PRECISION);
}

function powerOfFive(power: number, precision: number): BigFloat {
  const start = Math.min(power, 27);
  let result = rounded(false, 5n ** BigInt(start), 0, precision);
  let factor: BigFloat = { negative: false, mantissa: 5n, exponent: 0, precision: precision + 64 };
  for (let rest = power - start; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = product(result, factor, precision);
    factor = product(factor, factor, factor.precision);
  }
  return result;
}

/** Returns `x * y`. */
export function product(x: BigFloat, y: BigFloat, precision = Math.max(x.precision, y.precision)): BigFloat {
  return rounded(x.negative !== y.negative, x.mantissa * y.mantissa, x.exponent + y.exponent, precision);
}

/** Returns `x / y`; `y` is not zero. */
export function quotient(x: BigFloat, y: BigFloat, precision = Math.max(x.precision, y.precision)): BigFloat {
  const negative = x.negative !== y.negative;
  if (x.mantissa === 0n) return { negative, mantissa: 0n, exponent: 0, precision };
  // Two bits more than asked for, so that the rounding bit is there.
  const shift = Math.max(0, precision + 2 + bitLength(y.mantissa) - bitLength(x.mantissa));
  const dividend = x.mantissa << BigInt(shift);
  const mantissa = dividend / y.mantissa;
  return rounded(negative, mantissa, x.exponent - y.exponent - shift, precision, mantissa * y.mantissa !== dividend);
}

/** Returns `x + y`. */
export function sum(x: BigFloat, y: BigFloat): BigFloat {
  const precision = Math.max(x.precision, y.precision);
  if (x.mantissa === 0n && y.mantissa === 0n) return { negative: x.negative && y.negative, mantissa: 0n, exponent: 0, precision };
  if (y.mantissa === 0n) return rounded(x.negative, x.mantissa, x.exponent, precision);
  if (x.mantissa === 0n) return rounded(y.negative, y.mantissa, y.exponent, precision);
  const exponent = Math.min(x.exponent, y.exponent);
  const total = signed(x) * 2n ** BigInt(x.exponent - exponent) + signed(y) * 2n ** BigInt(y.exponent - exponent);
  return rounded(total < 0n, total < 0n ? -total : total, exponent, precision);
}

/** Returns `-x`. */
export function negated(x: BigFloat): BigFloat {
  return { ...x, negative: !x.negative };
}

function signed(x: BigFloat): bigint {
  return x.negative ? -x.mantissa : x.mantissa;
}

/** Returns the integer part, rounded toward zero. */
export function truncated(x: BigFloat): bigint {
  const whole = x.exponent >= 0 ? x.mantissa << BigInt(x.exponent) : x.mantissa >> BigInt(-x.exponent);
  return x.negative ? -whole : whole;
}

/** Tells whether a float is an integer. */
export function isInteger(x: BigFloat): boolean {
  if (x.exponent >= 0 || x.mantissa === 0n) return true;
  return BigInt.asUintN(-x.exponent, x.mantissa) === 0n;
}

/** Returns the fewest digits that identify a float of its precision, as Go finds them. */
function shortestDecimal(x: BigFloat): Decimal {
  if (x.mantissa === 0n) return { digits: "", point: 0 };
  const value = exactDecimal(x.mantissa, x.exponent);
  // Put half a unit in the last place at bit 0: everything nearer than that reads back as x.
  const shift = x.precision + 1 - bitLength(x.mantissa);
  const wide = shift >= 0 ? x.mantissa << BigInt(shift) : x.mantissa >> BigInt(-shift);
  return shortestBetween(
    value,
    exactDecimal(wide - 1n, x.exponent - shift),
    exactDecimal(wide + 1n, x.exponent - shift),
    (wide & 2n) === 0n,
  );
}

/** Returns a float's shortest text as OPA writes it: integers in full, others plain or with an exponent as Go's `%g` chooses. */
export function floatText(x: BigFloat): string {
  const decimal = shortestDecimal(x);
  const sign = x.negative ? "-" : "";
  const exponent = decimal.point - 1;
  const plain = isInteger(x) || (exponent >= -4 && exponent < 6);
  return (
    sign +
    (plain ? plainText(decimal, Math.max(decimal.digits.length - decimal.point, 0)) : scientificText(decimal, decimal.digits.length - 1))
  );
}
