/**
 * cel-go's list functions in version 3: `slice`, `flatten`, `sort`, `sortBy`, `distinct`, `reverse`, `lists.range`.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Lists
 */
import { bindNode, type Expansion, type MacroCall, nodesAt, refuse } from "../syntax/macro.ts";
import { mapMacro } from "../syntax/standard-macros.ts";
import { classify } from "../values/classify.ts";
import { equal } from "../values/equal.ts";
import { listTooLong } from "../values/limits.ts";
import type { CelInt } from "../values/number.ts";
import { order } from "../values/order.ts";
import { costSize } from "../values/size.ts";
import * as t from "../values/type.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import * as d from "./declare.ts";
import { type CallCost, free, func, int, type Kind, type Library, list, method } from "./declare.ts";
import { comparableKinds } from "./kubernetes-lists.ts";

const T = d.param("T");
/** A call and a new list. */
const BASE_COST = 11;

const resultSize: CallCost = (_, result) => costSize(result) + BASE_COST;

const flattenCost: CallCost = (args) => Math.trunc(costSize(args[0] ?? null) * (args.length > 1 ? Number(args[1]) : 1)) + BASE_COST;

function compareAll(position: number): CallCost {
  return (args) => {
    const values = args[position];
    if (!Array.isArray(values) || values.length === 0) return BASE_COST;
    const first: CelValue = values[0] ?? null;
    const factor = typeof first === "string" || first instanceof Uint8Array ? 2.1 : 2;
    return Math.trunc(values.length * values.length * factor) + BASE_COST;
  };
}

function slice(values: readonly CelValue[], start: CelInt, end: CelInt): CelResult {
  const range = `cannot slice(${start}, ${end})`;
  if (start < 0 || end < 0) return new CelError(`${range}, negative indexes not supported`);
  if (start > end) return new CelError(`${range}, start index must be less than or equal to end index`);
  if (end > values.length) return new CelError(`${range}, list is length ${values.length}`);
  return values.slice(Number(start), Number(end));
}

// Which elements can be sorted is found out while sorting.
function untested(element: Kind): Kind<readonly CelValue[]> {
  return { type: t.listOf(element.type), test: Array.isArray };
}

// The type asks for lists of lists, but at run time a list that is flat already is welcome, and what is no list is refused in words of its own.
const nestedLists: Kind = { type: t.listOf(t.listOf(T.type)), test: undefined };
const anyList: Kind = { type: t.listOf(t.dynType), test: undefined };

function flatten(values: CelValue, depth: CelInt): CelResult {
  if (!Array.isArray(values)) return new CelError(`no such overload: ${classify(values).name}.flatten()`);
  if (depth < 0) return new CelError("level must be non-negative");
  return flattenInto([], values, Number(depth));
}

function flattenInto(out: CelValue[], values: readonly CelValue[], depth: number): CelValue[] {
  for (const value of values) {
    if (Array.isArray(value) && depth > 0) flattenInto(out, value, depth - 1);
    else out.push(value);
  }
  return out;
}

function sortBy(values: readonly CelValue[], keys: readonly CelValue[]): CelResult {
  if (values.length !== keys.length) {
    const lengths = `${values.length} and ${keys.length} elements respectively`;
    return new CelError(`@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${lengths}`);
  }
  const first = keys[0];
  if (first === undefined) return values;
  if (order(first, first) instanceof CelError && !Number.isNaN(first)) return new CelError("list elements must be comparable");
  const type = classify(first).name;
  if (keys.some((key) => classify(key).name !== type)) return new CelError("list elements must have the same type");
  const positions = values.map((_, i) => i);
  positions.sort((a, b) => {
    const sign = order(keys[a] ?? null, keys[b] ?? null);
    return sign instanceof CelError ? 0 : sign;
  });
  return positions.map((position) => values[position] ?? null);
}

function distinct(values: readonly CelValue[]): CelValue[] {
  const strings = new Set<string>();
  const out: CelValue[] = [];
  for (const value of values) {
    if (typeof value === "string") {
      if (strings.has(value)) continue;
      strings.add(value);
    } else if (out.some((other) => equal(value, other))) continue;
    out.push(value);
  }
  return out;
}

function range(count: CelInt): CelResult {
  return listTooLong(Number(count)) ?? Array.from({ length: Math.max(0, Number(count)) }, (_, i) => i);
}

const INPUT = "@__sortBy_input__";

// `l.sortBy(e, k)` binds the list, maps it to keys and sorts one by the other.
function expandSortBy(call: MacroCall): Expansion {
  const { target, args, at } = call;
  if (target === undefined) return undefined;
  if (target.kind === "literal" || target.kind === "map" || target.kind === "struct") {
    return refuse(target.at, "sortBy can only be applied to a list, identifier, comprehension, call or select expression");
  }
  const nodes = nodesAt(at);
  const keys = mapMacro.expand({ at, target: nodes.ident(INPUT), args });
  if (keys === undefined || "issue" in keys) return keys;
  const sorted = nodes.member(nodes.ident(INPUT), "@sortByAssociatedKeys", keys.expr);
  return { expr: bindNode(at, { name: INPUT, value: target }, sorted) };
}

/** The library. */
export const listsLibrary: Library = {
  name: "lists",
  functions: [
    func("slice", [method("list_slice", [list(T), int, int], list(T), slice, resultSize)]),
    func("flatten", [
      method("list_flatten", [nestedLists], list(T), (values) => flatten(values, 1), flattenCost),
      method("list_flatten_int", [anyList, int], list(d.dyn), flatten, flattenCost),
    ]),
    func(
      "sort",
      comparableKinds.map(([name, kind]) =>
        method(`list_${name}_sort`, [untested(kind)], list(kind), (values) => sortBy(values, values), compareAll(0)),
      ),
      { mismatch: { firstOperand: new Set(["list"]) } },
    ),
    func(
      "@sortByAssociatedKeys",
      comparableKinds.map(([name, kind]) =>
        method(`list_${name}_sortByAssociatedKeys`, [list(T), untested(kind)], list(T), sortBy, compareAll(1)),
      ),
      { mismatch: { firstOperand: new Set(["list"]) } },
    ),
    func("lists.range", [free("lists_range", [int], list(int), range, resultSize)]),
    func("reverse", [method("list_reverse", [list(T)], list(T), (values) => values.toReversed(), resultSize)]),
    func("distinct", [method("list_distinct", [list(T)], list(T), distinct, compareAll(0))]),
  ],
  macros: [{ name: "sortBy", argumentCount: 2, member: true, expand: expandSortBy }],
};
