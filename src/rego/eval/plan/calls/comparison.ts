/** Plans comparisons: numbers first, then Rego's total order. Any two values compare, so these never fail. */
import { compareValues } from "../../../values/compare.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Test } from "../../cells.ts";
import { equalTest } from "../equality.ts";
import type { Operand } from "../operand.ts";
import { computed, costOf, exprOf, isTotal } from "../operand.ts";

/** Plans one comparison. */
export type Plan = (args: readonly Operand[]) => Operand | undefined;

type MakeComparison = (left: Expr, right: Expr) => Test;

// One closure each: a shared one would call its comparison through a variable, in the inner loop of many policies.
const less: MakeComparison = (left, right) => () => {
  const x = left();
  const y = right();
  if (typeof x === "number" && typeof y === "number") return x < y;
  return x !== undefined && y !== undefined && compareValues(x, y) < 0;
};

const atMost: MakeComparison = (left, right) => () => {
  const x = left();
  const y = right();
  if (typeof x === "number" && typeof y === "number") return x <= y;
  return x !== undefined && y !== undefined && compareValues(x, y) <= 0;
};

const more: MakeComparison = (left, right) => () => {
  const x = left();
  const y = right();
  if (typeof x === "number" && typeof y === "number") return x > y;
  return x !== undefined && y !== undefined && compareValues(x, y) > 0;
};

const atLeast: MakeComparison = (left, right) => () => {
  const x = left();
  const y = right();
  if (typeof x === "number" && typeof y === "number") return x >= y;
  return x !== undefined && y !== undefined && compareValues(x, y) >= 0;
};

function comparison(make: MakeComparison): Plan {
  return ([a, b]) => {
    if (!a || !b) return undefined;
    const left = exprOf(a);
    const right = exprOf(b);
    const test = make(left, right);
    const x: Cell = { v: undefined };
    const y: Cell = { v: undefined };
    const known = make(
      () => x.v,
      () => y.v,
    );
    // As a value the answer has to tell false from undefined.
    const run: Expr = () => {
      const first = left();
      if (first === undefined) return undefined;
      const second = right();
      if (second === undefined) return undefined;
      x.v = first;
      y.v = second;
      const answer = known();
      // Nothing of this evaluation stays behind.
      x.v = undefined;
      y.v = undefined;
      return answer;
    };
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
  ["lt", comparison(less)],
  ["lte", comparison(atMost)],
  ["gt", comparison(more)],
  ["gte", comparison(atLeast)],
  ["equal", equality(true)],
  ["eq", equality(true)],
  ["neq", equality(false)],
];
