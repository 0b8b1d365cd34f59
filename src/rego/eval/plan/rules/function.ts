/**
 * Plans functions of the policy: arguments are written into the parameters' cells and the bodies run. Results are kept by argument where a body loops or
 * calls; what is cheaper than a table look-up is not. https://www.openpolicyagent.org/docs/latest/policy-language/#functions
 */
import type { Rule } from "../../../syntax/ast.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Test } from "../../cells.ts";
import type { Runner } from "../../runner.ts";
import { refill } from "../../runner.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, exprOf } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { newCell } from "../planner.ts";
import { visitBody } from "../variables.ts";
import { planValueRules } from "./branch.ts";

/** The definitions of a function. */
export interface FunctionRules {
  readonly rules: readonly Rule[];
  readonly fallback: Rule | undefined;
  readonly arity: number;
}

/** Returns what plans a call. */
export function planFunctionCall(of: FunctionRules, planner: Planner): (args: readonly Operand[]) => Operand {
  const { run } = planner;
  const params = Array.from({ length: of.arity }, () => newCell(planner));
  let planned: Operand | undefined;
  const plan = (): Operand => {
    planned ??= planValueRules({ rules: of.rules, fallback: of.fallback, params }, planner);
    return planned;
  };
  const evaluate = planner.entered(() => exprOf(plan()), params);
  const kept = planner.facts.observed || of.rules.some(isDear) ? keepByArguments(evaluate, params, run) : evaluate;
  return (args) => {
    const exprs = args.map(exprOf);
    const bind = bindArguments(exprs, params);
    const value: Expr = () => {
      if (!bind()) return undefined;
      if (--run.left < 0) refill(run);
      return kept();
    };
    return computed(value, COST.rule, false);
  };
}

// A body that loops, collects or calls other functions.
function isDear(rule: Rule): boolean {
  for (let branch: Rule | undefined = rule; branch; branch = branch.else) {
    let closures = false;
    visitBody(branch.body, (_, inClosure) => {
      if (inClosure) closures = true;
    });
    if (closures || branch.body.some(isDearExpression)) return true;
  }
  return false;
}

function isDearExpression(expr: Rule["body"][number]): boolean {
  if (expr.kind === "call-expr") {
    const [head] = expr.operator.path;
    if (head.kind === "var" && head.name === "data") return true;
    return expr.args.some((argument) => argument.kind === "ref" && argument.path.slice(1).some(({ kind }) => kind === "var"));
  }
  return expr.kind === "term-expr" && expr.term.kind === "ref" && expr.term.path.slice(1).some(({ kind }) => kind === "var");
}

/** Arguments are all evaluated before the first is written: one of them may be a call of the same function. */
function bindArguments(args: readonly Expr[], params: readonly Cell[]): Test {
  const [a, b] = args;
  const [p, q] = params;
  if (a && p && args.length === 1) return () => (p.v = a()) !== undefined;
  if (a && b && p && q && args.length === 2) {
    return () => {
      const x = a();
      if (x === undefined) return false;
      const y = b();
      if (y === undefined) return false;
      p.v = x;
      q.v = y;
      return true;
    };
  }
  return () => {
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) {
      const value = (args[i] as Expr)();
      if (value === undefined) return false;
      values.push(value);
    }
    for (let i = 0; i < values.length; i++) (params[i] as Cell).v = values[i];
    return true;
  };
}

type Table = Map<Value, Table | Kept>;

interface Kept {
  readonly value: Value | undefined;
}

// Bounds the memory of one evaluation; starting anew costs only time.
const MAX_KEPT = 50_000;

// Scalars are found by value and composites by identity, which suffices: a policy passes the same part of its input again and again.
function keepByArguments(evaluate: Expr, params: readonly Cell[], run: Runner): Expr {
  let at = 0;
  let count = 0;
  let table: Table = new Map();
  run.tables.push(() => {
    if (count > 0) table = new Map();
    count = 0;
  });
  return () => {
    if (at !== run.now || count > MAX_KEPT) {
      at = run.now;
      if (count > 0) table = new Map();
      count = 0;
    }
    let level = table;
    const last = params.length - 1;
    for (let i = 0; i < last; i++) {
      const key = (params[i] as Cell).v as Value;
      let next = level.get(key) as Table | undefined;
      if (!next) {
        next = new Map();
        level.set(key, next);
      }
      level = next;
    }
    const key = (params[last] as Cell).v as Value;
    const known = level.get(key) as Kept | undefined;
    if (known) return known.value;
    count++;
    const now = run.now;
    const value = evaluate();
    if (now === run.now) level.set(key, { value });
    return value;
  };
}
