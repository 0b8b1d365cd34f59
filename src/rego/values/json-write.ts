/**
 * Writes values as JSON text the way Go's encoding/json does: keys sorted, sets as arrays, numbers as they were written, `<`, `>`, `&` and the
 * two line separators escaped unless asked otherwise. https://pkg.go.dev/encoding/json#Marshal
 */
import { compareStrings } from "../../base/compare-strings.ts";
import type { Entry, Notation, Spend } from "./notation.ts";
import { sortedPlainEntries, writeValue } from "./notation.ts";
import { RegoObject } from "./rego-object.ts";
import type { PlainObject, Value } from "./value.ts";

/** Choices in writing JSON. */
export interface JsonStyle {
  /** Text that every line after the first begins with; needs `indent`. */
  readonly prefix?: string;
  /** Text a level of indentation; absent = everything on one line. */
  readonly indent?: string;
  /** Leaves `<`, `>` and `&` as they are (Go escapes them). */
  readonly plainHtml?: boolean;
  readonly spend?: Spend;
}

/** Returns the JSON text of any value. */
export function writeJson(value: Value, style: JsonStyle = {}): string {
  return writeValue(value, notationOf(style), style.spend);
}

function notationOf({ prefix = "", indent, plainHtml = false }: JsonStyle): Notation {
  const list = { open: "[", close: "]", empty: "[]" };
  const string = plainHtml ? quoteJsonPlainly : quoteJson;
  return {
    string,
    list,
    set: list,
    object: { open: "{", close: "}", empty: "{}" },
    comma: ",",
    colon: indent === undefined ? ":" : ": ",
    lineBreak: indent === undefined ? () => "" : (depth) => `\n${prefix}${indent.repeat(depth)}`,
    entries: (object, spend) => entriesOf(object, string, spend),
  };
}

// Keys that are not strings become their JSON text and take their place among the strings; the last of equal ones wins.
function entriesOf(object: PlainObject | RegoObject, string: (text: string) => string, spend: Spend | undefined): readonly Entry[] {
  if (!(object instanceof RegoObject)) return sortedPlainEntries(object, string);
  const byKey = new Map<string, Value>();
  for (const at of object.order()) {
    const key = object.keys[at] as Value;
    byKey.set(typeof key === "string" ? key : writeJson(key, spend === undefined ? {} : { spend }), object.values[at] as Value);
  }
  return [...byKey].sort(([a], [b]) => compareStrings(a, b)).map(([key, value]) => [string(key), value] as const);
}

const PLAIN = /^[ !#-%'-;=?-[\]-\u007f\u0080-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;
const TO_ESCAPE = /["\\\u0000-\u001f<>&\u2028\u2029]|[\ud800-\udfff]/gu;
const TO_ESCAPE_PLAINLY = /["\\\u0000-\u001f\u2028\u2029]|[\ud800-\udfff]/gu;
const SHORT: { readonly [letter: string]: string } = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Returns a JSON string literal as Go writes it. */
export function quoteJson(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(TO_ESCAPE, escapeLetter)}"`;
}

function quoteJsonPlainly(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(TO_ESCAPE_PLAINLY, escapeLetter)}"`;
}

// Without a pair a surrogate is a byte that is no UTF-8, which Go writes as an escaped replacement character.
function escapeLetter(letter: string): string {
  const unit = letter.charCodeAt(0);
  return SHORT[letter] ?? (unit >= 0xd800 && unit <= 0xdfff ? "\\ufffd" : `\\u${unit.toString(16).padStart(4, "0")}`);
}
