/**
 * One argument of a Go format: how each kind of value looks under each verb with its flags, width and precision.
 * https://pkg.go.dev/fmt#hdr-Printing
 */
import { toBinary } from "./bytes.ts";
import type { FloatFormat } from "./format-float.ts";
import { formatFloat } from "./format-float.ts";
import { quoteWith } from "./quote.ts";
import { countCodePoints, isPrintable } from "./unicode.ts";

/** A Go value; a `type` is named instead of the kind's own. Integers beyond 64 bits are `bigInt` and follow rules of their own. */
export type FormatArgument =
  | { readonly kind: "int64"; readonly value: bigint; readonly type?: string }
  | { readonly kind: "bigInt"; readonly value: bigint }
  | { readonly kind: "float64"; readonly value: number }
  | { readonly kind: "string"; readonly value: string; readonly type?: string }
  | { readonly kind: "list"; readonly items: readonly FormatArgument[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, FormatArgument])[] }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "nil" };

/** What stands between `%` and the verb. */
export interface Flags {
  readonly sharp?: boolean;
  readonly zero?: boolean;
  readonly plus?: boolean;
  readonly minus?: boolean;
  readonly space?: boolean;
  /** `#` or `+` before the verb v. */
  readonly sharpValue?: boolean;
  readonly plusValue?: boolean;
  readonly width?: number;
  readonly precision?: number;
}

const TYPES = {
  int64: "int64",
  bigInt: "*big.Int",
  float64: "float64",
  string: "string",
  bool: "bool",
  nil: "<nil>",
  list: "[]interface {}",
  map: "map[string]interface {}",
} as const;

/** Returns the name of an argument's Go type. */
export function typeOfArgument(argument: FormatArgument): string {
  return ("type" in argument ? argument.type : undefined) ?? TYPES[argument.kind];
}

/** Returns an argument's text under a verb. */
export function formatArgument(argument: FormatArgument, verb: string, flags: Flags): string {
  if (argument.kind === "nil") return verb === "T" || verb === "v" ? pad("<nil>", flags) : `%!${verb}(<nil>)`;
  if (verb === "T") return pad(truncate(typeOfArgument(argument), flags), flags);
  if (argument.kind === "list" || argument.kind === "map") return containerText(argument, verb, flags);
  return known(argument, verb, flags) ?? badVerb(argument, verb, flags);
}

// Verbs, flags and widths are for the things inside.
function containerText(argument: FormatArgument & { readonly kind: "list" | "map" }, verb: string, flags: Flags): string {
  const inner = (item: FormatArgument): string => {
    if (item.kind === "nil") return flags.sharpValue === true ? "interface {}(nil)" : "<nil>";
    return formatArgument(item, verb, flags);
  };
  const keyed = (key: string): string => formatArgument({ kind: "string", value: key }, verb, flags);
  const parts =
    argument.kind === "list" ? argument.items.map(inner) : argument.entries.map(([key, item]) => `${keyed(key)}:${inner(item)}`);
  if (flags.sharpValue === true) return `${typeOfArgument(argument)}{${parts.join(", ")}}`;
  return `${argument.kind === "map" ? "map" : ""}[${parts.join(" ")}]`;
}

function badVerb(argument: FormatArgument, verb: string, flags: Flags): string {
  if (argument.kind !== "bigInt") return `%!${verb}(${typeOfArgument(argument)}=${known(argument, "v", flags)})`;
  if (verb !== "w") return `%!${verb}(big.Int=${argument.value})`;
  // The one verb under which Go shows the inside of a big integer: its sign and its 64-bit words, lowest first.
  const words: bigint[] = [];
  for (let rest = argument.value < 0n ? -argument.value : argument.value; rest > 0n; rest >>= 64n) words.push(BigInt.asUintN(64, rest));
  return `%!w(*big.Int=&{${argument.value < 0n} [${words.join(" ")}]})`;
}

function known(argument: FormatArgument, verb: string, flags: Flags): string | undefined {
  switch (argument.kind) {
    case "string":
      return stringText(argument.value, verb, flags);
    case "int64":
      return integerText(argument.value, verb, flags);
    case "float64":
      return floatText(argument.value, verb, flags);
    case "bigInt":
      return bigText(argument.value, verb, flags);
    case "bool":
      return verb === "t" || verb === "v" ? pad(String(argument.value), flags) : undefined;
    default:
      return undefined;
  }
}

function padding(count: number, { zero, minus }: Flags): string {
  return count > 0 ? (zero === true && minus !== true ? "0" : " ").repeat(count) : "";
}

function pad(text: string, flags: Flags): string {
  if (flags.width === undefined) return text;
  const filler = padding(flags.width - countCodePoints(text), flags);
  return flags.minus === true ? text + filler : filler + text;
}

function truncate(text: string, { precision }: Flags): string {
  if (precision === undefined || text.length <= precision) return text;
  let end = 0;
  for (let i = 0; i < precision && end < text.length; i++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

function stringText(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpValue === true ? quotedText(text, flags) : pad(truncate(text, flags), flags);
    case "s":
      return pad(truncate(text, flags), flags);
    case "q":
      return quotedText(text, flags);
    case "x":
      return hexBytes(text, flags);
    case "X":
      return hexBytes(text, flags).toUpperCase();
    default:
      return undefined;
  }
}

function quotedText(text: string, flags: Flags): string {
  const cut = truncate(text, flags);
  if (flags.sharp === true && canBackquote(cut)) return pad(`\`${cut}\``, flags);
  return pad(quoteWith(cut, { quote: '"', asciiOnly: flags.plus === true }), flags);
}

function canBackquote(text: string): boolean {
  return text.isWellFormed() && !/[\u0000-\u0008\u000a-\u001f`\u007f\ufeff]/.test(text);
}

function hexBytes(text: string, flags: Flags): string {
  const bytes = toBinary(text).slice(0, flags.precision);
  if (bytes === "") return padding(flags.width ?? 0, flags);
  const separator = flags.space === true ? (flags.sharp === true ? " 0x" : " ") : "";
  const digits = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join(separator);
  const body = (flags.sharp === true ? "0x" : "") + digits;
  const filler = padding((flags.width ?? 0) - body.length, flags);
  return flags.minus === true ? body + filler : filler + body;
}

const BASES: { readonly [verb: string]: number } = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function integerText(value: bigint, verb: string, flags: Flags): string | undefined {
  const base = Object.hasOwn(BASES, verb) ? BASES[verb] : undefined;
  if (base !== undefined) return basedText(value, verb, base, flags);
  if (verb === "c") return pad(runeOf(value), flags);
  if (verb === "q") return pad(quoteWith(runeOf(value), { quote: "'", asciiOnly: flags.plus === true }), flags);
  return verb === "U" ? codePointText(value, flags) : undefined;
}

function runeOf(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  return valid ? String.fromCodePoint(Number(value)) : "\ufffd";
}

function codePointText(value: bigint, flags: Flags): string {
  const unsigned = BigInt.asUintN(64, value);
  const digits = unsigned
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), "0");
  const shown = flags.sharp === true && unsigned <= 0x10ffffn && isPrintable(Number(unsigned)) ? ` '${runeOf(value)}'` : "";
  return pad(`U+${digits}${shown}`, { ...flags, zero: false });
}

function basedText(value: bigint, verb: string, base: number, flags: Flags): string {
  const negative = value < 0n;
  const { precision, width } = flags;
  if (precision === 0 && value === 0n) return padding(width ?? 0, { ...flags, zero: false });
  const sign = negative ? "-" : flags.plus === true ? "+" : flags.space === true ? " " : "";
  const fill = flags.zero === true && flags.minus !== true && width !== undefined ? width - sign.length : 0;
  let digits = (negative ? -value : value).toString(base).padStart(precision ?? fill, "0");
  if (flags.sharp === true) digits = sharpPrefix(base, digits) + digits;
  if (verb === "X") digits = digits.toUpperCase();
  return pad(sign + (verb === "O" ? "0o" : "") + digits, { ...flags, zero: false });
}

function sharpPrefix(base: number, digits: string): string {
  if (base === 8) return digits.startsWith("0") ? "" : "0";
  return base === 2 ? "0b" : base === 16 ? "0x" : "";
}

const BIG_BASES: { readonly [verb: string]: number } = { ...BASES, s: 10 };
const BIG_PREFIXES: { readonly [verb: string]: string } = { b: "0b", o: "0", x: "0x", X: "0X" };

function bigText(value: bigint, verb: string, flags: Flags): string | undefined {
  const base = Object.hasOwn(BIG_BASES, verb) ? BIG_BASES[verb] : undefined;
  if (base === undefined) return undefined;
  const sharp = flags.sharp === true || flags.sharpValue === true;
  const plus = flags.plus === true || flags.plusValue === true;
  const sign = value < 0n ? "-" : plus ? "+" : flags.space === true ? " " : "";
  const prefix = verb === "O" ? "0o" : sharp && Object.hasOwn(BIG_PREFIXES, verb) ? (BIG_PREFIXES[verb] ?? "") : "";
  const lower = (value < 0n ? -value : value).toString(base);
  const digits = (verb === "X" ? lower.toUpperCase() : lower).padStart(flags.precision ?? 0, "0");
  const missing = (flags.width ?? 0) - sign.length - prefix.length - digits.length;
  if (missing <= 0) return sign + prefix + digits;
  if (flags.minus === true) return sign + prefix + digits + " ".repeat(missing);
  if (flags.zero === true && flags.precision === undefined) return sign + prefix + "0".repeat(missing) + digits;
  return " ".repeat(missing) + sign + prefix + digits;
}

const FLOATS: { readonly [verb: string]: readonly [format: FloatFormat, precision: number] } = {
  v: ["g", -1],
  b: ["b", -1],
  g: ["g", -1],
  G: ["G", -1],
  x: ["x", -1],
  X: ["X", -1],
  f: ["f", 6],
  F: ["f", 6],
  e: ["e", 6],
  E: ["E", 6],
};

function floatText(value: number, verb: string, flags: Flags): string | undefined {
  const [format, usual] = (Object.hasOwn(FLOATS, verb) ? FLOATS[verb] : undefined) ?? [];
  if (format === undefined || usual === undefined) return undefined;
  const precision = flags.precision ?? usual;
  const written = formatFloat(value, format, precision);
  const negative = written.startsWith("-");
  const sign = negative ? "-" : flags.plus === true ? "+" : flags.space === true ? " " : "";
  let body = negative ? written.slice(1) : written;
  if (flags.sharp === true && format !== "b") body = withPoint(body, format, precision);
  // Zeros go between the sign and the digits.
  if (sign !== "" && flags.zero === true && flags.minus !== true) return sign + padding((flags.width ?? 0) - body.length - 1, flags) + body;
  return pad(sign + body, flags);
}

// The sharp flag keeps the decimal point and, for %g, the zeros at the end.
function withPoint(body: string, format: FloatFormat, precision: number): string {
  const hex = format === "x" || format === "X";
  const split = body.search(hex ? /[pP]/ : /[eE]/);
  let number = split < 0 ? body : body.slice(0, split);
  const tail = split < 0 ? "" : body.slice(split);
  let wanted = format === "g" || format === "G" || format === "x" ? (precision === -1 ? 6 : precision) : 0;
  const counted = number.replace(".", "");
  const significant = counted.slice(counted.search(/[^0]|$/));
  wanted -= significant.length;
  if (!number.includes(".")) {
    if (number === "0") wanted--;
    number += ".";
  }
  return number + "0".repeat(Math.max(0, wanted)) + tail;
}
