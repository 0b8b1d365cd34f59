/**
 * `"%s is %d".format([name, age])`: the clauses s, d, f, e, b, x, X and o with a precision, for values of any type, written in the manner of
 * cel-go's second version of the function, which groups digits and writes exponents as English does.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Strings
 */

import { compareStrings } from "../../../base/compare-strings.ts";
import { formatFloat, quote } from "../../../rego/index.ts";
import { adapt, classify } from "../values/classify.ts";
import { isMap, type MapValue, mapGet, mapKeys } from "../values/map.ts";
import { doubleValue, isDouble, isInt } from "../values/number.ts";
import { printDouble } from "../values/print.ts";
import { printDuration, printTimestamp } from "../values/time.ts";
import { CelType } from "../values/type.ts";
import { CelDuration, CelError, type CelKey, type CelResult, CelTimestamp, CelUint, type CelValue } from "../values/value.ts";
import { DEFAULT_PRECISION, parseFormat, unfit } from "./format-clause.ts";

/** Shows one value by a clause. */
export type FormatClause = (letter: string, precision: number | undefined, value: CelValue) => string | CelError;

/** Formats a string in the manner of Kubernetes' version of the library. */
export function formatString(format: string, args: readonly CelValue[]): CelResult {
  return formatWith(formatClause, format, args);
}

/** Formats a string with clauses of one's own. */
export function formatWith(clause: FormatClause, format: string, args: readonly CelValue[]): CelResult {
  let out = "";
  let position = 0;
  for (const piece of parseFormat(format)) {
    if (piece.kind === "text") {
      out += piece.text;
      continue;
    }
    if (position >= args.length) return new CelError(`index ${position} out of range`);
    if (piece.kind === "wrong") return new CelError(piece.message);
    const written = clause(piece.letter, piece.precision, adapt(args[position] ?? null));
    if (written instanceof CelError) return new CelError(`error during formatting: ${written.message}`);
    out += written;
    position++;
  }
  return out;
}

type Text = string | CelError;

function formatClause(letter: string, given: number | undefined, value: CelValue): Text {
  const precision = given ?? DEFAULT_PRECISION;
  switch (letter) {
    case "s":
      return formatPlain(value);
    case "d":
      return formatInteger(value, 10) ?? unfit("d", classify(value).name);
    case "f":
      return withNumber(value, "f", (number) => group(formatFloat(number, "f", precision)));
    case "e":
      return padded(
        withNumber(value, "e", (number) => localExponent(formatFloat(number, "e", DEFAULT_PRECISION))),
        precision,
      );
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : (formatInteger(value, 2) ?? unfit("b", classify(value).name));
    case "o":
      return formatInteger(value, 8) ?? unfit("o", classify(value).name);
    default:
      return formatHex(value, letter === "X");
  }
}

/** Writes an int or uint in a radix. */
export function formatInteger(value: CelValue, radix: number): string | undefined {
  if (isInt(value)) return value.toString(radix);
  return value instanceof CelUint ? value.value.toString(radix) : undefined;
}

const SPECIAL: ReadonlyMap<CelValue, number> = new Map<CelValue, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function withNumber(value: CelValue, letter: string, write: (number: number) => string): Text {
  const number = isDouble(value) ? doubleValue(value) : SPECIAL.get(value);
  if (number === undefined) return unfit(letter, classify(value).name);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "-∞";
  return write(number);
}

function group(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function localExponent(text: string): string {
  const [mantissa = "", exponent = "+00"] = text.split("e");
  const digits = Array.from(exponent.slice(1), (digit) => SUPERSCRIPTS[Number(digit)] ?? "").join("");
  return `${mantissa}×10${exponent.startsWith("-") ? "⁻" : ""}${digits}`;
}

// In this version of the function, the precision of an exponent form is taken for a width.
function padded(text: Text, width: number): Text {
  return typeof text === "string" ? text.padStart(width) : text;
}

function formatHex(value: CelValue, upper: boolean): Text {
  const text = hexOf(value);
  if (text === undefined) return unfit("x", classify(value).name);
  return upper ? text.toUpperCase() : text;
}

/** Writes an integer, text or bytes in hexadecimal. */
export function hexOf(value: CelValue): string | undefined {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : undefined;
  if (bytes === undefined) return formatInteger(value, 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function formatPlain(value: CelValue): Text {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return formatList(value);
  if (isMap(value)) return formatMap(value);
  if (isDouble(value)) return printDouble(doubleValue(value));
  return formatScalar(value) ?? unfit("s", classify(value).name);
}

function formatScalar(value: CelValue): string | undefined {
  if (value instanceof CelTimestamp) return printTimestamp(value);
  if (value instanceof CelDuration) return printDuration(value);
  if (value instanceof CelType) return value.name;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return formatInteger(value, 10);
}

function formatList(values: readonly CelValue[]): Text {
  const parts: string[] = [];
  for (const value of values) {
    const part = formatMember(adapt(value));
    if (part instanceof CelError) return part;
    parts.push(part);
  }
  return `[${parts.join(", ")}]`;
}

// Inside lists and maps, values are written so that they could be read again.
function formatMember(value: CelValue): Text {
  if (typeof value === "string") return quote(value);
  if (value instanceof Uint8Array) return `b${quote(new TextDecoder().decode(value))}`;
  if (value instanceof CelTimestamp) return `timestamp(${quote(printTimestamp(value))})`;
  if (value instanceof CelDuration) return `duration(${quote(printDuration(value))})`;
  if (isDouble(value)) return formatMemberDouble(doubleValue(value));
  if (!isFormattable(value)) return new CelError(`no formatting function for ${classify(value).name}`);
  return formatPlain(value);
}

function isFormattable(value: CelValue): boolean {
  if (value === null || typeof value === "boolean" || Array.isArray(value) || isMap(value)) return true;
  return value instanceof CelType || formatInteger(value, 10) !== undefined;
}

function formatMemberDouble(value: number): string {
  if (!Number.isFinite(value)) return quote(printDouble(value));
  return formatFloat(value, "f", DEFAULT_PRECISION);
}

function formatMap(map: MapValue): Text {
  const pairs: [string, string][] = [];
  for (const key of mapKeys(map)) {
    const value = formatMember(adapt(mapGet(map, key) ?? null));
    if (value instanceof CelError) return value;
    pairs.push([formatKey(key), value]);
  }
  pairs.sort(([a], [b]) => compareStrings(a, b));
  return `{${pairs.map(([key, value]) => `${key}:${value}`).join(", ")}}`;
}

function formatKey(key: CelKey): string {
  return typeof key === "string" ? quote(key) : (formatInteger(key, 10) ?? String(key));
}
