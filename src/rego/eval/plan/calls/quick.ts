/**
 * Short cuts through hot builtins: for the operands that nearly every call has, the answer without the checks; `undefined` sends the call to the
 * builtin itself, so that every other operand and every error is the builtin's own affair.
 */
import type { Builtin } from "../../../builtins/define.ts";
import { Failure } from "../../../builtins/failure.ts";
import type { Span } from "../../../source/source.ts";
import { equalValues } from "../../../values/compare.ts";
import { isPlainObject, sizeOf } from "../../../values/object.ts";
import { RegoObject } from "../../../values/rego-object.ts";
import { RegoSet } from "../../../values/rego-set.ts";
import type { Value } from "../../../values/value.ts";
import type { Expr, Test } from "../../cells.ts";
import { getterOf } from "../../member.ts";
import { type Runner, recordFailure } from "../../runner.ts";
import { isIdentity } from "../equality.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, costOf, exprOf, isTotal } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { arithmetic, type MakeArithmetic } from "./arithmetic.ts";
import { quickRegex } from "./quick-regex.ts";

type Quick1 = (a: Value) => Value | undefined;
type Quick2 = (a: Value, b: Value) => Value | undefined;

// Text with lone surrogates stands for bytes; only whole characters compare as they look.
function isPlain(text: string): boolean {
  return text.isWellFormed();
}

function sizeOfValue(value: Value): Value | undefined {
  if (Array.isArray(value)) return value.length;
  if (value instanceof RegoSet) return value.size;
  if (value instanceof RegoObject) return value.size;
  return isPlainObject(value) ? sizeOf(value) : undefined;
}

const unary: ReadonlyMap<string, Quick1> = new Map<string, Quick1>([
  ["count", sizeOfValue],
  ["is_string", (value) => typeof value === "string"],
  ["is_boolean", (value) => typeof value === "boolean"],
  ["is_array", (value) => Array.isArray(value)],
  ["is_null", (value) => value === null],
]);

function anyStart(texts: Value, prefixes: Value): boolean | undefined {
  if (typeof texts !== "string" || !Array.isArray(prefixes) || prefixes.length > MAX_PREFIXES || !isPlain(texts)) return undefined;
  for (const prefix of prefixes) if (typeof prefix !== "string" || !isPlain(prefix)) return undefined;
  return prefixes.some((prefix: string) => texts.startsWith(prefix));
}

function anyEnd(texts: Value, suffixes: Value): boolean | undefined {
  if (typeof texts !== "string" || !Array.isArray(suffixes) || suffixes.length > MAX_PREFIXES || !isPlain(texts)) return undefined;
  for (const suffix of suffixes) if (typeof suffix !== "string" || !isPlain(suffix)) return undefined;
  return suffixes.some((suffix: string) => texts.endsWith(suffix));
}

// Beyond that the builtin's sorted search is faster.
const MAX_PREFIXES = 32;

function isMember(value: Value, collection: Value): boolean {
  if (collection instanceof RegoSet) return collection.has(value);
  if (Array.isArray(collection))
    return isIdentity(value) ? collection.includes(value) : collection.some((member: Value) => equalValues(member, value));
  if (collection instanceof RegoObject) return collection.values.some((member) => equalValues(member, value));
  if (!isPlainObject(collection)) return false;
  for (const key in collection) if (equalValues(collection[key] as Value, value)) return true;
  return false;
}

function difference(a: Value, b: Value): Value | undefined {
  if (!(a instanceof RegoSet) || !(b instanceof RegoSet)) return undefined;
  const rest = new RegoSet();
  for (const item of a.items) if (!b.has(item)) rest.add(item);
  return rest;
}

function bothPlain(a: Value, b: Value): boolean {
  return typeof a === "string" && typeof b === "string" && isPlain(a) && isPlain(b);
}

function trimEnd(a: Value, b: Value): Value | undefined {
  if (!bothPlain(a, b)) return undefined;
  const text = a as string;
  const suffix = b as string;
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
}

// A cutset beyond ASCII is for the builtin, which knows characters from their halves.
function trimBoth(a: Value, b: Value): Value | undefined {
  if (!bothPlain(a, b) || !/^[\0-\x7f]*$/.test(b as string)) return undefined;
  const text = a as string;
  const cutset = b as string;
  let start = 0;
  let end = text.length;
  while (start < end && cutset.includes(text.charAt(start))) start++;
  while (end > start && cutset.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

const binary: ReadonlyMap<string, Quick2> = new Map<string, Quick2>([
  ["startswith", (a, b) => (typeof a === "string" && typeof b === "string" && isPlain(b) ? a.startsWith(b) : undefined)],
  ["endswith", (a, b) => (typeof a === "string" && typeof b === "string" && isPlain(b) ? a.endsWith(b) : undefined)],
  ["contains", (a, b) => (typeof a === "string" && typeof b === "string" && isPlain(b) ? a.includes(b) : undefined)],
  [
    "trim_prefix",
    (a, b) => (bothPlain(a, b) ? (a as string).slice((a as string).startsWith(b as string) ? (b as string).length : 0) : undefined),
  ],
  ["trim_suffix", trimEnd],
  ["trim", trimBoth],
  ["split", (a, b) => (bothPlain(a, b) && b !== "" ? (a as string).split(b as string) : undefined)],
  ["strings.any_prefix_match", anyStart],
  ["strings.any_suffix_match", anyEnd],
  ["internal.member_2", isMember],
]);

/** Plans a call through its short cut; undefined when the builtin has none. */
export function planQuick(builtin: Builtin, args: readonly Operand[], span: Span | undefined, planner: Planner): Operand | undefined {
  const [a, b, c] = args;
  const { run } = planner;
  const one = unary.get(builtin.name);
  if (one && a && args.length === 1) return planUnary(one, builtin, a, span, run);
  if (builtin.name === "regex.match" && a?.kind === "constant" && b && args.length === 2) return planRegex(builtin, a.value, b, span, run);
  const make = arithmetic.get(builtin.name);
  if (make && a && b && args.length === 2) return planArithmetic(make, builtin, [a, b], span, run);
  const two = binary.get(builtin.name);
  if (two && a && b && args.length === 2) return planBinary(two, builtin, [a, b], span, run);
  if (builtin.name === "object.get" && a && b?.kind === "constant" && c && args.length === 3) return planGet(builtin, [a, b, c], span, run);
  return undefined;
}

function slowly(builtin: Builtin, span: Span | undefined, run: Runner, ...values: Value[]): Value | undefined {
  const result = builtin.call(run.context, ...values);
  return typeof result === "object" && result instanceof Failure ? recordFailure(run, result, span) : result;
}

function planUnary(quick: Quick1, builtin: Builtin, a: Operand, span: Span | undefined, run: Runner): Operand {
  const read = exprOf(a);
  const expr: Expr = () => {
    const x = read();
    if (x === undefined) return undefined;
    const answer = quick(x);
    return answer === undefined ? slowly(builtin, span, run, x) : answer;
  };
  return computed(expr, costOf(a) + 2, isTotal(a));
}

function planBinary(quick: Quick2, builtin: Builtin, [a, b]: readonly [Operand, Operand], span: Span | undefined, run: Runner): Operand {
  const left = exprOf(a);
  const right = exprOf(b);
  const expr: Expr = () => {
    const x = left();
    if (x === undefined) return undefined;
    const y = right();
    if (y === undefined) return undefined;
    const answer = quick(x, y);
    return answer === undefined ? slowly(builtin, span, run, x, y) : answer;
  };
  return computed(expr, costOf(a) + costOf(b) + 3, isTotal(a) && isTotal(b));
}

function planArithmetic(
  make: MakeArithmetic,
  builtin: Builtin,
  [a, b]: readonly [Operand, Operand],
  span: Span | undefined,
  run: Runner,
): Operand {
  const slow =
    builtin.name === "minus"
      ? (x: Value, y: Value) => difference(x, y) ?? slowly(builtin, span, run, x, y)
      : (x: Value, y: Value) => slowly(builtin, span, run, x, y);
  return computed(make(exprOf(a), exprOf(b), slow), costOf(a) + costOf(b) + 2, isTotal(a) && isTotal(b));
}

function planGet(
  builtin: Builtin,
  [a, b, c]: readonly [Operand, Operand, Operand],
  span: Span | undefined,
  run: Runner,
): Operand | undefined {
  if (b.kind !== "constant" || typeof b.value !== "string") return undefined;
  const name = b.value;
  const get = getterOf(name);
  const object = exprOf(a);
  const fallback = exprOf(c);
  const expr: Expr = () => {
    const from = object();
    if (from === undefined) return undefined;
    const otherwise = fallback();
    if (otherwise === undefined) return undefined;
    if (typeof from !== "object" || from === null || Object.getPrototypeOf(from) !== Object.prototype) {
      return slowly(builtin, span, run, from, name, otherwise);
    }
    const value = get(from);
    return value === undefined ? otherwise : value;
  };
  return computed(expr, costOf(a) + costOf(c) + 2, isTotal(a) && isTotal(c));
}

function planRegex(builtin: Builtin, pattern: Value, text: Operand, span: Span | undefined, run: Runner): Operand | undefined {
  const regex = typeof pattern === "string" ? quickRegex(pattern) : undefined;
  const read = exprOf(text);
  let lastText: string | undefined;
  let lastAnswer: Value | undefined;
  const expr: Expr = () => {
    const x = read();
    if (x === undefined) return undefined;
    if (typeof x !== "string") return slowly(builtin, span, run, pattern, x);
    if (x === lastText) return lastAnswer;
    const answer = regex?.(x) ?? slowly(builtin, span, run, pattern, x);
    if (answer === undefined) return undefined;
    lastText = x;
    lastAnswer = answer;
    return answer;
  };
  const test: Test = () => expr() === true;
  return computed(expr, costOf(text) + COST.builtin, isTotal(text), test);
}
