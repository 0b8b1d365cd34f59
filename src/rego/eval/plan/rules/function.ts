/**
 * Plans functions of the policy: arguments are written into the parameters' cells and the bodies run. Results are kept by argument where that saves
 * work: what is cheaper than a look-up is not. https://www.openpolicyagent.org/docs/latest/policy-language/#functions
 */
import type { RuleNode } from "../../../compile/rule-tree.ts";
import { nodeAt } from "../../../compile/rule-tree.ts";
import type { Expr as Expression, Rule } from "../../../syntax/ast.ts";
import { walkNode } from "../../../syntax/walk.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Test } from "../../cells.ts";
import { keepByArguments, keepLasting } from "../../keep.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, constantOperand, exprOf, testOf } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { newCell } from "../planner.ts";
import { visitBody } from "../variables.ts";
import { announcement } from "./announce.ts";
import { planValueRules } from "./branch.ts";

/** The definitions of a function. */
export interface FunctionRules {
  readonly node: RuleNode;
  readonly rules: readonly Rule[];
  readonly fallback: Rule | undefined;
  readonly arity: number;
}

/** Returns what plans a call. */
export function planFunctionCall(of: FunctionRules, planner: Planner): (args: readonly Operand[]) => Operand {
  const params = Array.from({ length: of.arity }, () => newCell(planner));
  let planned: Operand | undefined;
  const plan = (): Operand => {
    if (planned === undefined) planCallees(of.node, planner);
    planned ??= planBody(of, params, planner);
    return planned;
  };
  const announce = announcement(of.rules, params, planner);
  return (args) => planCall(args.map(exprOf), params, announced(plan(), announce), !planner.halting.rules(of.node), planner);
}

function announced(operand: Operand, announce: (() => number) | undefined): Operand {
  if (!announce) return operand;
  const value = exprOf(operand);
  return computed(
    () => {
      announce();
      return value();
    },
    COST.rule,
    false,
  );
}

// The functions of each plan whose callees are planned, or about to be.
const begun = new WeakMap<Planner, Set<RuleNode>>();

/** Plans the functions that a function calls, those that call no others first: chains of them may be longer than the stack is deep. */
function planCallees(node: RuleNode, planner: Planner): void {
  const met = begun.get(planner) ?? new Set<RuleNode>();
  begun.set(planner, met);
  const waiting = [node];
  for (let last = waiting.at(-1); last; last = waiting.at(-1)) {
    if (!met.has(last)) {
      met.add(last);
      waiting.push(...calleesOf(last.rules, planner).filter((callee) => !met.has(callee)));
      continue;
    }
    waiting.pop();
    const { arity, call } = planner.ruleSet(last);
    if (last !== node && arity !== undefined) call(Array.from({ length: arity }, () => constantOperand(null)));
  }
}

function calleesOf(rules: readonly Rule[], planner: Planner): readonly RuleNode[] {
  const callees: RuleNode[] = [];
  const visit = (expr: Expression): void => {
    if (expr.kind === "not-expr" || expr.kind === "every-expr") expr.body.forEach(visit);
    const node = expr.kind === "call-expr" && planner.tree ? nodeAt(planner.tree, expr.operator.path) : undefined;
    if (node && node.rules.length > 0) callees.push(node);
  };
  for (const rule of rules) for (let branch: Rule | undefined = rule; branch; branch = branch.else) branch.body.forEach(visit);
  return callees;
}

function planBody(of: FunctionRules, params: readonly Cell[], planner: Planner): Operand {
  const { facts, run } = planner;
  const plan = (): Operand => planValueRules({ rules: of.rules, fallback: of.fallback, params }, planner);
  const operand =
    facts.mockTargets.size === 0
      ? plan()
      : computed(
          planner.entered(() => exprOf(plan()), params),
          COST.rule,
          false,
        );
  const effort = facts.observed || callDepth(of.rules, planner, 0) > MAX_PLAIN_DEPTH ? "nested" : effortOf(of.rules, planner, new Set());
  // A function that calls others of its kind may repeat their work without end; one that only loops repeats its own.
  const kept = effort === "cheap" ? operand : computed(keepByArguments(exprOf(operand), params, run, effort === "loops"), COST.rule, false);
  const [only] = params;
  const lasting = only && params.length === 1 && lasts(of, planner);
  return lasting ? computed(keepLasting(exprOf(kept), only, run), COST.rule, false) : kept;
}

// From so many calls on, a look-up in what lasts is cheaper than evaluating (measured).
const LASTS_FROM = 4;

/** Tells whether results may outlive an evaluation and are worth it. */
function lasts({ node, rules }: FunctionRules, { facts, isPure }: Planner): boolean {
  if (facts.observed || facts.mockTargets.size > 0 || facts.dataTargets.length > 0 || !isPure(node)) return false;
  let calls = 0;
  for (const rule of rules)
    walkNode(rule, ({ kind }) => {
      if (kind === "call" || kind === "call-expr") calls++;
      return true;
    });
  return calls >= LASTS_FROM;
}

// Plain functions may call one another so deep; below, calls that double at each level would double too often.
const MAX_PLAIN_DEPTH = 3;

/** Returns how deep functions call functions, as far as it matters. */
function callDepth(rules: readonly Rule[], planner: Planner, level: number): number {
  if (level > MAX_PLAIN_DEPTH) return level;
  let deepest = level;
  const visit = (expr: Expression): void => {
    if (expr.kind === "not-expr" || expr.kind === "every-expr") expr.body.forEach(visit);
    if (expr.kind !== "call-expr") return;
    const node = planner.tree && nodeAt(planner.tree, expr.operator.path);
    if (node && deepest <= MAX_PLAIN_DEPTH) deepest = Math.max(deepest, callDepth(node.rules, planner, level + 1));
  };
  for (const rule of rules) for (let branch: Rule | undefined = rule; branch; branch = branch.else) branch.body.forEach(visit);
  return deepest;
}

type Effort = "cheap" | "loops" | "nested";

function effortOf(rules: readonly Rule[], planner: Planner, seen: Set<RuleNode>): Effort {
  let effort: Effort = "cheap";
  for (const rule of rules) {
    for (let branch: Rule | undefined = rule; branch; branch = branch.else) {
      if (branch.body.some((expr) => callsDearFunction(expr, planner, seen))) return "nested";
      if (hasClosure(branch) || branch.body.some(loops)) effort = "loops";
    }
  }
  return effort;
}

function callsDearFunction(expr: Expression, planner: Planner, seen: Set<RuleNode>): boolean {
  if (expr.kind === "not-expr" || expr.kind === "every-expr") return expr.body.some((inner) => callsDearFunction(inner, planner, seen));
  if (expr.kind !== "call-expr") return false;
  const node = planner.tree && nodeAt(planner.tree, expr.operator.path);
  if (!node || seen.has(node)) return false;
  seen.add(node);
  return effortOf(node.rules, planner, seen) !== "cheap";
}

function hasClosure(rule: Rule): boolean {
  let found = false;
  visitBody(
    rule.body.filter(({ negated }) => !negated),
    (_, inClosure) => {
      if (inClosure) found = true;
    },
  );
  return found;
}

function loops(expr: Expression): boolean {
  const terms = expr.kind === "call-expr" ? expr.args : expr.kind === "term-expr" ? [expr.term] : [];
  return terms.some((term) => term.kind === "ref" && term.path.slice(1).some(({ kind }) => kind === "var"));
}

/** Arguments are all evaluated before the first is written: one of them may be a call of the same function. */
function planCall(args: readonly Expr[], params: readonly Cell[], body: Operand, total: boolean, planner: Planner): Operand {
  const run = exprOf(body);
  const test = testOf(body);
  const [a, b] = args;
  const [p, q] = params;
  // A mock may enter a function that is running: its parameters are put back.
  if (planner.facts.mockTargets.size > 0) return computed(restoring(bindAll(args, params), run, params), COST.rule, total);
  if (a && p && args.length === 1) return callOne(a, p, run, test, total);
  if (a && b && p && q && args.length === 2) return callTwo([a, b], [p, q], run, test, total);
  const bind = bindAll(args, params);
  return computed(
    () => (bind() ? run() : undefined),
    COST.rule,
    total,
    () => bind() && test(),
  );
}

function callOne(argument: Expr, param: Cell, run: Expr, test: Test, total: boolean): Operand {
  const value: Expr = () => {
    const x = argument();
    if (x === undefined) return undefined;
    param.v = x;
    return run();
  };
  const holds: Test = () => {
    const x = argument();
    if (x === undefined) return false;
    param.v = x;
    return test();
  };
  return computed(value, COST.rule, total, holds);
}

function callTwo([a, b]: readonly [Expr, Expr], [p, q]: readonly [Cell, Cell], run: Expr, test: Test, total: boolean): Operand {
  const bind: Test = () => {
    const x = a();
    if (x === undefined) return false;
    const y = b();
    if (y === undefined) return false;
    p.v = x;
    q.v = y;
    return true;
  };
  return computed(
    () => (bind() ? run() : undefined),
    COST.rule,
    total,
    () => bind() && test(),
  );
}

function bindAll(args: readonly Expr[], params: readonly Cell[]): Test {
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

function restoring(bind: Test, run: Expr, params: readonly Cell[]): Expr {
  return () => {
    const before = params.map(({ v }) => v);
    const value = bind() ? run() : undefined;
    before.forEach((v, i) => {
      (params[i] as Cell).v = v;
    });
    return value;
  };
}
