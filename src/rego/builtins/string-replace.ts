/**
 * Replacing in one pass, as Go's `strings.Replacer` does: at each position the first pattern that matches wins, and an empty pattern matches
 * between any two bytes. https://pkg.go.dev/strings#NewReplacer
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { fromBinary, joinBytes, toBinary } from "../text/bytes.ts";
import { isAscii } from "../text/unicode.ts";
import { RegoObject } from "../values/rego-object.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { BuiltinResult } from "./define.ts";
import { operandError } from "./operands.ts";
import { reserveText } from "./result-size.ts";

type Pair = readonly [pattern: string, replacement: string];

/** Replaces every occurrence of one text: the builtin `replace`. */
export function replaceAll(context: BuiltinContext, text: string, old: string, replacement: string): BuiltinResult {
  if (old === "" || !text.isWellFormed() || !old.isWellFormed()) return replacePairs(context, "replace", text, [[old, replacement]]);
  const growth = replacement.length - old.length;
  if (growth <= 0) return joinBytes(text.replaceAll(old, () => replacement));
  let length = text.length;
  for (let at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length)) length += growth;
  return reserveText(context, "replace", length) ?? joinBytes(text.replaceAll(old, () => replacement));
}

/** Replaces many texts at once, patterns in order of their keys: the builtin `strings.replace_n`. */
export function replaceMany(context: BuiltinContext, patterns: PlainObject | RegoObject, text: string): BuiltinResult {
  const name = "strings.replace_n";
  // Keys in order: numbers and the like come before strings, so the first bad one is found first.
  const keys: readonly Value[] =
    patterns instanceof RegoObject ? patterns.order().map((at) => patterns.keys[at] as Value) : sortedKeys(patterns);
  const pairs: Pair[] = [];
  for (const key of keys) {
    if (typeof key !== "string") return operandError(name, 1, "non-string key found in pattern object");
    const value = patterns instanceof RegoObject ? patterns.get(key) : patterns[key];
    if (typeof value !== "string") return operandError(name, 1, "non-string value found in pattern object");
    pairs.push([key, value]);
  }
  return replacePairs(context, name, text, pairs);
}

function sortedKeys(patterns: PlainObject): readonly string[] {
  return Object.keys(patterns).sort(compareStrings);
}

function replacePairs(context: BuiltinContext, name: string, text: string, pairs: readonly Pair[]): BuiltinResult {
  // Patterns that are characters may be looked for by units; an empty one needs the bytes.
  const byUnit =
    (isAscii(text) || !pairs.some(([pattern]) => pattern === "")) && [text, ...pairs.flat()].every((part) => part.isWellFormed());
  const source = byUnit ? text : toBinary(text);
  const rules: readonly Pair[] = byUnit ? pairs : pairs.map(([pattern, replacement]) => [toBinary(pattern), toBinary(replacement)]);
  const pieces = replacePieces(context, source, rules);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const refused = reserveText(context, name, length);
  if (refused !== undefined) return refused;
  return byUnit ? pieces.join("") : fromBinary(pieces.join(""));
}

function replacePieces(context: BuiltinContext, text: string, pairs: readonly Pair[]): readonly string[] {
  const byFirst = patternsByFirstUnit(pairs);
  const emptyAt = pairs.findIndex(([pattern]) => pattern === "");
  const pieces: string[] = [];
  let copied = 0;
  let wasEmpty = false;
  for (let at = 0; at <= text.length; ) {
    const match = matchAt(text, at, byFirst, emptyAt, wasEmpty, pairs);
    wasEmpty = match !== undefined && match[0] === "";
    if (match === undefined) {
      at++;
      continue;
    }
    pieces.push(text.slice(copied, at), match[1]);
    if ((pieces.length & 1023) === 0) context.spend(1024);
    at += match[0].length;
    copied = at;
  }
  pieces.push(text.slice(copied));
  return pieces;
}

type Numbered = readonly [order: number, pair: Pair];

function patternsByFirstUnit(pairs: readonly Pair[]): ReadonlyMap<number, readonly Numbered[]> {
  const byFirst = new Map<number, Numbered[]>();
  pairs.forEach((pair, order) => {
    if (pair[0] === "") return;
    const unit = pair[0].charCodeAt(0);
    const list = byFirst.get(unit);
    if (list === undefined) byFirst.set(unit, [[order, pair]]);
    else list.push([order, pair]);
  });
  return byFirst;
}

// Two empty matches never follow each other at one place.
function matchAt(
  text: string,
  at: number,
  byFirst: ReadonlyMap<number, readonly Numbered[]>,
  emptyAt: number,
  wasEmpty: boolean,
  pairs: readonly Pair[],
): Pair | undefined {
  const found = byFirst.get(text.charCodeAt(at))?.find(([, [pattern]]) => text.startsWith(pattern, at));
  if (emptyAt < 0 || wasEmpty || (found !== undefined && found[0] < emptyAt)) return found?.[1];
  return pairs[emptyAt];
}
