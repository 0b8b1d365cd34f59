/**
 * Reading the text of number, string and bytes literals (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax): quotes,
 * raw and triple-quoted forms, escapes. Yields the value or cel-go's message.
 */
import { toDouble, toInt, toUint } from "../values/number.ts";
import { CelError, type CelValue } from "../values/value.ts";

/** A literal's value, or what is wrong with it. */
export type Reading = { readonly value: CelValue } | { readonly message: string };

/** Reads an int literal, sign included. */
export function readInt(text: string): Reading {
  const negative = text.startsWith("-");
  const magnitude = BigInt(negative ? text.slice(1) : text);
  const value = toInt(negative ? -magnitude : magnitude);
  return value instanceof CelError ? { message: "invalid int literal" } : { value };
}

/** Reads a uint literal with its suffix. */
export function readUint(text: string): Reading {
  const value = toUint(BigInt(text.slice(0, -1)));
  return value instanceof CelError ? { message: "invalid uint literal" } : { value };
}

/** Reads a double literal. */
export function readDouble(text: string): Reading {
  const value = Number(text);
  return Number.isFinite(value) ? { value: toDouble(value) } : { message: "invalid double literal" };
}

/** Reads a string literal, quotes included. */
export function readString(text: string): Reading {
  const body = bodyOf(text.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
  if (body.raw || !body.text.includes("\\")) return { value: body.text };
  const bytes = false;
  const parts = unescapeText(body.text, bytes);
  return typeof parts === "string" ? { message: parts } : { value: parts.map((part) => String.fromCodePoint(part)).join("") };
}

/** Reads a bytes literal, `b` and quotes included. */
export function readBytes(text: string): Reading {
  const body = bodyOf(text.slice(1).replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
  const encoder = new TextEncoder();
  if (body.raw || !body.text.includes("\\")) return { value: encoder.encode(body.text) };
  const parts = unescapeText(body.text, true);
  if (typeof parts === "string") return { message: parts };
  // Code points of the source above ASCII are marked by being negative: they are encoded, escapes are bytes as they stand.
  return { value: Uint8Array.from(parts.flatMap((part) => (part < 0 ? Array.from(encoder.encode(String.fromCodePoint(-part))) : [part]))) };
}

function bodyOf(text: string): { readonly text: string; readonly raw: boolean } {
  const raw = text.startsWith("r") || text.startsWith("R");
  const quoted = raw ? text.slice(1) : text;
  const triple = quoted.length >= 6 && (quoted.startsWith('"""') || quoted.startsWith("'''"));
  return { text: triple ? quoted.slice(3, -3) : quoted.slice(1, -1), raw };
}

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
  ["'", 39],
  ['"', 34],
  ["`", 96],
  ["?", 63],
]);

const ESCAPE = /\\(?:([abfnrtv\\'"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;
const BAD_ESCAPE = "unable to unescape string";

function unescapeText(text: string, bytes: boolean): number[] | string {
  const parts: number[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text.codePointAt(at) ?? 0;
    if (char !== 92) {
      parts.push(bytes && char > 127 ? -char : char);
      at += char > 0xffff ? 2 : 1;
      continue;
    }
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(text);
    if (match === null) return BAD_ESCAPE;
    const code = escapeValue(match, bytes);
    if (typeof code === "string") return code;
    parts.push(code);
    at = ESCAPE.lastIndex;
  }
  return parts;
}

function escapeValue(match: RegExpExecArray, bytes: boolean): number | string {
  const [, simple, hex, short, long, octal] = match;
  if (simple !== undefined) return SIMPLE_ESCAPES.get(simple) ?? 0;
  const unicode = short ?? long;
  if (bytes && unicode !== undefined) return BAD_ESCAPE;
  const code = octal === undefined ? Number.parseInt(hex ?? unicode ?? "", 16) : Number.parseInt(octal, 8);
  if (!bytes && (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))) return "invalid unicode code point";
  return code;
}
