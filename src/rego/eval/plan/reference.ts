/**
 * Plans references. The front of a reference (input, a rule, base data, a variable) gives an operand; each further step is a field, a member under a
 * bound key, or a loop that binds the key. https://www.openpolicyagent.org/docs/latest/policy-language/#references
 */
import type { RefTerm, Term } from "../../syntax/ast.ts";
import type { Cell } from "../cells.ts";
import { loopOver } from "../iterate.ts";
import type { Operand } from "./operand.ts";
import { cellOperand, exprOf } from "./operand.ts";
import type { Item, Planner, Scope } from "./planner.ts";
import { addLink, addLoop, addTest, cellOf, isEvaluable, isUnbound, newCell } from "./planner.ts";
import { planSteps } from "./reference-steps.ts";

/** Plans a reference whose steps are all bound. */
export function planReference(ref: RefTerm, scope: Scope, planner: Planner): Operand {
  const { operand, rest } = planner.front(ref, scope);
  const planned = planSteps(operand, rest, scope, planner);
  return planned.kind === "path" && planner.fixed?.term(ref) ? { ...planned, fixed: true } : planned;
}

/** Plans a reference that enumerates; its variables are bound afterwards and `item` holds each value. */
export function planLoop(ref: RefTerm, scope: Scope, planner: Planner, item: Cell, items: Item[]): void {
  if (planner.treeLoop(ref, scope, item, items)) return;
  const { operand, rest, rules } = planner.front(ref, scope);
  const [first, ...others] = rest;
  if (rules && first && !scope.ordered && first.kind === "var" && isUnbound(first, scope)) {
    // A set that is enumerated once need not be built: its bodies run here, and what follows is their ending.
    const used = (scope.uses.get(first.name) ?? 0) > 1;
    const target = others.length === 0 ? item : newCell(planner);
    const link = rules.each(used ? cellOf(scope, planner, first.name) : undefined, target);
    if (link) {
      scope.bound.add(first.name);
      addLink(items, link);
      if (others.length > 0) planLoopSteps(cellOperand(target), others, scope, planner, item, items);
      return;
    }
  }
  planLoopSteps(operand, rest, scope, planner, item, items);
}

/** Plans the steps of a reference over a value, the last loop or look-up into `item`. */
function planLoopSteps(from: Operand, steps: readonly Term[], scope: Scope, planner: Planner, item: Cell, items: Item[]): void {
  let operand = from;
  let start = 0;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as Term;
    if (isEvaluable(step, scope)) continue;
    const source = planSteps(operand, steps.slice(start, i), scope, planner);
    const target = i === steps.length - 1 ? item : newCell(planner);
    planStep(step, source, target, scope, planner, items);
    operand = cellOperand(target);
    start = i + 1;
  }
  if (start === steps.length) return;
  const run = exprOf(planSteps(operand, steps.slice(start), scope, planner));
  addTest(items, () => (item.v = run()) !== undefined);
}

function planStep(step: Term, source: Operand, target: Cell, scope: Scope, planner: Planner, items: Item[]): void {
  const { run } = planner;
  if (step.kind === "var" && isUnbound(step, scope)) {
    const used = (scope.uses.get(step.name) ?? 0) > 1;
    const key = used ? cellOf(scope, planner, step.name) : undefined;
    scope.bound.add(step.name);
    addLoop(items, loopOver(exprOf(source), key, target, run, scope.ordered));
    return;
  }
  const key = newCell(planner);
  addLoop(items, loopOver(exprOf(source), key, target, run, scope.ordered));
  const match = planner.match(step, scope);
  addTest(items, () => key.v !== undefined && match(key.v));
}
