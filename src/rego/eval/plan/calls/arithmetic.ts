/**
 * Plans `+`, `-` and `*` on small integers in closures of their own; every other operand, and results that are not safe, go to the builtin.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#numbers
 */
import type { Value } from "../../../values/value.ts";
import type { Expr } from "../../cells.ts";

type Slow = (a: Value, b: Value) => Value | undefined;

/** Makes the closure of one operation on two operands. */
export type MakeArithmetic = (left: Expr, right: Expr, slow: Slow) => Expr;

// Sums of two 32-bit integers are always exact.
const plus: MakeArithmetic = (left, right, slow) => () => {
  const x = left();
  if (x === undefined) return undefined;
  const y = right();
  if (y === undefined) return undefined;
  return typeof x === "number" && typeof y === "number" && (x | 0) === x && (y | 0) === y ? x + y : slow(x, y);
};

const minus: MakeArithmetic = (left, right, slow) => () => {
  const x = left();
  if (x === undefined) return undefined;
  const y = right();
  if (y === undefined) return undefined;
  return typeof x === "number" && typeof y === "number" && (x | 0) === x && (y | 0) === y ? x - y : slow(x, y);
};

const times: MakeArithmetic = (left, right, slow) => () => {
  const x = left();
  if (x === undefined) return undefined;
  const y = right();
  if (y === undefined) return undefined;
  if (typeof x === "number" && typeof y === "number" && (x | 0) === x && (y | 0) === y) {
    const product = x * y;
    // Adding zero turns -0 into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return slow(x, y);
};

/** Operations by the builtin's name. */
export const arithmetic: ReadonlyMap<string, MakeArithmetic> = new Map([
  ["plus", plus],
  ["minus", minus],
  ["mul", times],
]);
