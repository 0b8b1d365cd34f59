/**
 * Kubernetes quantities such as `100m` and `1.5Gi`: reading, comparing, adding. A quantity is an exact decimal; like the original it
 * remembers whether it was small enough to be kept as a scaled 64-bit integer, since only such a one counts as an integer.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library
 */

import type { CelInt } from "../values/number.ts";
import { toDouble } from "../values/number.ts";
import { structType } from "../values/type.ts";
import { CelError, CelOpaque, type CelResult } from "../values/value.ts";
import { traversal, unit } from "./costs.ts";
import { bool, double, free, func, int, type Library, method, opaque, string } from "./declare.ts";

/** A decimal `digits * 10^exponent`; `scaled` when the original would keep it as a scaled integer. */
class Quantity {
  readonly digits: bigint;
  readonly exponent: number;
  readonly scaled: boolean;

  constructor(digits: bigint, exponent: number, scaled: boolean) {
    this.digits = digits;
    this.exponent = exponent;
    this.scaled = scaled;
  }

  equals(other: unknown): boolean {
    return other instanceof Quantity && compare(this, other) === 0;
  }
}

const quantityType = structType("kubernetes.Quantity");
const quantity = opaque<Quantity>(quantityType);

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/;
const wrongFormat = new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
const wrongSuffix = new CelError("unable to parse quantity's suffix");
const tooLarge = new CelError("quantity is too large");

const DECIMAL: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const BINARY: ReadonlyMap<string, number> = new Map([
  ["Ki", 10],
  ["Mi", 20],
  ["Gi", 30],
  ["Ti", 40],
  ["Pi", 50],
  ["Ei", 60],
]);
const EXPONENT = /^[eE]([+-]?\d+)$/;

const INT_LIMIT = 2n ** 63n;
/** Digits a scaled integer may have, as the original counts. */
const MAX_DIGITS = 18;
/** Beyond this a power of ten fills memory and no quantity means anything. */
const MAX_EXPONENT = 4096;
/** Smaller amounts are rounded up to this power of ten. */
const NANO = -9;

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
}

function readSuffix(text: string): Suffix | undefined {
  const decimal = DECIMAL.get(text);
  if (decimal !== undefined) return { base: 10, exponent: decimal };
  const binary = BINARY.get(text);
  if (binary !== undefined) return { base: 2, exponent: binary };
  const written = EXPONENT.exec(text)?.[1];
  return written === undefined ? undefined : { base: 10, exponent: Number(written) };
}

function parseQuantity(text: string): Quantity | CelError {
  const match = SHAPE.exec(text);
  if (match === null || text === "") return wrongFormat;
  const whole = (match[2] ?? "").replace(/^0+/, "");
  const fraction = match[3] ?? "";
  const suffix = readSuffix(match[4] ?? "");
  if (suffix === undefined) return wrongSuffix;
  if (Math.abs(suffix.exponent) > MAX_EXPONENT || text.length > MAX_EXPONENT) return tooLarge;
  const digits = BigInt(`${whole}${fraction}` || "0") * (match[1] === "-" ? -1n : 1n);
  const written = { digits, whole: whole.length || 1, fraction: fraction.length };
  return suffix.base === 10 ? decimalQuantity(written, suffix.exponent) : binaryQuantity(written, suffix.exponent);
}

interface Written {
  readonly digits: bigint;
  readonly whole: number;
  readonly fraction: number;
}

function decimalQuantity({ digits, whole, fraction }: Written, exponent: number): Quantity {
  const scale = exponent - fraction;
  if (whole + fraction <= MAX_DIGITS && scale >= NANO) return new Quantity(digits, scale, true);
  return roundUp(digits, scale);
}

function binaryQuantity({ digits, whole, fraction }: Written, exponent: number): Quantity {
  const value = digits * 2n ** BigInt(exponent);
  const precision = 15 - whole - Math.trunc((exponent * 3) / 10) - 1;
  if (fraction === 0 && precision >= 0 && magnitude(value) < INT_LIMIT) return new Quantity(value, 0, true);
  const capped = roundUp(value, -fraction);
  const limit = new Quantity(INT_LIMIT - 1n, 0, false);
  if (compare(new Quantity(magnitude(capped.digits), capped.exponent, false), limit) <= 0) return capped;
  return new Quantity(capped.digits < 0n ? -limit.digits : limit.digits, 0, false);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

// Whoever asks for less than a billionth gets a billionth.
function roundUp(digits: bigint, exponent: number): Quantity {
  if (exponent >= NANO) return new Quantity(digits, exponent, false);
  const divisor = 10n ** BigInt(NANO - exponent);
  const rest = digits % divisor;
  const step = rest === 0n ? 0n : digits < 0n ? -1n : 1n;
  return new Quantity(digits / divisor + step, NANO, false);
}

function aligned(a: Quantity, b: Quantity): readonly [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const raise = (value: Quantity) => value.digits * 10n ** BigInt(value.exponent - exponent);
  return [raise(a), raise(b), exponent];
}

function compare(a: Quantity, b: Quantity): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function combine(a: Quantity, b: Quantity, sign: 1n | -1n): Quantity {
  const [left, right, exponent] = aligned(a, b);
  const digits = left + sign * right;
  return new Quantity(digits, exponent, a.scaled && b.scaled && magnitude(digits) < INT_LIMIT);
}

function asInteger(value: Quantity): bigint | undefined {
  if (!value.scaled || value.exponent < 0 || value.exponent > MAX_DIGITS) return undefined;
  const whole = value.digits * 10n ** BigInt(value.exponent);
  return whole >= -INT_LIMIT && whole < INT_LIMIT ? whole : undefined;
}

function toNumber(value: bigint): CelInt {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const wrap = (value: Quantity) => new CelOpaque(quantityType, value);
const ofInt = (value: CelInt) => new Quantity(BigInt(value), 0, true);

function read(text: string): CelResult {
  const value = parseQuantity(text);
  return value instanceof CelError ? value : wrap(value);
}

function integer({ value }: CelOpaque<Quantity>): CelResult {
  const whole = asInteger(value);
  return whole === undefined ? new CelError("cannot convert value to integer") : toNumber(whole);
}

const nominal = { cost: unit };

/** The library. */
export const quantityLibrary: Library = {
  name: "kubernetes.quantity",
  functions: [
    func("quantity", [free("string_to_quantity", [string], quantity, read)], { cost: traversal }),
    func("isQuantity", [free("is_quantity_string", [string], bool, (text) => !(parseQuantity(text) instanceof CelError))], {
      cost: traversal,
    }),
    func("sign", [free("quantity_sign", [quantity], int, ({ value }) => compare(value, ofInt(0)))], nominal),
    func(
      "isGreaterThan",
      [method("quantity_is_greater_than", [quantity, quantity], bool, (a, b) => compare(a.value, b.value) > 0)],
      nominal,
    ),
    func("isLessThan", [method("quantity_is_less_than", [quantity, quantity], bool, (a, b) => compare(a.value, b.value) < 0)], nominal),
    func("compareTo", [method("quantity_compare_to", [quantity, quantity], int, (a, b) => compare(a.value, b.value))], nominal),
    func("asApproximateFloat", [method("quantity_get_float", [quantity], double, ({ value }) => toDouble(approximate(value)))], nominal),
    func("asInteger", [method("quantity_get_int", [quantity], int, integer)], nominal),
    func("isInteger", [method("quantity_is_integer", [quantity], bool, ({ value }) => asInteger(value) !== undefined)], nominal),
    func(
      "add",
      [
        method("quantity_add", [quantity, quantity], quantity, (a, b) => wrap(combine(a.value, b.value, 1n))),
        method("quantity_add_int", [quantity, int], quantity, (a, b) => wrap(combine(a.value, ofInt(b), 1n))),
      ],
      nominal,
    ),
    func(
      "sub",
      [
        method("quantity_sub", [quantity, quantity], quantity, (a, b) => wrap(combine(a.value, b.value, -1n))),
        method("quantity_sub_int", [quantity, int], quantity, (a, b) => wrap(combine(a.value, ofInt(b), -1n))),
      ],
      nominal,
    ),
  ],
};

function approximate({ digits, exponent }: Quantity): number {
  return exponent === 0 ? Number(digits) : Number(digits) * 10 ** exponent;
}
