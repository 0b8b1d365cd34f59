/**
 * Reads the number texts that `to_number` takes: everything Go's ParseFloat takes, JSON number or not (`01`, `+5`, `.5`, `1_000`, `0x1p4`).
 * OPA keeps such a text as it is and cannot write it as JSON later; here it becomes the JSON number of the same value.
 * https://pkg.go.dev/strconv#ParseFloat
 */
import { exactDecimal, plainText } from "../text/decimal.ts";
import { quote } from "../text/quote.ts";
import { numberFromText } from "../values/number.ts";
import type { NumberValue } from "../values/value.ts";

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const DECIMAL = /^([-+]?)(?=\.?[0-9])([0-9_]*)(?:\.([0-9_]*))?([eE][-+]?[0-9_]+)?$/;
const HEX = /^([-+]?)0[xX](?=_?\.?[0-9a-fA-F])([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([-+]?[0-9]+)$/;
// Below this power of two a float64 is zero whatever its digits.
const LEAST_POWER = -1200;
const MOST_POWER = 1100;

/** Returns the number a text stands for, or Go's complaint. */
export function readNumber(text: string): NumberValue | string {
  const read = (JSON_NUMBER.test(text) ? numberFromText(text) : undefined) ?? readDecimal(text) ?? readHex(text);
  if (read === undefined) return `strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`;
  return read === "range" || isInfinite(read) ? `strconv.ParseFloat: parsing ${quote(text)}: value out of range` : read;
}

function isInfinite(value: NumberValue): boolean {
  return typeof value !== "number" && !Number.isFinite(Number(value.text));
}

function readDecimal(text: string): NumberValue | undefined {
  const match = DECIMAL.exec(text);
  if (match === null || !underscoresAreFine(text)) return undefined;
  const [, sign = "", whole = "", fraction = "", power = ""] = match;
  const digits = whole.replaceAll("_", "").replace(/^0+(?=[0-9])/, "") || "0";
  const part = fraction.replaceAll("_", "");
  return numberFromText(`${sign === "-" ? "-" : ""}${digits}${part === "" ? "" : `.${part}`}${power.replaceAll("_", "")}`);
}

// One underscore between two digits, or between the prefix and a digit.
function underscoresAreFine(text: string): boolean {
  return !/_(?![0-9a-fA-F])|(?<![0-9a-fA-FxX])_/.test(text);
}

function readHex(text: string): NumberValue | "range" | undefined {
  const match = HEX.exec(text);
  if (match === null || !underscoresAreFine(text)) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const part = fraction.replaceAll("_", "");
  const mantissa = BigInt(`0x${whole.replaceAll("_", "")}${part}`);
  const exponent = Number(power) - 4 * part.length;
  if (mantissa === 0n) return 0;
  const top = mantissa.toString(2).length + exponent;
  if (top > MOST_POWER) return "range";
  if (top < LEAST_POWER) return 0;
  const decimal = exactDecimal(mantissa, exponent);
  return numberFromText((sign === "-" ? "-" : "") + plainText(decimal, Math.max(0, decimal.digits.length - decimal.point)));
}
