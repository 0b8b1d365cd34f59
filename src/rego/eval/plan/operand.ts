/** How a term is planned: a constant, a cell, a path that starts at a cell, or any other expression. Frequent shapes get closures of their own. */
import type { Value } from "../../values/value.ts";
import type { Cell, Expr, Test } from "../cells.ts";
import { fieldOf, member, pathOf } from "../member.ts";

/** A planned term. */
export type Operand =
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "cell"; readonly cell: Cell }
  | { readonly kind: "path"; readonly cell: Cell; readonly keys: readonly string[]; readonly run: Expr; readonly fixed?: boolean }
  | Computed;

/** An expression with what the planner has to know of it. */
interface Computed {
  readonly kind: "expr";
  readonly run: Expr;
  /** The same expression as a condition, when that is cheaper: true when the value is defined and not false. */
  readonly test?: Test;
  /** Estimated work: paths 1, builtins 10, comprehensions 40, calls and rules 50. */
  readonly cost: number;
  /** Cannot halt the evaluation, so that it may be evaluated earlier than written. */
  readonly total: boolean;
  /** The elements of an array that is built from these. */
  readonly parts?: readonly Operand[];
}

/** Work of the kinds of terms, relative to reading a path. */
export const COST = { path: 1, builtin: 10, comprehension: 40, rule: 50 } as const;

/** Returns the operand of a constant. */
export function constantOperand(value: Value): Operand {
  return { kind: "constant", value };
}

/** Returns the operand of a cell. */
export function cellOperand(cell: Cell): Operand {
  return { kind: "cell", cell };
}

/** Returns the operand of an expression. */
export function computed(run: Expr, cost: number, total: boolean, test?: Test): Operand {
  return test ? { kind: "expr", run, cost, total, test } : { kind: "expr", run, cost, total };
}

/** Returns the closure that gives an operand's value. */
export function exprOf(operand: Operand): Expr {
  switch (operand.kind) {
    case "constant": {
      const { value } = operand;
      return () => value;
    }
    case "cell": {
      const { cell } = operand;
      return () => cell.v;
    }
    default:
      return operand.run;
  }
}

/** Returns the closure that tells whether an operand is defined and not false. */
export function testOf(operand: Operand): Test {
  if (operand.kind === "constant") {
    const holds = operand.value !== false;
    return () => holds;
  }
  if (operand.kind === "cell") {
    const { cell } = operand;
    return () => cell.v !== false;
  }
  if (operand.kind === "expr" && operand.test) return operand.test;
  const { run } = operand;
  return () => {
    const value = run();
    return value !== undefined && value !== false;
  };
}

/** Returns the estimated work of an operand. */
export function costOf(operand: Operand): number {
  if (operand.kind === "expr") return operand.cost;
  return operand.kind === "path" ? operand.keys.length : 0;
}

/** Tells whether evaluating an operand earlier than written can be noticed. */
export function isTotal(operand: Operand): boolean {
  return operand.kind !== "expr" || operand.total;
}

/** Returns the operand that reads fields of another. */
export function pathOperand(from: Operand, keys: readonly string[]): Operand {
  if (keys.length === 0) return from;
  if (from.kind === "cell") return { kind: "path", cell: from.cell, keys, run: pathOf(from.cell, keys) };
  if (from.kind === "path") {
    const all = [...from.keys, ...keys];
    return { kind: "path", cell: from.cell, keys: all, run: pathOf(from.cell, all) };
  }
  const run = keys.reduce(fieldOf, exprOf(from));
  return computed(run, costOf(from) + keys.length, isTotal(from));
}

/** Returns the operand that reads one step whose key is known at run time. */
export function memberOperand(from: Operand, key: Operand): Operand {
  const object = exprOf(from);
  const cost = costOf(from) + costOf(key) + 1;
  const total = isTotal(from) && isTotal(key);
  if (key.kind === "constant") {
    const { value: step } = key;
    return computed(
      () => {
        const value = object();
        return value === undefined ? undefined : member(value, step);
      },
      cost,
      total,
    );
  }
  const step = exprOf(key);
  return computed(
    () => {
      const value = object();
      if (value === undefined) return undefined;
      const at = step();
      return at === undefined ? undefined : member(value, at);
    },
    cost,
    total,
  );
}

/** Returns a cell that holds an operand's value, and the test that fills it; a cell needs none. */
export function held(operand: Operand, cell: Cell): { readonly cell: Cell; readonly fill: Test | undefined } {
  if (operand.kind === "cell") return { cell: operand.cell, fill: undefined };
  const run = exprOf(operand);
  return { cell, fill: () => (cell.v = run()) !== undefined };
}
