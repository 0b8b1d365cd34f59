/** Plans terms whose variables are all bound: scalars, variables, composites, calls. Composites of constants are built once. */
import type { CallTerm, ObjectTerm, Term } from "../../syntax/ast.ts";
import { numberFromText } from "../../values/number.ts";
import { ObjectBuilder, setKey } from "../../values/object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import type { Value } from "../../values/value.ts";
import type { Expr } from "../cells.ts";
import type { Operand } from "./operand.ts";
import { cellOperand, computed, constantOperand, costOf, exprOf, isTotal } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";
import { cellOf } from "./planner.ts";

/** Plans a scalar. */
export function planScalar(term: Term): Operand | undefined {
  switch (term.kind) {
    case "null":
      return constantOperand(null);
    case "boolean":
    case "string":
      return constantOperand(term.value);
    case "number":
      return constantOperand(numberFromText(term.text));
    default:
      return undefined;
  }
}

/** Plans a bound variable. */
export function planVariable(name: string, scope: Scope, planner: Planner): Operand {
  return scope.inlined.get(name) ?? cellOperand(cellOf(scope, planner, name));
}

/** Plans an array. */
export function planArray(items: readonly Term[], scope: Scope, planner: Planner): Operand {
  const operands = items.map((item) => planner.term(item, scope));
  const constants = constantsOf(operands);
  if (constants) return constantOperand(constants);
  return {
    kind: "expr",
    run: arrayExpr(operands.map(exprOf)),
    cost: costsOf(operands) + 2,
    total: operands.every(isTotal),
    parts: operands,
  };
}

function arrayExpr(items: readonly Expr[]): Expr {
  const [first, second] = items;
  if (first && items.length === 1) {
    return () => {
      const a = first();
      return a === undefined ? undefined : [a];
    };
  }
  if (first && second && items.length === 2) {
    return () => {
      const a = first();
      if (a === undefined) return undefined;
      const b = second();
      return b === undefined ? undefined : [a, b];
    };
  }
  return () => {
    const values: Value[] = [];
    for (let i = 0; i < items.length; i++) {
      const value = (items[i] as Expr)();
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  };
}

/** Plans a set. */
export function planSet(items: readonly Term[], scope: Scope, planner: Planner): Operand {
  const operands = items.map((item) => planner.term(item, scope));
  const constants = constantsOf(operands);
  if (constants) return constantOperand(RegoSet.of(constants));
  const exprs = operands.map(exprOf);
  const run: Expr = () => {
    const set = new RegoSet();
    for (let i = 0; i < exprs.length; i++) {
      const value = (exprs[i] as Expr)();
      if (value === undefined) return undefined;
      set.add(value);
    }
    return set;
  };
  return computed(run, costsOf(operands) + 2, operands.every(isTotal));
}

/** Plans an object; of equal keys the last wins. */
export function planObject(term: ObjectTerm, scope: Scope, planner: Planner): Operand {
  const keys = term.entries.map(([key]) => planner.term(key, scope));
  const values = term.entries.map(([, value]) => planner.term(value, scope));
  const constantKeys = constantsOf(keys);
  const constantValues = constantsOf(values);
  if (constantKeys && constantValues) {
    const builder = new ObjectBuilder();
    constantKeys.forEach((key, i) => builder.set(key, constantValues[i] as Value));
    return constantOperand(builder.finish());
  }
  const all = [...keys, ...values];
  const run = objectExpr(keys, values, constantKeys);
  return computed(run, costsOf(all) + 2, all.every(isTotal));
}

function objectExpr(keys: readonly Operand[], values: readonly Operand[], constantKeys: readonly Value[] | undefined): Expr {
  const valueExprs = values.map(exprOf);
  const names = constantKeys?.every((key) => typeof key === "string") ? (constantKeys as readonly string[]) : undefined;
  if (names && new Set(names).size === names.length && !names.includes("__proto__")) return literalExpr(names, valueExprs);
  const keyExprs = keys.map(exprOf);
  return () => {
    const builder = new ObjectBuilder();
    for (let i = 0; i < keyExprs.length; i++) {
      const key = (keyExprs[i] as Expr)();
      if (key === undefined) return undefined;
      const value = (valueExprs[i] as Expr)();
      if (value === undefined) return undefined;
      builder.set(key, value);
    }
    return builder.finish();
  };
}

// Objects of one shape per closure: V8 then keeps one hidden class for them.
function literalExpr(names: readonly string[], values: readonly Expr[]): Expr {
  const [n1 = "", n2 = "", n3 = ""] = names;
  const [v1, v2, v3] = values;
  if (v1 && names.length === 1) return n1 === "msg" ? messageExpr(v1) : oneField(n1, v1);
  if (v1 && v2 && names.length === 2) {
    return () => {
      const a = v1();
      if (a === undefined) return undefined;
      const b = v2();
      return b === undefined ? undefined : { [n1]: a, [n2]: b };
    };
  }
  if (v1 && v2 && v3 && names.length === 3) {
    return () => {
      const a = v1();
      if (a === undefined) return undefined;
      const b = v2();
      if (b === undefined) return undefined;
      const c = v3();
      return c === undefined ? undefined : { [n1]: a, [n2]: b, [n3]: c };
    };
  }
  return () => {
    const object: { [key: string]: Value } = {};
    for (let i = 0; i < names.length; i++) {
      const value = (values[i] as Expr)();
      if (value === undefined) return undefined;
      setKey(object, names[i] as string, value);
    }
    return object;
  };
}

function oneField(name: string, value: Expr): Expr {
  return () => {
    const a = value();
    return a === undefined ? undefined : { [name]: a };
  };
}

// What most violations are.
function messageExpr(value: Expr): Expr {
  return () => {
    const msg = value();
    return msg === undefined ? undefined : { msg };
  };
}

/** Plans a call that stands where a value is expected. */
export function planCallTerm(term: CallTerm, scope: Scope, planner: Planner): Operand {
  return planner.call(
    term.operator,
    term.args.map((argument) => planner.term(argument, scope)),
    scope,
  );
}

function constantsOf(operands: readonly Operand[]): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const operand of operands) {
    if (operand.kind !== "constant") return undefined;
    values.push(operand.value);
  }
  return values;
}

function costsOf(operands: readonly Operand[]): number {
  return operands.reduce((sum, operand) => sum + costOf(operand), 0);
}
