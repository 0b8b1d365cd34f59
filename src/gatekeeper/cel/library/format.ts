/**
 * `"%s is %d".format([name, age])`: the clauses s, d, f, e, b, x, X and o with a precision, for values of any type, written in the manner of
 * cel-go's second version of the function, which groups digits and writes exponents as English does.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Strings
 */

import { compareStrings } from "../../../base/compare-strings.ts";
import { formatFloat, quote } from "../../../rego/index.ts";
import type { CheckedTree } from "../check/check.ts";
import type { Call, Expr } from "../syntax/ast.ts";
import type { Issue } from "../syntax/issue.ts";
import { adapt, classify } from "../values/classify.ts";
import { isMap, type MapValue, mapGet, mapKeys } from "../values/map.ts";
import { doubleValue, isDouble, isInt } from "../values/number.ts";
import { printDouble } from "../values/print.ts";
import { printDuration, printTimestamp } from "../values/time.ts";
import { CelType } from "../values/type.ts";
import { CelDuration, CelError, type CelKey, type CelResult, CelTimestamp, CelUint, type CelValue } from "../values/value.ts";

const DEFAULT_PRECISION = 6;
/** Go would write any number of decimals; more than this is no number any more but a way to fill memory. */
const MAX_PRECISION = 1000;

/** One piece of a format string. */
type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "clause"; readonly letter: string; readonly precision: number | undefined }
  | { readonly kind: "wrong"; readonly message: string };

/** Splits a format string; a wrong piece is the last. */
function parseFormat(format: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf("%", at);
    if (percent < 0) return [...pieces, { kind: "text", text: format.slice(at) }];
    if (percent > at) pieces.push({ kind: "text", text: format.slice(at, percent) });
    if (format[percent + 1] === "%") {
      pieces.push({ kind: "text", text: "%" });
      at = percent + 2;
      continue;
    }
    const clause = parseClause(format, percent + 1);
    pieces.push(clause.piece);
    if (clause.piece.kind === "wrong") return pieces;
    at = clause.end;
  }
  return pieces;
}

function parseClause(format: string, start: number): { readonly piece: Piece; readonly end: number } {
  if (start >= format.length) return wrong("unexpected end of string");
  let at = start;
  let precision: number | undefined;
  if (format[at] === ".") {
    const digits = /^\d*/.exec(format.slice(at + 1))?.[0] ?? "";
    at += 1 + digits.length;
    if (at >= format.length) return wrong(PRECISION_TROUBLE + "could not find end of precision specifier");
    if (digits === "")
      return wrong(`${PRECISION_TROUBLE}error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax`);
    precision = Number(digits);
    if (precision > MAX_PRECISION) return wrong(`${PRECISION_TROUBLE}precision is larger than ${MAX_PRECISION}`);
  }
  const letter = String.fromCodePoint(format.codePointAt(at) ?? 0);
  if (!"sdfebxXo".includes(letter)) return wrong(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
  return { piece: { kind: "clause", letter, precision }, end: at + 1 };
}

const PRECISION_TROUBLE = "could not parse formatting clause: error while parsing precision: ";

function wrong(message: string): { readonly piece: Piece; readonly end: number } {
  return { piece: { kind: "wrong", message }, end: 0 };
}

/** Formats a string. */
export function formatString(format: string, args: readonly CelValue[]): CelResult {
  let out = "";
  let position = 0;
  for (const piece of parseFormat(format)) {
    if (piece.kind === "text") {
      out += piece.text;
      continue;
    }
    if (position >= args.length) return new CelError(`index ${position} out of range`);
    if (piece.kind === "wrong") return new CelError(piece.message);
    const written = formatClause(piece.letter, piece.precision ?? DEFAULT_PRECISION, adapt(args[position] ?? null));
    if (written instanceof CelError) return new CelError(`error during formatting: ${written.message}`);
    out += written;
    position++;
  }
  return out;
}

type Text = string | CelError;

function formatClause(letter: string, precision: number, value: CelValue): Text {
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

function formatInteger(value: CelValue, radix: number): string | undefined {
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

function hexOf(value: CelValue): string | undefined {
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

/** What each clause can be used on, as cel-go words it. */
const PURPOSES: ReadonlyMap<string, string> = new Map([
  ["s", "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"],
  ["d", "decimal clause can only be used on integers"],
  ["f", "fixed-point clause can only be used on doubles"],
  ["e", "scientific clause can only be used on doubles"],
  ["b", "only integers and bools can be formatted as binary"],
  ["x", "only integers, byte buffers, and strings can be formatted as hex"],
  ["o", "octal clause can only be used on integers"],
]);

function unfit(letter: string, type: string): CelError {
  return new CelError(`${PURPOSES.get(letter)}, was given ${type}`);
}

const PLAIN_KINDS = new Set("list map int uint double bool string timestamp bytes duration type null".split(" "));
const KINDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["s", PLAIN_KINDS],
  ["d", new Set(["int", "uint"])],
  ["f", new Set(["double", "string"])],
  ["e", new Set(["double", "string"])],
  ["b", new Set(["int", "uint", "bool"])],
  ["x", new Set(["int", "uint", "string", "bytes"])],
  ["X", new Set(["int", "uint", "string", "bytes"])],
  ["o", new Set(["int", "uint"])],
]);

/** Checks a literal format string against the types of a literal list of arguments. */
export function formatLiteralsNote(call: Call, checked: CheckedTree): Issue | undefined {
  const [args] = call.args;
  if (call.name !== "format" || call.args.length !== 1 || args?.kind !== "list") return undefined;
  if (call.target?.kind !== "literal" || typeof call.target.value !== "string") return undefined;
  let position = 0;
  for (const piece of parseFormat(call.target.value)) {
    if (piece.kind === "text") continue;
    const argument = args.elements[position]?.value;
    if (piece.kind === "wrong") return { at: call.at, message: piece.message };
    if (argument === undefined) return { at: call.at, message: `index ${position} out of range` };
    const bad = findUnfit(argument, piece.letter, checked);
    if (bad !== undefined) {
      const message = `error during formatting: ${unfit(piece.letter.toLowerCase(), checked.types.get(bad)?.name ?? "").message}`;
      return { at: bad.at, message };
    }
    position++;
  }
  if (args.elements.length <= position) return undefined;
  return { at: call.at, message: `too many arguments supplied to string.format (expected ${position}, got ${args.elements.length})` };
}

function findUnfit(argument: Expr, letter: string, checked: CheckedTree): Expr | undefined {
  const kind = checked.types.get(argument)?.kind ?? "dyn";
  if (kind !== "dyn" && !KINDS.get(letter)?.has(kind)) return argument;
  if (letter !== "s") return undefined;
  const inner = argument.kind === "list" ? argument.elements.map((element) => element.value) : entriesOf(argument);
  for (const part of inner) {
    const bad = findUnfit(part, letter, checked);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function entriesOf(argument: Expr): readonly Expr[] {
  return argument.kind === "map" ? argument.entries.flatMap((entry) => [entry.key, entry.value]) : [];
}
