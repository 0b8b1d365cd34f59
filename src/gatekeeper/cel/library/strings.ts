/**
 * Functions on strings: `charAt`, `indexOf`, `replace`, `split`, `substring`, `join`, `format` and the others; positions count code points.
 * Kubernetes has the library in version 2. https://pkg.go.dev/github.com/google/cel-go/ext#Strings
 */

import { textTooLong } from "../values/limits.ts";
import type { CelInt } from "../values/number.ts";
import { printValue } from "../values/print.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import { deepTraversal, doubleTraversal, resultTraversal, traversal } from "./costs.ts";
import { dyn, type FunctionDeclaration, free, func, int, type Library, list, method, string } from "./declare.ts";
import { formatString } from "./format.ts";
import { checkFormatCall } from "./format-check.ts";
import { formatPlainly } from "./plain-format.ts";

function outOfRange(index: CelInt): CelError {
  return new CelError(`index out of range: ${index}`);
}

// Strings without surrogates, nearly all, are sliced as they stand.
const SURROGATE = /[\ud800-\udfff]/;

/** A string as a row of code points. */
interface Points {
  readonly length: number;
  slice(start: number, end?: number): string;
  readonly at: (index: number) => string;
}

function pointsOf(text: string): Points {
  if (!SURROGATE.test(text))
    return { length: text.length, slice: (start, end) => text.slice(start, end), at: (index) => text.charAt(index) };
  const points = Array.from(text);
  return { length: points.length, slice: (start, end) => points.slice(start, end).join(""), at: (index) => points[index] ?? "" };
}

function charAt(text: string, index: CelInt): CelResult {
  const points = pointsOf(text);
  if (index < 0 || index > points.length) return outOfRange(index);
  return points.at(Number(index));
}

function matchesAt(points: Points, part: Points, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (points.at(at + i) !== part.at(i)) return false;
  return true;
}

function indexOf(text: string, part: string, offset: CelInt = 0): CelResult {
  if (part === "") return offset;
  if (offset < 0) return outOfRange(offset);
  const points = pointsOf(text);
  const sought = pointsOf(part);
  if (!SURROGATE.test(text)) return offset >= text.length ? -1 : text.indexOf(part, Number(offset));
  for (let i = Number(offset); i <= points.length - sought.length; i++) if (matchesAt(points, sought, i)) return i;
  return -1;
}

function lastIndexOf(text: string, part: string, offset: CelInt | undefined): CelResult {
  const points = pointsOf(text);
  if (part === "") return offset ?? points.length;
  const sought = pointsOf(part);
  if (offset === undefined) return points.length < sought.length ? -1 : lastIndexFrom(points, sought, points.length - 1);
  if (offset < 0) return outOfRange(offset);
  return offset >= points.length ? -1 : lastIndexFrom(points, sought, Number(offset));
}

function lastIndexFrom(points: Points, sought: Points, offset: number): number {
  for (let i = Math.min(offset, points.length - sought.length); i >= 0; i--) if (matchesAt(points, sought, i)) return i;
  return -1;
}

function substring(text: string, start: CelInt, end: CelInt | undefined): CelResult {
  const points = pointsOf(text);
  if (end !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0 || start > points.length) return outOfRange(start);
  if (end !== undefined && (end < 0 || end > points.length)) return outOfRange(end);
  return points.slice(Number(start), end === undefined ? undefined : Number(end));
}

function replace(text: string, from: string, to: string, limit: CelInt = -1): CelResult {
  if (limit === 0) return text;
  const most = Math.floor(text.length / Math.max(1, from.length)) + 1;
  const tooLong = textTooLong(text.length + (to.length > from.length ? most * to.length : 0));
  if (tooLong !== undefined) return tooLong;
  if (from === "") return interleave(text, to, Number(limit));
  if (limit < 0) return text.replaceAll(from, () => to);
  const parts = splitText(text, from, Number(limit) + 1);
  return parts.join(to);
}

// Replacing nothing puts the text before every code point and at the end.
function interleave(text: string, to: string, limit: number): string {
  const points = Array.from(text);
  const count = limit < 0 ? points.length + 1 : Math.min(limit, points.length + 1);
  const pieces: string[] = [];
  for (let i = 0; i <= points.length; i++) pieces.push(i < count ? to : "", points[i] ?? "");
  return pieces.join("");
}

function splitText(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

function join(parts: readonly CelValue[], separator = ""): CelResult {
  let length = separator.length * parts.length;
  for (const part of parts) {
    if (typeof part !== "string") return new CelError(`join: invalid input: ${printValue(part)}`);
    length += part.length;
  }
  return textTooLong(length) ?? parts.join(separator);
}

// Unicode white space as Go's strings.TrimSpace has it: U+0085 too, and no U+FEFF.
const SPACE = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const LEADING = new RegExp(`^${SPACE}+`);
const TRAILING = new RegExp(`${SPACE}$`);

/** Cuts white space off both ends, as Go's strings.TrimSpace does. */
export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && TRAILING.test(text.charAt(end - 1))) end--;
  return text.slice(0, end).replace(LEADING, "");
}

const QUOTED: ReadonlyMap<string, string> = new Map([
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\\", "\\\\"],
  ['"', '\\"'],
]);

function quoteText(text: string): string {
  return `"${text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (char) => QUOTED.get(char) ?? char)}"`;
}

const lower = (text: string) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
const upper = (text: string) => text.replace(/[a-z]+/g, (run) => run.toUpperCase());

const functions: readonly FunctionDeclaration[] = [
  func("charAt", [method("string_char_at_int", [string, int], string, charAt)]),
  func(
    "indexOf",
    [
      method("string_index_of_string", [string, string], int, (text, part) => indexOf(text, part)),
      method("string_index_of_string_int", [string, string, int], int, indexOf),
    ],
    { cost: deepTraversal },
  ),
  func(
    "lastIndexOf",
    [
      method("string_last_index_of_string", [string, string], int, (text, part) => lastIndexOf(text, part, undefined)),
      method("string_last_index_of_string_int", [string, string, int], int, lastIndexOf),
    ],
    { cost: deepTraversal },
  ),
  func("lowerAscii", [method("string_lower_ascii", [string], string, lower)], { cost: traversal }),
  func("upperAscii", [method("string_upper_ascii", [string], string, upper)], { cost: traversal }),
  func(
    "replace",
    [
      method("string_replace_string_string", [string, string, string], string, (text, from, to) => replace(text, from, to)),
      method("string_replace_string_string_int", [string, string, string, int], string, replace),
    ],
    { cost: doubleTraversal },
  ),
  func(
    "split",
    [
      method("string_split_string", [string, string], list(string), (text, separator) => splitText(text, separator, -1)),
      method("string_split_string_int", [string, string, int], list(string), (text, separator, limit) =>
        splitText(text, separator, Number(limit)),
      ),
    ],
    { cost: doubleTraversal },
  ),
  func(
    "substring",
    [
      method("string_substring_int", [string, int], string, (text, start) => substring(text, start, undefined)),
      method("string_substring_int_int", [string, int, int], string, substring),
    ],
    { cost: traversal },
  ),
  func("trim", [method("string_trim", [string], string, trimSpace)], { cost: traversal }),
  func("format", [method("string_format", [string, list(dyn)], string, (text, args) => formatString(text, args), traversal)]),
  func("strings.quote", [free("strings_quote", [string], string, quoteText, traversal)]),
  func(
    "join",
    [method("list_join", [list(string)], string, (parts) => join(parts)), method("list_join_string", [list(string), string], string, join)],
    { cost: resultTraversal },
  ),
];

/** The library in version 2, as Kubernetes has it. */
export const stringsLibrary: Library = { name: "strings", functions, callChecks: [checkFormatCall] };

const plainFormat = func("format", [
  method("string_format", [string, list(dyn)], string, (text, args) => formatPlainly(text, args), traversal),
]);

/** The library in version 4: `reverse`, and a `format` that follows no language. */
export const plainStringsLibrary: Library = {
  name: "strings version 4",
  functions: [
    ...functions.map((each) => (each.name === "format" ? plainFormat : each)),
    func("reverse", [method("string_reverse", [string], string, (text) => Array.from(text).reverse().join(""))]),
  ],
};
