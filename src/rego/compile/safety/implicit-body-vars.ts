/**
 * What a plain `not` with several expressions (one that a pass split up) needs from outside: a variable that two of its expressions share and
 * one of them binds is its own business, every other one is the surrounding body's.
 */
import type { Body, Expr } from "../../syntax/ast.ts";
import { isOperator } from "../nodes/builtin-calls.ts";
import { safetyFilter, VarCollector, varsOfExpression } from "../nodes/vars.ts";
import type { ArityOf } from "./outputs.ts";
import { outputsOfEquation } from "./outputs.ts";

const outputFilter = { skipClosures: true, skipSets: true, skipObjectKeys: true, skipRefHead: true } as const;

/** Returns the variables that an implicit body needs from outside. */
export function varsFromOutside(body: Body, arityOf: ArityOf): ReadonlySet<string> {
  const occurrences = new Map<string, number>();
  for (const expression of body) {
    for (const name of varsOfExpression(expression, safetyFilter)) occurrences.set(name, (occurrences.get(name) ?? 0) + 1);
  }
  if (body.length === 1) return new Set(occurrences.keys());
  const bound = new Set<string>();
  for (const expression of body) addBound(expression, arityOf, bound);
  const needed = new Set<string>();
  for (const [name, times] of occurrences) if (!bound.has(name) || times === 1) needed.add(name);
  return needed;
}

function addBound(expression: Expr, arityOf: ArityOf, bound: Set<string>): void {
  if (expression.kind !== "call-expr") return;
  if (isOperator(expression.operator, "eq")) {
    for (const name of outputsOfEquation(expression, new Set())) bound.add(name);
    return;
  }
  const arity = arityOf(expression.operator.path);
  if (arity >= 0) new VarCollector(bound, outputFilter).terms(expression.args.slice(arity));
}
