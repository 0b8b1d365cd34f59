/** Plans comparisons: numbers first, then Rego's total order. Any two values compare, so these never fail. */
import { compareValues } from "../../../values/compare.ts";
import type { Value } from "../../../values/value.ts";
import type { Expr, Test } from "../../cells.ts";
import { equalTest } from "../equality.ts";
import type { Operand } from "../operand.ts";
import { computed, costOf, exprOf, isTotal } from "../operand.ts";

/** Plans one comparison. */
export type Plan = (args: readonly Operand[]) => Operand | undefined;

function comparison(numbers: (a: number, b: number) => boolean, holds: (order: number) => boolean): Plan {
  return ([a, b]) => {
    if (!a || !b) return undefined;
    const left = exprOf(a);
    const right = exprOf(b);
    const run: Expr = () => {
      const x = left();
      if (x === undefined) return undefined;
      const y = right();
      if (y === undefined) return undefined;
      return typeof x === "number" && typeof y === "number" ? numbers(x, y) : holds(compareValues(x, y));
    };
    const test: Test = () => run() === true;
    return computed(run, costOf(a) + costOf(b) + 1, isTotal(a) && isTotal(b), test);
  };
}

function equality(wanted: boolean): Plan {
  return ([a, b]) => {
    if (!a || !b) return undefined;
    const left = exprOf(a);
    const right = exprOf(b);
    const run: Expr = () => {
      const x = left();
      if (x === undefined) return undefined;
      const y = right();
      if (y === undefined) return undefined;
      return (x === y || compareEqual(x, y)) === wanted;
    };
    const test = wanted ? equalTest(a, b) : () => run() === true;
    return computed(run, costOf(a) + costOf(b) + 1, isTotal(a) && isTotal(b), test);
  };
}

function compareEqual(a: Value, b: Value): boolean {
  return (typeof a === "object" || typeof b === "object") && compareValues(a, b) === 0;
}

/** Comparisons by name. */
export const compareCalls: readonly (readonly [string, Plan])[] = [
  [
    "lt",
    comparison(
      (a, b) => a < b,
      (order) => order < 0,
    ),
  ],
  [
    "lte",
    comparison(
      (a, b) => a <= b,
      (order) => order <= 0,
    ),
  ],
  [
    "gt",
    comparison(
      (a, b) => a > b,
      (order) => order > 0,
    ),
  ],
  [
    "gte",
    comparison(
      (a, b) => a >= b,
      (order) => order >= 0,
    ),
  ],
  ["equal", equality(true)],
  ["eq", equality(true)],
  ["neq", equality(false)],
];
