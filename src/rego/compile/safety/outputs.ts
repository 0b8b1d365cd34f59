/**
 * Which variables an expression binds when it is evaluated, given those that are safe before it. A negated expression binds nothing, a
 * reference binds the variables in its steps, an equation what unification gives, a call its last argument if one more was given than the
 * function has parameters.
 */
import type { Body, CallExpr, Expr, Term } from "../../syntax/ast.ts";
import { isOperator } from "../nodes/builtin-calls.ts";
import { safetyFilter, VarCollector } from "../nodes/vars.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkExpression, walkTerm } from "../nodes/walk.ts";
import type { SafeVars } from "./unify-vars.ts";
import { isPathSafe, unifyVars } from "./unify-vars.ts";

/** Returns the number of parameters of a function, -1 for what is no function. */
export type ArityOf = (operator: readonly Term[]) => number;

const nothing: ReadonlySet<string> = new Set();

/**
 * Returns what one expression binds. `leftover` is given to find out which variables OPA blames: its outputs of a call stay in a set that the
 * next equation or `every` starts from, even if the call itself had to wait.
 */
export function outputsOfExpression(expression: Expr, arityOf: ArityOf, safe: SafeVars, leftover?: Set<string>): ReadonlySet<string> {
  if (expression.negated || expression.kind === "not-expr") return nothing;
  if (expression.with.length > 0 && !modifiersAreSafe(expression, safe)) return nothing;
  switch (expression.kind) {
    case "term-expr":
      return outputsOfReferences(expression, safe);
    case "every-expr":
      return outputsOfTerm(expression.domain, safe, leftover);
    case "call-expr":
      if (!isOperator(expression.operator, "eq")) return outputsOfCall(expression, arityOf, safe, leftover);
      return outputsOfEquation(expression, safe, leftover);
    default:
      return nothing;
  }
}

/** Returns what a body binds beyond what is safe already. */
export function outputsOfBody(body: Body, arityOf: ArityOf, safe: SafeVars): Set<string> {
  const tracker = new OutputTracker(arityOf, safe);
  for (const expression of body) tracker.pass(expression);
  return tracker.bound;
}

/** What is safe as a body is read from the start: each expression adds what it binds. */
export class OutputTracker implements SafeVars {
  /** What the expressions read so far bind beyond what was safe before. */
  readonly bound = new Set<string>();
  readonly #arityOf: ArityOf;
  readonly #safe: SafeVars;

  constructor(arityOf: ArityOf, safe: SafeVars) {
    this.#arityOf = arityOf;
    this.#safe = safe;
  }

  has(name: string): boolean {
    return this.bound.has(name) || this.#safe.has(name);
  }

  /** Reads one more expression. */
  pass(expression: Expr): void {
    for (const name of outputsOfExpression(expression, this.#arityOf, this)) if (!this.#safe.has(name)) this.bound.add(name);
  }
}

function modifiersAreSafe(expression: Expr, safe: SafeVars): boolean {
  const collector = new VarCollector(new Set<string>(), safetyFilter);
  for (const modifier of expression.with) collector.modifier(modifier);
  for (const name of collector.found) if (!safe.has(name)) return false;
  return true;
}

/** Returns what an equation binds. The left side of `:=` is never a source for the right. */
export function outputsOfEquation(equation: CallExpr, safe: SafeVars, leftover?: Set<string>): ReadonlySet<string> {
  const [left, right] = equation.args;
  if (!left || !right || equation.args.length !== 2) return nothing;
  const given = new Set(leftover);
  leftover?.clear();
  addOutputsOfReferences(given, equation, safe);
  const excluded = new VarCollector(new Set<string>());
  if (equation.fromAssignment) excluded.term(left);
  const known = { has: (name: string): boolean => !excluded.found.has(name) && (given.has(name) || safe.has(name)) };
  const outputs = new Set<string>();
  for (const name of given) if (!excluded.found.has(name) && !safe.has(name)) outputs.add(name);
  for (const name of unifyVars(known, left, right)) if (!safe.has(name)) outputs.add(name);
  return outputs;
}

const inputFilter = { skipClosures: true, skipSets: true, skipObjectKeys: true, skipRefHead: true } as const;

function outputsOfCall(call: CallExpr, arityOf: ArityOf, safe: SafeVars, leftover: Set<string> = new Set()): ReadonlySet<string> {
  const arity = arityOf(call.operator.path);
  if (arity < 0) return nothing;
  leftover.clear();
  addOutputsOfReferences(leftover, call, safe);
  if (arity >= call.args.length) return leftover;
  const inputs = new VarCollector(new Set<string>(), inputFilter);
  inputs.term(call.operator);
  inputs.terms(call.args.slice(0, arity));
  for (const name of inputs.found) if (!leftover.has(name) && !safe.has(name)) return nothing;
  new VarCollector(leftover, inputFilter).terms(call.args.slice(arity));
  return leftover;
}

function outputsOfReferences(expression: Expr, safe: SafeVars): Set<string> {
  const outputs = new Set<string>();
  addOutputsOfReferences(outputs, expression, safe);
  return outputs;
}

function addOutputsOfReferences(outputs: Set<string>, expression: Expr, safe: SafeVars): void {
  walkExpression(expression, referenceVisitor(outputs, safe));
}

function outputsOfTerm(term: Term, safe: SafeVars, outputs: Set<string> = new Set()): Set<string> {
  walkTerm(term, referenceVisitor(outputs, safe));
  return outputs;
}

function referenceVisitor(outputs: Set<string>, safe: SafeVars): Visitor {
  const collector = new VarCollector(outputs, { skipRefHead: true });
  return {
    term(term) {
      switch (term.kind) {
        case "array-comprehension":
        case "set-comprehension":
        case "object-comprehension":
        case "template":
          return true;
        case "ref":
          if (!isPathSafe(term.path, safe)) return true;
          collector.path(term.path, 1);
          return false;
        default:
          return false;
      }
    },
  };
}
