/**
 * Functions of strings. Positions count code points; searching compares bytes, which on well-formed text is the same as comparing
 * JavaScript's units, so that only text with stray bytes pays for its bytes. https://www.openpolicyagent.org/docs/latest/policy-reference/#strings
 */
import { fromBinary, joinBytes, toBinary } from "../text/bytes.ts";
import { countCodePoints, isAscii, toLower, toUpper, trimSpace } from "../text/unicode.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import type { Operand } from "./operands.ts";
import { anyValue, builtinError, elementError, integer, membersOf, object, operandTypeError, row, string } from "./operands.ts";
import { reserveText } from "./result-size.ts";
import { startsWithAny } from "./string-prefixes.ts";
import { replaceAll, replaceMany } from "./string-replace.ts";

const TWO = [string, string] as const;
const SEARCH = "(haystack: string, needle: string) => result: boolean";
const ENDS = "(search: string, base: string) => result: boolean";
const CUTSET = "(value: string, cutset: string) => output: string";
const STRINGS = "any<string, array[string], set[string]>";

// Whether two texts compare by their units as Go compares their bytes.
function areText(a: string, b: string): boolean {
  return a.isWellFormed() && b.isWellFormed();
}

function contains(text: string, search: string): boolean {
  return areText(text, search) ? text.includes(search) : toBinary(text).includes(toBinary(search));
}

function startsWith(text: string, prefix: string): boolean {
  return areText(text, prefix) ? text.startsWith(prefix) : toBinary(text).startsWith(toBinary(prefix));
}

function endsWith(text: string, suffix: string): boolean {
  return areText(text, suffix) ? text.endsWith(suffix) : toBinary(text).endsWith(toBinary(suffix));
}

/** Cuts a text with a function of units, or of bytes where either text has stray ones. */
function cut(text: string, other: string, by: (text: string, other: string) => string): string {
  if (areText(text, other)) return by(text, other);
  return fromBinary(by(toBinary(text), toBinary(other)));
}

function concat(context: BuiltinContext, separator: string, collection: Value): BuiltinResult {
  const list = membersOf(collection);
  if (list === undefined) return operandTypeError("concat", 2, collection, ["set", "array"]);
  let length = separator.length * Math.max(0, list.length - 1);
  for (const member of list) {
    if (typeof member !== "string") return elementError("concat", 2, collection, member, ["string"]);
    length += member.length;
  }
  return reserveText(context, "concat", length) ?? joinBytes(list.join(separator));
}

const EMPTY_SEARCH = "empty search character";

function indexOf(text: string, search: string): BuiltinResult {
  if (search === "") return builtinError("indexof", EMPTY_SEARCH);
  // Every stray byte counts as U+FFFD here, as in OPA.
  const within = text.toWellFormed();
  const at = within.indexOf(search.toWellFormed());
  return at <= 0 || isAscii(text) ? at : countCodePoints(within.slice(0, at));
}

function allIndexesOf(context: BuiltinContext, text: string, search: string): BuiltinResult {
  if (search === "") return builtinError("indexof_n", EMPTY_SEARCH);
  const within = text.toWellFormed();
  const wanted = search.toWellFormed();
  const found: number[] = [];
  let counted = 0;
  let position = 0;
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + 1)) {
    position += countCodePoints(within.slice(counted, at));
    counted = at;
    found.push(position);
  }
  context.spend(found.length);
  return found;
}

function substring(text: string, offset: number, length: number): BuiltinResult {
  if (offset < 0) return builtinError("substring", "negative offset");
  if (isAscii(text)) return length < 0 ? text.slice(offset) : text.slice(offset, offset + length);
  if (offset === 0 && length >= countCodePoints(text)) return text;
  const within = text.toWellFormed();
  const start = unitsOf(within, 0, offset);
  return within.slice(start, length < 0 ? undefined : unitsOf(within, start, length));
}

// Returns the position that many code points further on.
function unitsOf(text: string, from: number, codePoints: number): number {
  let at = from;
  for (let i = 0; i < codePoints && at < text.length; i++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

function split(text: string, separator: string): string[] {
  if (separator === "") return Array.from(text);
  if (areText(text, separator)) return text.split(separator);
  return toBinary(text).split(toBinary(separator)).map(fromBinary);
}

function splitN(text: string, separator: string, count: number): string[] {
  const parts = split(text, separator);
  return count < 0 ? parts.slice(count) : parts.slice(0, count);
}

function count(text: string, search: string): number {
  if (search === "") return countCodePoints(text) + 1;
  const within = areText(text, search) ? text : toBinary(text);
  const wanted = areText(text, search) ? search : toBinary(search);
  let found = 0;
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + wanted.length)) found++;
  return found;
}

// Every stray byte is U+FFFD to a cut set.
function trimmed(text: string, cutset: string, left: boolean, right: boolean): string {
  const unwanted = new Set(cutset.toWellFormed());
  const letters = Array.from(text);
  let start = 0;
  let end = letters.length;
  while (left && start < end && unwanted.has((letters[start] ?? "").toWellFormed())) start++;
  while (right && end > start && unwanted.has((letters[end - 1] ?? "").toWellFormed())) end--;
  return start === 0 && end === letters.length ? text : letters.slice(start, end).join("");
}

// A string, or a collection of strings.
const stringOrStrings: Operand<readonly string[]> = (value, position, name) => {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value) && !(value instanceof RegoSet)) return operandTypeError(name, position, value, ["string", "set", "array"]);
  const list = membersOf(value) ?? [];
  const wrong = list.find((member) => typeof member !== "string");
  return wrong === undefined ? (list as readonly string[]) : elementError(name, position, value, wrong, ["string"]);
};

/** The rows of this family. */
export const strings: readonly Builtin[] = [
  row("concat", "(delimiter: string, collection: any<array[string], set[string]>) => output: string", [string, anyValue], concat),
  row("contains", SEARCH, TWO, (_, text, search) => contains(text, search)),
  row("startswith", ENDS, TWO, (_, text, prefix) => startsWith(text, prefix)),
  row("endswith", ENDS, TWO, (_, text, suffix) => endsWith(text, suffix)),
  row("indexof", "(haystack: string, needle: string) => output: number", TWO, (_, text, search) => indexOf(text, search)),
  row("indexof_n", "(haystack: string, needle: string) => output: array[number]", TWO, allIndexesOf),
  row("lower", "(x: string) => y: string", [string], (_, text) => toLower(text)),
  row("upper", "(x: string) => y: string", [string], (_, text) => toUpper(text)),
  row("replace", "(x: string, old: string, new: string) => y: string", [string, string, string], replaceAll),
  row("strings.replace_n", "(patterns: object[string: string], value: string) => output: string", [object, string], replaceMany),
  row("split", "(x: string, delimiter: string) => ys: array[string]", TWO, (_, text, separator) => split(text, separator)),
  row(
    "strings.split_n",
    "(x: string, delimiter: string, n: number) => ys: array[string]",
    [string, string, integer],
    (_, text, by, parts) => splitN(text, by, parts),
  ),
  row("strings.count", "(search: string, substring: string) => output: number", TWO, (_, text, search) => count(text, search)),
  row("strings.reverse", "(x: string) => y: string", [string], (_, text) =>
    isAscii(text) ? reversed(text) : reversed(text.toWellFormed()),
  ),
  row(
    "strings.any_prefix_match",
    `(search: ${STRINGS}, base: ${STRINGS}) => result: boolean`,
    [stringOrStrings, stringOrStrings],
    (_, texts, base) => startsWithAny(texts, base),
  ),
  row(
    "strings.any_suffix_match",
    `(search: ${STRINGS}, base: ${STRINGS}) => result: boolean`,
    [stringOrStrings, stringOrStrings],
    (_, texts, base) => startsWithAny(texts.map(backwards), base.map(backwards)),
  ),
  row(
    "substring",
    "(value: string, offset: number, length: number) => output: string",
    [string, integer, integer],
    (_, text, offset, length) => substring(text, offset, length),
  ),
  row("trim", CUTSET, TWO, (_, text, cutset) => trimmed(text, cutset, true, true)),
  row("trim_left", CUTSET, TWO, (_, text, cutset) => trimmed(text, cutset, true, false)),
  row("trim_right", CUTSET, TWO, (_, text, cutset) => trimmed(text, cutset, false, true)),
  row("trim_prefix", "(value: string, prefix: string) => output: string", TWO, (_, text, prefix) =>
    cut(text, prefix, (a, b) => (a.startsWith(b) ? a.slice(b.length) : a)),
  ),
  row("trim_suffix", "(value: string, suffix: string) => output: string", TWO, (_, text, suffix) =>
    cut(text, suffix, (a, b) => (b !== "" && a.endsWith(b) ? a.slice(0, -b.length) : a)),
  ),
  row("trim_space", "(value: string) => output: string", [string], (_, text) => trimSpace(text)),
];

function reversed(text: string): string {
  return Array.from(text).reverse().join("");
}

// Bytes back to front: only prefixes of it are compared, so it need not be text.
function backwards(text: string): string {
  return toBinary(text).split("").reverse().join("");
}
