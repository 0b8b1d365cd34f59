/**
 * Decimal digits of binary fractions: exact expansion, rounding, the shortest digits that identify a float, and Go's two ways of writing them.
 * https://pkg.go.dev/strconv#FormatFloat
 */

/** Decimal digits `0.d1d2d3… * 10^point`, without zeros at the end. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Returns `mantissa * 2^exponent` in decimal, exactly. */
export function exactDecimal(mantissa: bigint, exponent: number): Decimal {
  if (mantissa === 0n) return { digits: "", point: 0 };
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const all = scaled.toString();
  return { digits: withoutEndZeros(all), point: all.length + Math.min(exponent, 0) };
}

function withoutEndZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}

/** Returns the first cut of `value` that lies between the bounds, which count themselves when `inclusive`. */
export function shortestBetween(value: Decimal, lower: Decimal, upper: Decimal, inclusive: boolean): Decimal {
  for (let i = 0; i < value.digits.length; i++) {
    const digit = digitAt(value, i);
    const low = digitAt(lower, i);
    const high = digitAt(upper, i);
    const down = low !== digit || (inclusive && i + 1 === lower.digits.length);
    const up = digit !== high && (inclusive || digit + 1 < high || i + 1 < upper.digits.length);
    if (down && up) return roundedDecimal(value, i + 1);
    if (down) return { digits: withoutEndZeros(value.digits.slice(0, i + 1)), point: value.point };
    if (up) return roundedUp(value, i + 1);
  }
  return value;
}

function digitAt(decimal: Decimal, index: number): number {
  return index < decimal.digits.length ? decimal.digits.charCodeAt(index) - 0x30 : 0;
}

/** Returns a decimal rounded to so many digits, half to even. */
export function roundedDecimal(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return { digits: "", point: 0 };
  if (count >= digits.length) return decimal;
  const next = digitAt(decimal, count);
  const tie = next === 5 && count + 1 === digits.length;
  const up = tie ? count > 0 && digitAt(decimal, count - 1) % 2 === 1 : next >= 5;
  if (up) return roundedUp(decimal, count);
  const kept = withoutEndZeros(digits.slice(0, count));
  return { digits: kept, point: kept === "" ? 0 : point };
}

function roundedUp({ digits, point }: Decimal, count: number): Decimal {
  let end = Math.min(count, digits.length);
  while (end > 0 && digits.charCodeAt(end - 1) === 0x39) end--;
  if (end === 0) return { digits: "1", point: point + 1 };
  return { digits: digits.slice(0, end - 1) + String.fromCharCode(digits.charCodeAt(end - 1) + 1), point };
}

/** Returns `ddd.ddd` with so many digits after the point (Go's `%f`). */
export function plainText({ digits, point }: Decimal, fractionDigits: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (fractionDigits <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(Math.min(-point, fractionDigits)) + digits;
  return `${whole}.${fraction.slice(0, fractionDigits).padEnd(fractionDigits, "0")}`;
}

/** Returns `d.ddde±dd` with so many digits after the point (Go's `%e`). */
export function scientificText({ digits, point }: Decimal, fractionDigits: number, letter = "e"): string {
  const exponent = digits === "" ? 0 : point - 1;
  const first = digits.charAt(0) || "0";
  const fraction = fractionDigits > 0 ? `.${digits.slice(1, fractionDigits + 1).padEnd(fractionDigits, "0")}` : "";
  return `${first}${fraction}${letter}${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
