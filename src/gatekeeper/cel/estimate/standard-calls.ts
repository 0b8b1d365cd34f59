/**
 * What calls of CEL's own functions are estimated to cost, by overload: anything that is not here costs 1.
 * https://github.com/google/cel-go/blob/master/checker/cost.go
 */
import type { EntrySizes, Estimate, EstimatedCall, Estimator, Operand } from "./operand.ts";
import {
  addSizes,
  exactly,
  MOST,
  multiplySizes,
  plus,
  REGEX_LENGTH,
  type Size,
  scale,
  smaller,
  spanSizes,
  TRAVERSAL,
  times,
  UNKNOWN,
  wrap,
} from "./size.ts";

/** What making a list costs. */
export const LIST_COST = 10n;

const ONE: Estimate = { cost: 1n };

function argument({ args }: EstimatedCall, position: number): Size {
  return args[position]?.size ?? UNKNOWN;
}

function walk(size: Size, result?: Size): Estimate {
  const cost = scale(size.max, TRAVERSAL);
  return result === undefined ? { cost } : { cost, size: result };
}

/** The cost of matching a text against a regular expression. */
export function matchCost(text: Size, pattern: Size): bigint {
  return times(scale(plus(text.max, 1n), TRAVERSAL), scale(pattern.max, REGEX_LENGTH));
}

function unionEntries(a: EntrySizes | undefined, b: EntrySizes | undefined): EntrySizes | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { container: a.container, key: spanSizes(a.key, b.key), value: spanSizes(a.value, b.value) };
}

function conditional({ args: [, yes, no] }: EstimatedCall): Estimate {
  return { cost: 0n, size: spanSizes(yes?.size ?? UNKNOWN, no?.size ?? UNKNOWN), entries: unionEntries(yes?.entries, no?.entries) };
}

function concatenation(call: EstimatedCall): Estimate {
  const [first, second] = call.args;
  const size = addSizes(argument(call, 0), argument(call, 1));
  const cost = call.overload === "add_list" ? 1n : scale(size.max, TRAVERSAL);
  return { cost, size, entries: unionEntries(second?.entries, first?.entries) };
}

function comparison(call: EstimatedCall): Estimate {
  return { cost: scale(smaller(argument(call, 0).max, argument(call, 1).max), TRAVERSAL) };
}

function search({ target, args: [part] }: EstimatedCall): Estimate | undefined {
  if (target === undefined || part === undefined) return undefined;
  return { cost: times(scale(target.size.max, TRAVERSAL), scale(part.size.max, TRAVERSAL)) };
}

function toBytes(call: EstimatedCall): Estimate {
  const size = argument(call, 0);
  return walk(size, { min: size.min, max: wrap(size.max * 4n) });
}

function toText(call: EstimatedCall): Estimate {
  const size = argument(call, 0);
  return walk(size, { min: size.min / 4n, max: size.max });
}

function quoted(call: EstimatedCall): Estimate {
  const size = argument(call, 0);
  return walk(size, { min: wrap(size.min + 2n), max: wrap(size.max * 2n + 2n) });
}

const walkArgument: Estimator = (call) => walk(argument(call, 0));

const STANDARD: ReadonlyMap<string, Estimator> = new Map<string, Estimator>([
  ["string_format", ({ target }) => (target === undefined ? undefined : walk(target.size))],
  ["string_to_bytes", toBytes],
  ["bytes_to_string", toText],
  ["strings_quote", quoted],
  ["starts_with_string", walkArgument],
  ["ends_with_string", walkArgument],
  ["in_list", (call) => ({ cost: scale(argument(call, 1).max, 1) })],
  ["matches_string", ({ target, args: [pattern] }) => target && pattern && { cost: matchCost(target.size, pattern.size) }],
  ["contains_string", search],
  ["conditional", conditional],
  ["add_string", concatenation],
  ["add_bytes", concatenation],
  ["add_list", concatenation],
  ["equals", comparison],
  ["not_equals", comparison],
  ...["less", "less_equals", "greater", "greater_equals"].flatMap((name) =>
    ["string", "bytes"].map((kind) => [`${name}_${kind}`, comparison] as const),
  ),
]);

function listCall(factor: number, size: Size): Estimate {
  return { cost: plus(plus(scale(size.max, factor), 1n), LIST_COST), size };
}

function compareAll(size: Size, factor: number): Estimate {
  return listCall(factor, multiplySizes(size, size));
}

function sortFactor(overload: string): number {
  return /^list_(?:string|bytes)_/.test(overload) ? 2 + TRAVERSAL : 2;
}

function wholeNumber(operand: Operand | undefined, otherwise: bigint): bigint {
  if (operand?.expr.kind !== "literal") return otherwise;
  const { value } = operand.expr;
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isSafeInteger(value))) return otherwise;
  return value < 0 ? 0n : BigInt(value);
}

function slice({ target, args: [start, end] }: EstimatedCall): Estimate | undefined {
  if (target === undefined) return undefined;
  return listCall(1, exactly(wrap(wholeNumber(end, target.size.max) - wholeNumber(start, 0n))));
}

function flatten({ target, args: [depth] }: EstimatedCall): Estimate | undefined {
  return target && listCall(Number(depth === undefined ? 1n : wholeNumber(depth, MOST)), target.size);
}

const sets = (factor: number): Estimator => {
  return (call) => ({ cost: plus(scale(times(argument(call, 0).max, argument(call, 1).max), factor), 1n) });
};

/** The functions of the libraries of lists and sets, which say themselves what they cost. */
const LISTS: readonly (readonly [RegExp, Estimator])[] = [
  [/^list_slice$/, slice],
  [/^list_flatten(?:_int)?$/, flatten],
  [/^lists_range$/, ({ args: [count] }) => listCall(1, exactly(wholeNumber(count, MOST)))],
  [/^list_reverse$/, ({ target }) => target && listCall(1, target.size)],
  [/^list_distinct$/, ({ target }) => target && compareAll(target.size, 2)],
  [/^list_\w+_sort$/, ({ target, overload }) => target && compareAll(target.size, sortFactor(overload))],
  [/^list_\w+_sortByAssociatedKeys$/, ({ args: [keys], overload }) => keys && compareAll(keys.size, sortFactor(overload))],
  [/^list_sets_(?:contains|intersects)_list$/, sets(1)],
  [/^list_sets_equivalent_list$/, sets(2)],
];

/** Estimates a call of a function on lists. */
export const estimateListCall: Estimator = (call) => LISTS.find(([overload]) => overload.test(call.overload))?.[1](call);

/** Estimates a call of a standard function. */
export function estimateStandardCall(call: EstimatedCall): Estimate {
  return STANDARD.get(call.overload)?.(call) ?? ONE;
}
