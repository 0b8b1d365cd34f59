/** Tests for equality in the shapes that policies use most; each is a closure of its own. */
import { equalValues } from "../../values/compare.ts";
import type { Value } from "../../values/value.ts";
import type { Expr, Match, Test } from "../cells.ts";
import { getterOf } from "../member.ts";
import type { Operand } from "./operand.ts";
import { exprOf } from "./operand.ts";

/** Returns the test of two operands for equality; undefined is equal to nothing. */
export function equalTest(a: Operand, b: Operand): Test {
  if (a.kind === "constant" && b.kind === "constant") {
    const equal = equalValues(a.value, b.value);
    return () => equal;
  }
  if (a.kind === "constant") return equalTest(b, a);
  if (b.kind === "constant") return isIdentity(b.value) ? sameAs(a, b.value) : equalsConstant(exprOf(a), b.value);
  if (a.kind === "cell" && b.kind === "cell") {
    const left = a.cell;
    const right = b.cell;
    return () => {
      const x = left.v as Value;
      const y = right.v as Value;
      return x === y || (typeof x !== "string" && equalValues(x, y));
    };
  }
  return equalExprs(exprOf(a), exprOf(b));
}

function equalExprs(a: Expr, b: Expr): Test {
  return () => {
    const x = a();
    if (x === undefined) return false;
    const y = b();
    if (y === undefined) return false;
    return x === y || (typeof x !== "string" && equalValues(x, y));
  };
}

/** Tells whether only the very same JavaScript value is equal to this one. */
export function isIdentity(value: Value): value is string | boolean | null {
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

function sameAs(operand: Operand, value: string | boolean | null): Test {
  if (operand.kind === "cell") {
    const { cell } = operand;
    return () => cell.v === value;
  }
  if (operand.kind === "path" && operand.keys.length === 1 && value !== null) {
    const { cell, run } = operand;
    const get = getterOf(operand.keys[0] as string);
    return () => {
      const object = cell.v;
      if (typeof object !== "object" || object === null) return false;
      const found = get(object);
      return found === value || (found === undefined && run() === value);
    };
  }
  const run = exprOf(operand);
  return () => run() === value;
}

function equalsConstant(run: Expr, constant: Value): Test {
  if (typeof constant === "number") {
    return () => {
      const value = run();
      return value === constant || (typeof value === "object" && equalValues(value, constant));
    };
  }
  return () => {
    const value = run();
    return value !== undefined && equalValues(value, constant);
  };
}

/** Returns the match of a value with an operand. */
export function equalsOperand(operand: Operand): Match {
  if (operand.kind === "constant") {
    const { value: constant } = operand;
    if (isIdentity(constant)) return (value) => value === constant;
    return (value) => equalValues(value, constant);
  }
  const run = exprOf(operand);
  return (value) => {
    const other = run();
    return other !== undefined && (value === other || equalValues(value, other));
  };
}
