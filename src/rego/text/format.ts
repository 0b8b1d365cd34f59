/**
 * Formats text as Go's `fmt.Sprintf` does: every verb, flag, width, precision and argument index, and what it writes for wrong ones.
 * In: the format and its arguments, as the Go values OPA would pass; out: the text. https://pkg.go.dev/fmt
 */
import type { Flags, FormatArgument } from "./format-argument.ts";
import { formatArgument, typeOfArgument } from "./format-argument.ts";

// Go refuses a width or precision once it is beyond this; seven digits still pass.
const TOO_LARGE = 1_000_000;

interface Cursor {
  readonly format: string;
  readonly arguments: readonly FormatArgument[];
  /** Position in the format. */
  at: number;
  /** The argument that comes next. */
  next: number;
  /** Whether any verb chose its argument by index: then nobody complains about arguments left over. */
  reordered: boolean;
  goodIndex: boolean;
  afterIndex: boolean;
}

/** Returns the formatted text; `spend` is told of widths and precisions before they are written. */
export function sprintf(format: string, values: readonly FormatArgument[], spend?: (characters: number) => void): string {
  const cursor: Cursor = { format, arguments: values, at: 0, next: 0, reordered: false, goodIndex: true, afterIndex: false };
  let out = "";
  for (;;) {
    const percent = format.indexOf("%", cursor.at);
    if (percent < 0) break;
    out += format.slice(cursor.at, percent);
    cursor.at = percent + 1;
    out += plainVerb(cursor) ?? formatVerb(cursor, spend);
  }
  return out + format.slice(cursor.at) + leftOver(cursor);
}

function leftOver({ arguments: values, next, reordered }: Cursor): string {
  if (reordered || next >= values.length) return "";
  const rest = values
    .slice(next)
    .map((value) => (value.kind === "nil" ? "<nil>" : `${typeOfArgument(value)}=${formatArgument(value, "v", {})}`));
  return `%!(EXTRA ${rest.join(", ")})`;
}

// Nine verbs in ten are %v, %s and %d with nothing between, of a text or an integer.
function plainVerb(cursor: Cursor): string | undefined {
  const verb = cursor.format[cursor.at];
  const argument = cursor.arguments[cursor.next];
  if (
    argument === undefined ||
    !(verb === "v" || (verb === "s" && argument.kind === "string") || (verb === "d" && argument.kind === "int64"))
  )
    return undefined;
  if (argument.kind !== "string" && argument.kind !== "int64") return undefined;
  cursor.at++;
  cursor.next++;
  return String(argument.value);
}

function formatVerb(cursor: Cursor, spend: ((characters: number) => void) | undefined): string {
  cursor.goodIndex = true;
  cursor.afterIndex = false;
  const flags = readFlags(cursor);
  readIndex(cursor);
  const problem = readWidth(cursor, flags) + readPrecision(cursor, flags);
  if (!cursor.afterIndex) readIndex(cursor);
  if (cursor.at >= cursor.format.length) return `${problem}%!(NOVERB)`;
  const verb = String.fromCodePoint(cursor.format.codePointAt(cursor.at) ?? 0).toWellFormed();
  cursor.at += verb.length;
  if (verb === "%") return `${problem}%`;
  if (!cursor.goodIndex) return `${problem}%!${verb}(BADINDEX)`;
  const argument = cursor.arguments[cursor.next];
  if (argument === undefined) return `${problem}%!${verb}(MISSING)`;
  cursor.next++;
  spend?.((flags.width ?? 0) + (flags.precision ?? 0));
  return problem + formatArgument(argument, verb, verb === "v" || verb === "w" ? forValue(flags) : flags);
}

// For %v, # and + ask for Go syntax instead of their usual meaning.
function forValue(flags: Flags): Flags {
  return { ...flags, sharp: false, plus: false, sharpValue: flags.sharp === true, plusValue: flags.plus === true };
}

type WritableFlags = { -readonly [K in keyof Flags]: Flags[K] };

function readFlags(cursor: Cursor): WritableFlags {
  const flags: WritableFlags = {};
  for (; ; cursor.at++) {
    switch (cursor.format[cursor.at]) {
      case "#":
        flags.sharp = true;
        break;
      case "0":
        flags.zero = true;
        break;
      case "+":
        flags.plus = true;
        break;
      case "-":
        flags.minus = true;
        break;
      case " ":
        flags.space = true;
        break;
      default:
        return flags;
    }
  }
}

// Reads `[n]`: the argument that the next star or verb takes.
function readIndex(cursor: Cursor): void {
  const { format, at } = cursor;
  cursor.afterIndex = false;
  if (format[at] !== "[") return;
  cursor.reordered = true;
  const close = format.length - at < 3 ? -1 : format.indexOf("]", at + 1);
  if (close < 0) {
    cursor.at = at + 1;
    cursor.goodIndex = false;
    return;
  }
  cursor.at = close + 1;
  const text = format.slice(at + 1, close);
  const index = /^[0-9]{1,7}$/.test(text) ? Number(text) - 1 : undefined;
  cursor.afterIndex = index !== undefined;
  if (index !== undefined && index >= 0 && index < cursor.arguments.length) cursor.next = index;
  else cursor.goodIndex = false;
}

function readWidth(cursor: Cursor, flags: WritableFlags): string {
  if (cursor.format[cursor.at] === "*") {
    cursor.at++;
    const width = integerArgument(cursor);
    cursor.afterIndex = false;
    if (width === undefined) return "%!(BADWIDTH)";
    if (width < 0) {
      flags.minus = true;
      flags.zero = false;
    }
    flags.width = Math.abs(width);
    return "";
  }
  const width = readInteger(cursor);
  if (width === undefined) return "";
  if (cursor.afterIndex) cursor.goodIndex = false;
  flags.width = width;
  return "";
}

function readPrecision(cursor: Cursor, flags: WritableFlags): string {
  // A point at the very end is no precision.
  if (cursor.format[cursor.at] !== "." || cursor.at + 1 >= cursor.format.length) return "";
  cursor.at++;
  if (cursor.afterIndex) cursor.goodIndex = false;
  readIndex(cursor);
  if (cursor.format[cursor.at] !== "*") {
    flags.precision = readInteger(cursor) ?? 0;
    return "";
  }
  cursor.at++;
  const precision = integerArgument(cursor);
  cursor.afterIndex = false;
  if (precision === undefined || precision < 0) return "%!(BADPREC)";
  flags.precision = precision;
  return "";
}

// A number too long swallows the rest of the format.
function readInteger(cursor: Cursor): number | undefined {
  const { format } = cursor;
  let value: number | undefined;
  for (; cursor.at < format.length; cursor.at++) {
    const digit = format.charCodeAt(cursor.at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    if ((value ?? 0) > TOO_LARGE) {
      cursor.at = format.length;
      return undefined;
    }
    value = (value ?? 0) * 10 + digit;
  }
  return value;
}

function integerArgument(cursor: Cursor): number | undefined {
  const argument = cursor.arguments[cursor.next];
  if (argument === undefined) return undefined;
  cursor.next++;
  if (argument.kind !== "int64") return undefined;
  const value = Number(argument.value);
  return Math.abs(value) > TOO_LARGE ? undefined : value;
}
