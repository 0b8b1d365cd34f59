/**
 * Amounts with units: `10Ki`, `1.5G`, `100m`. Two grammars: `units.parse` knows milli and is exact, `units.parse_bytes` ignores case and
 * gives whole bytes. https://www.openpolicyagent.org/docs/latest/policy-reference/#units
 */
import { floatFromBigInt, floatFromDecimal, product, truncated } from "../values/big-float.ts";
import { numberFromBigInt, numberFromText } from "../values/number.ts";
import type { NumberValue } from "../values/value.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { builtinError, row, string } from "./operands.ts";

const LETTERS = "kmgtpe";

/** Returns the factor of a unit in lower case: 1000^n for a letter, 1024^n with an `i`. */
function factorOf(unit: string): bigint | undefined {
  if (unit === "") return 1n;
  const power = BigInt(LETTERS.indexOf(unit.charAt(0)) + 1);
  if (power === 0n || unit.length > 2) return undefined;
  if (unit.length === 1) return 1000n ** power;
  return unit.charAt(1) === "i" ? 1024n ** power : undefined;
}

interface Amount {
  readonly number: string;
  readonly unit: string;
}

const MOST_EXPONENT_DIGITS = 6;

/** Splits an amount where its unit begins: at the first letter that is no exponent. Undefined when an exponent is too long. */
function splitAmount(text: string): Amount | undefined {
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (/[0-9.+-]/.test(letter)) continue;
    if (letter !== "e" && letter !== "E") return { number: text.slice(0, at), unit: text.slice(at) };
    // An `e` without digits or sign after it is the unit exa.
    if (!/[0-9+-]/.test(text.charAt(at + 1))) return { number: text.slice(0, at), unit: text.slice(at) };
    if (/[+-]/.test(text.charAt(at + 1))) at++;
    const digits = /^[0-9]*/.exec(text.slice(at + 1))?.[0] ?? "";
    if (digits.length > MOST_EXPONENT_DIGITS) return undefined;
  }
  return { number: text, unit: "" };
}

const NUMBER = /^([-+]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?$/;

interface Written {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly exponent: number;
}

function readNumber(text: string): Written | undefined {
  const [, sign, whole = "", fraction = "", power = "0"] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return undefined;
  return { negative: sign === "-", digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function parseBytes(given: string): BuiltinResult {
  const failed = (message: string) => builtinError("units.parse_bytes", `units.parse_bytes: ${message}`);
  const text = given.toLowerCase().replaceAll('"', "");
  if (text.includes(" ")) return failed("spaces not allowed in resource strings");
  const amount = splitAmount(text);
  if (amount === undefined) return failed("exponent too large");
  if (amount.number === "") return failed("no byte amount provided");
  // `kb`, `kib`: the b says nothing; `b` alone is no unit.
  const factor = factorOf(amount.unit.length > 1 ? amount.unit.replace(/b$/, "") : amount.unit);
  if (factor === undefined) return failed(`byte unit ${amount.unit} not recognized`);
  const number = readNumber(amount.number);
  if (number === undefined) return failed("could not parse byte amount to a number");
  const float = floatFromDecimal(number.negative, number.digits, number.exponent);
  return numberFromBigInt(truncated(product(float, floatFromBigInt(factor), 64)));
}

// The float64 nearest to 0.001 as a fraction: OPA multiplies by that.
const MILLI = { numerator: 1152921504606847n, denominator: 1n << 60n };

function parseUnits(given: string): BuiltinResult {
  const failed = (message: string) => builtinError("units.parse", `units.parse: ${message}`);
  const text = given.replaceAll('"', "");
  if (text.includes(" ")) return failed("spaces not allowed in resource strings");
  const amount = splitAmount(text);
  if (amount === undefined) return failed("exponent too large");
  if (amount.number === "") return failed("no amount provided");
  // Only the first letter keeps its case: m is milli, M is mega.
  const unit = amount.unit.slice(0, 1) + amount.unit.slice(1).toLowerCase();
  const factor = unit === "m" ? 1n : factorOf(unit.toLowerCase());
  if (factor === undefined) return failed(`unit ${unit} not recognized`);
  const number = readNumber(amount.number);
  if (number === undefined) return failed("could not parse amount to a number");
  const scale = 10n ** BigInt(Math.abs(number.exponent));
  const numerator = number.digits * factor * (number.exponent > 0 ? scale : 1n) * (unit === "m" ? MILLI.numerator : 1n);
  const denominator = (number.exponent < 0 ? scale : 1n) * (unit === "m" ? MILLI.denominator : 1n);
  return fraction(number.negative, numerator, denominator);
}

const DECIMALS = 10;

// An integer as it is, anything else with ten decimals, halves away from zero.
function fraction(negative: boolean, numerator: bigint, denominator: bigint): NumberValue {
  if (numerator % denominator === 0n) return numberFromBigInt((negative ? -numerator : numerator) / denominator);
  const scaled = (numerator * 10n ** BigInt(DECIMALS) * 2n + denominator) / (denominator * 2n);
  const digits = scaled.toString().padStart(DECIMALS + 1, "0");
  return numberFromText(`${negative ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`);
}

/** The rows of this family. */
export const units: readonly Builtin[] = [
  row("units.parse", "(x: string) => y: number", [string], (_, text) => parseUnits(text)),
  row("units.parse_bytes", "(x: string) => y: number", [string], (_, text) => parseBytes(text)),
];
