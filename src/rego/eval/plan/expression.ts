/**
 * Plans one expression of a body. A variable that a pass made up for a nested term, or that is used once right after it was bound, gets no cell:
 * its operand stands where it is used. https://www.openpolicyagent.org/docs/latest/policy-language/#expressions
 */
import { nodeAt } from "../../compile/rule-tree.ts";
import type { Body, CallExpr, EveryExpr, Expr, Term } from "../../syntax/ast.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Link, Step, Test } from "../cells.ts";
import { loopOver } from "../iterate.ts";
import type { Runner } from "../runner.ts";
import { isMocked } from "./call.ts";
import { watchEvery } from "./instrument.ts";
import { planJoin } from "./join.ts";
import { operatorName } from "./names.ts";
import type { Operand } from "./operand.ts";
import { cellOperand, costOf, exprOf, isTotal, testOf } from "./operand.ts";
import type { Condition, Item, Planner, Scope } from "./planner.ts";
import { addLink, addTest, cellOf, enclosed, isEvaluable, isLoop, isUnbound, newCell } from "./planner.ts";
import { mentions } from "./variables.ts";

/** Plans an expression; `body` and `at` say what follows it. */
export function planExpression(expr: Expr, scope: Scope, planner: Planner, items: Item[], body: Body = [], at = 0): void {
  if (expr.with.length > 0) {
    planner.with(expr, scope, items);
    return;
  }
  if (expr.negated) {
    const body = [{ ...expr, negated: false }];
    addNegation(planner.exists(body, scope), !planner.halting.body(body), items);
    return;
  }
  switch (expr.kind) {
    case "some-expr":
      return;
    case "term-expr":
      planTermExpression(planner.probe ? linked(expr.term, scope, planner, items) : expr.term, scope, planner, items);
      return;
    case "call-expr":
      planCallExpression(expr, scope, planner, items, body, at);
      return;
    case "every-expr":
      planEvery(expr, scope, planner, items, at);
      return;
    case "not-expr":
      addNegation(planner.exists(expr.body, scope), !planner.halting.body(expr.body), items);
      return;
  }
}

/** Puts a reference to a complete rule before the expression, so that what follows runs inside the rule. */
function linked(term: Term, scope: Scope, planner: Planner, items: Item[]): Term {
  if (term.kind !== "ref") return term;
  const front = planner.ruleFront(term);
  const cell = newCell(planner);
  const link = front?.rules.link(cell);
  if (!front || !link) return term;
  addLink(items, link);
  const name = `$rule${scope.inlined.size}`;
  scope.inlined.set(name, cellOperand(cell));
  scope.bound.add(name);
  const head: Term = { kind: "var", name, span: term.span };
  return front.rest.length === 0 ? head : { kind: "ref", path: [head, ...front.rest], span: term.span };
}

function watchedCall(expr: CallExpr, operands: readonly Operand[], scope: Scope, planner: Planner, items: Item[]): Operand {
  const node = planner.tree && nodeAt(planner.tree, expr.operator.path);
  const cell = newCell(planner);
  const link = node && node.rules.length > 0 ? planner.ruleSet(node).linkCall(operands, cell) : undefined;
  if (!link) return planner.call(expr.operator, operands, scope);
  const name = operatorName(expr.operator);
  addLink(
    items,
    planner.facts.mockTargets.has(name)
      ? unlessMocked(name, link, planner.call(expr.operator, operands, scope), { cell, run: planner.run })
      : link,
  );
  return cellOperand(cell);
}

/** A call that something may stand in for: then its value comes at once. */
function unlessMocked(name: string, link: Link, call: Operand, { cell, run }: { readonly cell: Cell; readonly run: Runner }): Link {
  const value = exprOf(call);
  return (next) => {
    const own = link(next);
    return () => {
      if (!isMocked(run, name)) return own();
      cell.v = value();
      return cell.v !== undefined && next();
    };
  };
}

function addNegation({ test, cost }: Condition, movable: boolean, items: Item[]): void {
  addTest(items, () => !test(), cost, movable);
}

function planTermExpression(term: Term, scope: Scope, planner: Planner, items: Item[]): void {
  if (isLoop(term, scope)) {
    const leaf = newCell(planner);
    planner.loop(term, scope, leaf, items);
    addTest(items, () => leaf.v !== false);
    return;
  }
  const operand = planner.term(term, scope);
  addTest(items, testOf(operand), costOf(operand), isTotal(operand));
}

function planCallExpression(expr: CallExpr, scope: Scope, planner: Planner, items: Item[], body: Body, at: number): void {
  const name = operatorName(expr.operator);
  const [left, right] = expr.args;
  if (name === "eq" && left && right && expr.args.length === 2) {
    if (planner.probe) {
      planner.unify(linked(left, scope, planner, items), linked(right, scope, planner, items), scope, items);
      return;
    }
    if (planJoin(expr, scope, planner, items, body, at)) return;
    planEquality(left, right, scope, planner, items, () => isInlinable(left, scope, body, at) || isInlinable(right, scope, body, at));
    return;
  }
  if (planner.relation(name, expr.args, scope, items)) return;
  const arity = planner.arity(expr.operator);
  const operands = expr.args.slice(0, arity).map((argument) => planner.term(argument, scope));
  const result = planner.probe ? watchedCall(expr, operands, scope, planner, items) : planner.call(expr.operator, operands, scope);
  const output = expr.args[arity];
  if (!output) {
    addTest(items, planner.isVoid(name) ? definedTest(result) : testOf(result), costOf(result), isTotal(result));
    return;
  }
  // Where a policy prints, calls stay in order: one that fails hides what would be printed after it.
  if (!planner.probe && !planner.facts.observed && output.kind === "var" && isInlinable(output, scope, body, at)) {
    inline(output.name, result, scope);
    return;
  }
  planner.assign(output, result, scope, items);
}

function definedTest(operand: Operand): Test {
  const run = exprOf(operand);
  return () => run() !== undefined;
}

function planEquality(left: Term, right: Term, scope: Scope, planner: Planner, items: Item[], inlinable: () => boolean): void {
  const [pattern, value] = isUnbound(left, scope) ? [left, right] : [right, left];
  if (pattern.kind === "var" && isUnbound(pattern, scope) && isEvaluable(value, scope)) {
    const operand = planner.term(value, scope);
    if (operand.kind === "constant" || operand.kind === "cell" || inlinable()) inline(pattern.name, operand, scope);
    else planner.assign(pattern, operand, scope, items);
    return;
  }
  planner.unify(left, right, scope, items);
}

function inline(name: string, operand: Operand, scope: Scope): void {
  scope.inlined.set(name, operand);
  scope.bound.add(name);
}

/**
 * Tells whether a variable bound here is used once, in the open, by the next expression that does something (expressions between are inlined
 * themselves), so that its operand can stand there: undefined fails at the same place, and nothing runs twice.
 */
function isInlinable(term: Term, scope: Scope, body: Body, at: number): boolean {
  if (!isUnbound(term, scope) || term.kind !== "var" || scope.uses.get(term.name) !== 2) return false;
  for (let i = at + 1; i < body.length; i++) {
    const next = body[i] as Expr;
    if (next.negated || next.with.length > 0) return false;
    if (usesOnce(next, term.name)) return !bindsByLoop(next, scope, body.slice(at, i), term.name);
    if (next.kind !== "call-expr" || enumerates(next, scope, body.slice(at, i)) || !isPassedOn(next, scope, body, i)) return false;
  }
  return false;
}

// A loop in between may end before it begins, and must not repeat what stands before it.
function enumerates(expr: CallExpr, scope: Scope, between: Body): boolean {
  const bound = boundBy(between);
  return expr.args.some(
    (argument) =>
      argument.kind === "ref" &&
      argument.path.slice(1).some((step) => step.kind === "var" && !scope.bound.has(step.name) && !bound.has(step.name)),
  );
}

function boundBy(between: Body): Set<string> {
  const bound = new Set<string>();
  for (const expr of between) {
    if (expr.kind === "call-expr") for (const argument of expr.args) if (argument.kind === "var") bound.add(argument.name);
  }
  return bound;
}

// An expression between stands for a variable of its own that the same later expression uses.
function isPassedOn(expr: CallExpr, scope: Scope, body: Body, at: number): boolean {
  const output = outputOf(expr, scope);
  return output !== undefined && isInlinable(output, scope, body, at);
}

function outputOf(expr: CallExpr, scope: Scope): Term | undefined {
  const last = expr.args.at(-1);
  if (operatorName(expr.operator) !== "eq") return last && isUnbound(last, scope) ? last : undefined;
  return expr.args.find((argument) => isUnbound(argument, scope));
}

function usesOnce(expr: Expr, name: string): boolean {
  switch (expr.kind) {
    case "term-expr":
      return mentions(expr.term, name);
    case "call-expr":
      return expr.args.some((argument) => mentions(argument, name));
    case "every-expr":
      return mentions(expr.domain, name);
    default:
      return false;
  }
}

// In a reference that enumerates, a step is read once per element: only what is cheap may stand there.
function bindsByLoop(expr: Expr, scope: Scope, between: Body, name: string): boolean {
  const bound = boundBy(between).add(name);
  let loops = false;
  const look = (term: Term): void => {
    if (term.kind === "ref") {
      for (const step of term.path.slice(1)) if (step.kind === "var" && !scope.bound.has(step.name) && !bound.has(step.name)) loops = true;
    }
    if (term.kind !== "ref" && term.kind !== "var" && term.kind !== "string" && mentions(term, name)) loops = true;
  };
  if (expr.kind === "term-expr") look(expr.term);
  if (expr.kind === "call-expr") for (const argument of expr.args) look(argument);
  return loops;
}

function planEvery(expr: EveryExpr, scope: Scope, planner: Planner, items: Item[], at: number): void {
  const domain = exprOf(planner.term(expr.domain, scope));
  const { run, facts, probe } = planner;
  enclosed(scope, facts.observed, () => {
    const key = expr.key?.kind === "var" && (scope.uses.get(expr.key.name) ?? 0) > 1 ? cellOf(scope, planner, expr.key.name) : undefined;
    if (expr.key?.kind === "var") scope.bound.add(expr.key.name);
    const item: Cell = expr.value.kind === "var" ? cellOf(scope, planner, expr.value.name) : newCell(planner);
    if (expr.value.kind === "var") scope.bound.add(expr.value.name);
    const { test: holds } = planner.exists(expr.body, scope, true);
    const source: Cell = newCell(planner);
    const visit = loopOver(() => source.v, key, item, run, facts.observed);
    if (probe) {
      const open: Test = () => {
        source.v = domain();
        return isIterable(source.v);
      };
      const each = (step: Step): void => void visit(step, undefined)();
      addLink(items, watchEvery(probe, { expr, index: at, open, each, holds }));
      return;
    }
    const fails = visit(
      () => true,
      () => !holds(),
    );
    const test: Test = () => {
      const value = domain();
      if (!isIterable(value)) return false;
      source.v = value;
      return !fails();
    };
    addTest(items, test, EVERY_COST, !planner.halting.body(expr.body));
  });
}

// A loop, and a little for its body.
const EVERY_COST = 45;

function isIterable(value: Value | undefined): boolean {
  return typeof value === "object" && value !== null && !(value instanceof RegoNumber);
}
