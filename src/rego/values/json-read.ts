/**
 * Reads JSON without losing anything: numbers keep their text, half surrogate pairs become U+FFFD as in Go, nesting is bounded and costs no
 * stack. Errors are worded as Go's encoding/json words them. Twice as slow as `JSON.parse`, so json.ts comes here only when it must.
 * https://datatracker.ietf.org/doc/html/rfc8259, https://pkg.go.dev/encoding/json#SyntaxError
 */
import { isByteUnit } from "../text/bytes.ts";
import { quote } from "../text/quote.ts";
import { numberFromText } from "./number.ts";
import { setKey } from "./object.ts";
import type { Value } from "./value.ts";

/** One value and the position after it, or what is wrong. */
export type JsonPrefix =
  | { readonly kind: "value"; readonly value: Value; readonly end: number }
  | { readonly kind: "error"; readonly message: string; readonly at: number };

interface Cursor {
  /** The text with U+FFFD for every byte that is not UTF-8: what values are made of. */
  readonly text: string;
  /** The text as given, of the same length: what errors quote. */
  readonly original: string;
  at: number;
}

type Open = { readonly list: Value[] } | { readonly object: { [key: string]: Value }; key: string };

class SyntaxProblem {
  readonly message: string;
  readonly at: number;
  constructor(message: string, at: number) {
    this.message = message;
    this.at = at;
  }
}

/** Reads the first value of a text. */
export function readJsonPrefix(text: string, from: number, depthLimit: number): JsonPrefix {
  const cursor: Cursor = { text: text.toWellFormed(), original: text, at: from };
  try {
    skipSpace(cursor);
    if (cursor.at >= text.length) return { kind: "error", message: "EOF", at: cursor.at };
    const value = readValue(cursor, depthLimit);
    return { kind: "value", value, end: cursor.at };
  } catch (problem) {
    if (problem instanceof SyntaxProblem) return { kind: "error", message: problem.message, at: problem.at };
    throw problem;
  }
}

/** Returns the position of the first character that is not white space. */
export function endOfSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function readValue(cursor: Cursor, depthLimit: number): Value {
  const open: Open[] = [];
  for (;;) {
    skipSpace(cursor);
    const unit = cursor.text.charCodeAt(cursor.at);
    let value: Value;
    if (unit === 0x5b || unit === 0x7b) {
      if (open.length >= depthLimit) throw invalid(cursor, "exceeded max depth");
      const opened = unit === 0x5b ? openList(cursor) : openObject(cursor);
      if ("list" in opened ? !opened.empty : opened.key !== undefined) {
        open.push("list" in opened ? { list: opened.list } : { object: opened.object, key: opened.key ?? "" });
        continue;
      }
      value = "list" in opened ? opened.list : opened.object;
    } else value = readScalar(cursor, unit);
    const done = close(cursor, open, value);
    if (done !== undefined) return done;
  }
}

// Puts a finished value where it belongs and closes what ends after it; returns the outermost value once that is finished.
function close(cursor: Cursor, open: Open[], finished: Value): Value | undefined {
  let value = finished;
  for (;;) {
    const top = open.at(-1);
    if (top === undefined) return value;
    if ("list" in top) top.list.push(value);
    else setKey(top.object, top.key, value);
    skipSpace(cursor);
    const unit = cursor.text.charCodeAt(cursor.at);
    if (unit === 0x2c) {
      cursor.at++;
      if ("object" in top) top.key = readKey(cursor);
      return undefined;
    }
    if (unit !== ("list" in top ? 0x5d : 0x7d))
      throw invalid(cursor, "list" in top ? "after array element" : "after object key:value pair");
    cursor.at++;
    open.pop();
    value = "list" in top ? top.list : top.object;
  }
}

function openList(cursor: Cursor): { readonly list: Value[]; readonly empty: boolean } {
  cursor.at++;
  skipSpace(cursor);
  const empty = cursor.text.charCodeAt(cursor.at) === 0x5d;
  if (empty) cursor.at++;
  return { list: [], empty };
}

function openObject(cursor: Cursor): { readonly object: { [key: string]: Value }; readonly key: string | undefined } {
  cursor.at++;
  skipSpace(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== 0x7d) return { object: {}, key: readKey(cursor) };
  cursor.at++;
  return { object: {}, key: undefined };
}

function readKey(cursor: Cursor): string {
  skipSpace(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== 0x22) throw invalid(cursor, "looking for beginning of object key string");
  const key = readString(cursor);
  skipSpace(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== 0x3a) throw invalid(cursor, "after object key");
  cursor.at++;
  return key;
}

function readScalar(cursor: Cursor, unit: number): Value {
  if (unit === 0x22) return readString(cursor);
  if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) return readNumber(cursor);
  if (unit === 0x74) return readWord(cursor, "true", true);
  if (unit === 0x66) return readWord(cursor, "false", false);
  if (unit === 0x6e) return readWord(cursor, "null", null);
  throw invalid(cursor, "looking for beginning of value");
}

function readWord(cursor: Cursor, word: string, value: Value): Value {
  for (const letter of word) {
    if (cursor.text[cursor.at] !== letter) throw invalid(cursor, `in literal ${word} (expecting '${letter}')`);
    cursor.at++;
  }
  return value;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

function readNumber(cursor: Cursor): Value {
  const { text, at } = cursor;
  NUMBER.lastIndex = at;
  const literal = NUMBER.exec(text)?.[0] ?? "";
  const end = at + literal.length;
  // A point or an exponent that the literal could still take but that is not complete makes it a broken number.
  const next = text[end] ?? "";
  const broken = literal === "" || (next === "." ? !/[.eE]/.test(literal) : /[eE]/.test(next) && !/[eE]/.test(literal));
  if (!broken) {
    cursor.at = end;
    return numberFromText(literal);
  }
  throw brokenNumber(cursor, literal);
}

function brokenNumber(cursor: Cursor, literal: string): SyntaxProblem {
  const start = cursor.at;
  cursor.at = start + literal.length;
  if (literal === "") {
    cursor.at = start + 1;
    return invalid(cursor, "in numeric literal");
  }
  const dot = cursor.text[cursor.at] === ".";
  cursor.at++;
  if (dot) return invalid(cursor, "after decimal point in numeric literal");
  if (/[-+]/.test(cursor.text[cursor.at] ?? "")) cursor.at++;
  return invalid(cursor, "in exponent of numeric literal");
}

const SPECIAL = /["\\\u0000-\u001f]/g;
const ESCAPES: { readonly [letter: string]: string } = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", "\\": "\\", "/": "/", '"': '"' };

function readString(cursor: Cursor): string {
  const { text } = cursor;
  let out = "";
  let from = cursor.at + 1;
  for (;;) {
    SPECIAL.lastIndex = from;
    const at = SPECIAL.exec(text)?.index ?? text.length;
    out += text.slice(from, at);
    cursor.at = at;
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      cursor.at++;
      return out.toWellFormed();
    }
    if (unit !== 0x5c) throw invalid(cursor, "in string literal");
    cursor.at++;
    out += readEscape(cursor);
    from = cursor.at;
  }
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.text[cursor.at] ?? "";
  if (letter !== "u") {
    const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (plain === undefined) throw invalid(cursor, "in string escape code");
    cursor.at++;
    return plain;
  }
  cursor.at++;
  const start = cursor.at;
  while (cursor.at < start + 4) {
    if (!/[0-9a-fA-F]/.test(cursor.text[cursor.at] ?? "")) throw invalid(cursor, "in \\u hexadecimal character escape");
    cursor.at++;
  }
  return String.fromCharCode(Number.parseInt(cursor.text.slice(start, cursor.at), 16));
}

function skipSpace(cursor: Cursor): void {
  cursor.at = endOfSpace(cursor.text, cursor.at);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d;
}

function invalid(cursor: Cursor, where: string): SyntaxProblem {
  const { original, at } = cursor;
  return new SyntaxProblem(at >= original.length ? "unexpected EOF" : `invalid character ${nameByte(original, at)} ${where}`, at);
}

// Go complains about one byte, shown as if it were a code point: the first byte of `é` is 0xC3 and shows as `Ã`.
function nameByte(text: string, at: number): string {
  const letter = String.fromCharCode(firstByte(text.codePointAt(at) ?? 0));
  if (letter === "'") return "'\\''";
  return letter === '"' ? `'"'` : `'${quote(letter).slice(1, -1)}'`;
}

function firstByte(codePoint: number): number {
  if (codePoint < 0x80) return codePoint;
  if (isByteUnit(codePoint)) return codePoint - 0xdc00;
  if (codePoint < 0x800) return 0xc0 | (codePoint >> 6);
  return codePoint < 0x10000 ? 0xe0 | (codePoint >> 12) : 0xf0 | (codePoint >> 18);
}
