/**
 * Writes float64 numbers as Go's `strconv.FormatFloat` does, in any of its formats and to any precision.
 * In: the number, the format letter and the precision (-1 = as few digits as identify the number). https://pkg.go.dev/strconv#FormatFloat
 */
import type { Decimal } from "./decimal.ts";
import { exactDecimal, plainText, roundedDecimal, scientificText } from "./decimal.ts";

/** The formats of a float. */
export type FloatFormat = "b" | "e" | "E" | "f" | "g" | "G" | "x" | "X";

/** Returns the text of a finite number. */
export function formatFloat(value: number, format: FloatFormat, precision: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (format === "b") return sign + binaryText(size);
  if (format === "x" || format === "X") return sign + hexText(size, format, precision);
  const shortest = precision < 0;
  const exact = shortest ? shortestDigits(size) : exactDigits(size);
  switch (format) {
    case "f":
      return sign + plainText(...forFraction(exact, shortest, precision));
    case "e":
    case "E": {
      const rounded = shortest ? exact : roundedDecimal(exact, precision + 1);
      return sign + scientificText(rounded, shortest ? exact.digits.length - 1 : precision, format);
    }
    default:
      return sign + generalText(exact, shortest ? -1 : precision || 1, format === "g" ? "e" : "E");
  }
}

function forFraction(exact: Decimal, shortest: boolean, precision: number): [Decimal, number] {
  if (shortest) return [exact, Math.max(exact.digits.length - exact.point, 0)];
  return [roundedDecimal(exact, exact.point + precision), precision];
}

// Go's %g: with an exponent when that is below -4 or reaches the number of digits (6 when as few digits as possible are asked for).
function generalText(exact: Decimal, precision: number, letter: string): string {
  const decimal = precision < 0 ? exact : roundedDecimal(exact, precision);
  const count = decimal.digits.length;
  const wanted = precision < 0 ? count : precision;
  const limit = precision < 0 ? 6 : wanted > count && count >= decimal.point ? count : wanted;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) return scientificText(decimal, Math.min(wanted, count) - 1, letter);
  return plainText(decimal, Math.max((wanted > decimal.point ? count : wanted) - decimal.point, 0));
}

// JavaScript finds the same shortest digits as Go.
function shortestDigits(size: number): Decimal {
  if (size === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

function exactDigits(size: number): Decimal {
  const { mantissa, exponent } = bitsOf(size);
  return exactDecimal(mantissa, exponent);
}

interface Bits {
  readonly mantissa: bigint;
  readonly exponent: number;
}

// The number is mantissa * 2^exponent, with 53 bits of mantissa unless it is too small for that.
function bitsOf(size: number): Bits {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const fraction = bits & 0xfffffffffffffn;
  const exponent = Number(bits >> 52n);
  return exponent === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: exponent - 1075 };
}

function binaryText(size: number): string {
  const { mantissa, exponent } = bitsOf(size);
  return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

function hexText(size: number, format: "x" | "X", precision: number): string {
  let { mantissa, exponent } = bitsOf(size);
  // The leading one moves to bit 60, fifteen hexadecimal digits below it.
  mantissa <<= 8n;
  exponent = mantissa === 0n ? 0 : exponent + 52;
  while (mantissa !== 0n && mantissa >> 60n === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision >= 0 && precision < 15) {
    const dropped = BigInt(60 - 4 * precision);
    const rest = mantissa & ((1n << dropped) - 1n);
    const kept = mantissa >> dropped;
    const half = 1n << (dropped - 1n);
    mantissa = (rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept) << dropped;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const digits = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, "0");
  const fraction = precision < 0 ? digits.replace(/0+$/, "") : digits.padEnd(precision, "0").slice(0, precision);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  const text = `0x${mantissa >> 60n}${fraction === "" ? "" : `.${fraction}`}p${exponent < 0 ? "-" : "+"}${power}`;
  return format === "X" ? text.toUpperCase() : text;
}
