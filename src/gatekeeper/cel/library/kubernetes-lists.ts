/**
 * Kubernetes' list functions: `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library
 */
import { equal } from "../values/equal.ts";
import { addInt, doubleValue, isDouble, isInt, toDouble, toUint } from "../values/number.ts";
import { noSuchOverload, order } from "../values/order.ts";
import { toDuration } from "../values/time.ts";
import { CelDuration, CelError, type CelResult, CelUint, type CelValue } from "../values/value.ts";
import { deepTraversal } from "./costs.ts";
import * as d from "./declare.ts";
import { bool, func, int, type Kind, type Library, list, method } from "./declare.ts";

const A = d.param("A");

/** The kinds of elements that have an order, by the name cel-go uses in overloads. */
export const comparableKinds: readonly (readonly [string, Kind])[] = [
  ["int", d.int],
  ["uint", d.uint],
  ["double", d.double],
  ["bool", d.bool],
  ["duration", d.duration],
  ["timestamp", d.timestamp],
  ["string", d.string],
  ["bytes", d.bytes],
];

function isSorted(values: readonly CelValue[]): CelResult {
  for (let i = 1; i < values.length; i++) {
    const sign = order(values[i - 1] ?? null, values[i] ?? null);
    if (typeof sign === "number" && sign > 0) return false;
  }
  return true;
}

function extreme(name: string, wanted: 1 | -1) {
  return (values: readonly CelValue[]): CelResult => {
    let best: CelValue | undefined;
    for (const value of values) {
      const sign = best === undefined ? wanted : order(value, best);
      if (typeof sign === "number" && Math.sign(sign) === wanted) best = value;
    }
    return best === undefined ? new CelError(`${name} called on empty list`) : best;
  };
}

function add(a: CelValue, b: CelValue): CelResult {
  if (isInt(a) && isInt(b)) return addInt(a, b);
  if (isDouble(a) && isDouble(b)) return toDouble(doubleValue(a) + doubleValue(b));
  if (a instanceof CelUint && b instanceof CelUint) return toUint(a.value + b.value);
  return a instanceof CelDuration && b instanceof CelDuration ? toDuration(a.nanos + b.nanos) : noSuchOverload;
}

function sum(zero: CelValue) {
  return (values: readonly CelValue[]): CelResult => {
    let total: CelValue = zero;
    for (const value of values) {
      const next: CelResult = add(total, value);
      if (next instanceof CelError) return next;
      total = next;
    }
    return total;
  };
}

const SUMMABLE: readonly (readonly [string, Kind, CelValue])[] = [
  ["int", d.int, 0],
  ["uint", d.uint, new CelUint(0n)],
  ["double", d.double, toDouble(0)],
  ["duration", d.duration, new CelDuration(0n)],
];

const options = { cost: deepTraversal };

/** The library. */
export const kubernetesListsLibrary: Library = {
  name: "kubernetes.lists",
  functions: [
    func(
      "isSorted",
      comparableKinds.map(([name, kind]) => method(`list_${name}_is_sorted_bool`, [list(kind)], bool, isSorted)),
      options,
    ),
    func(
      "sum",
      SUMMABLE.map(([name, kind, zero]) => method(`list_${name}_sum_${name}`, [list(kind)], kind, sum(zero))),
      options,
    ),
    func(
      "max",
      comparableKinds.map(([name, kind]) => method(`list_${name}_max_${name}`, [list(kind)], kind, extreme("max", 1))),
      options,
    ),
    func(
      "min",
      comparableKinds.map(([name, kind]) => method(`list_${name}_min_${name}`, [list(kind)], kind, extreme("min", -1))),
      options,
    ),
    func(
      "indexOf",
      [method("list_a_index_of_int", [list(A), A], int, (values, item) => values.findIndex((value) => equal(value, item)))],
      options,
    ),
    func(
      "lastIndexOf",
      [method("list_a_last_index_of_int", [list(A), A], int, (values, item) => values.findLastIndex((value) => equal(value, item)))],
      options,
    ),
  ],
};
