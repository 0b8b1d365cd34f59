/**
 * Plans rules and calls whose continuation runs inside them, as OPA evaluates: what follows the first value comes between the rule's Exit and its
 * Redo. Only an explanation shows that, so only the watched variant of a plan comes here; it costs nested steps that the usual one saves.
 */
import type { Rule } from "../../../syntax/ast.ts";
import { equalValues } from "../../../values/compare.ts";
import { sameSpelling } from "../../../values/spelling.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Link, Memo, Step } from "../../cells.ts";
import { recall, remember } from "../../runner.ts";
import type { Operand } from "../operand.ts";
import { exprOf } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { newCell } from "../planner.ts";
import { announcement } from "./announce.ts";
import { planValueRules } from "./branch.ts";
import { type Continuation, createContinuation } from "./continuation.ts";

function runWith(after: Continuation, next: Step, keep: (value: Value) => void, evaluate: Expr): Value | undefined {
  const outer = { ...after };
  after.next = next;
  after.stop = false;
  after.keep = keep;
  const value = evaluate();
  const { stop } = after;
  Object.assign(after, outer);
  after.stop = stop;
  return value;
}

// A function may show how a number is spelled, so that calls with `1` and `1.0` have answers of their own.
function isSame(a: Value, b: Value): boolean {
  return a === b || (equalValues(a, b) && sameSpelling(a, b));
}

/** Plans a complete rule as a step that continues once it has a value. */
export function linkRule(
  memo: Memo,
  evaluate: Expr,
  { after, announce }: { readonly after: Continuation; readonly announce: (() => number) | undefined },
  planner: Planner,
): (cell: Cell) => Link {
  const { run } = planner;
  return (cell) => (next) => () => {
    announce?.();
    if (memo.at === run.now || recall(run, memo)) {
      cell.v = memo.v;
      return cell.v !== undefined && next();
    }
    const keep = (value: Value): void => {
      remember(run, memo, value);
      cell.v = value;
    };
    const value = runWith(after, next, keep, evaluate);
    if (value === undefined) remember(run, memo, undefined);
    return value !== undefined && after.stop;
  };
}

/** Plans calls of a function the same way; a call that was made before gives its value at once. */
export function linkFunction(
  of: { readonly rules: readonly Rule[]; readonly fallback: Rule | undefined; readonly arity: number },
  planner: Planner,
): (args: readonly Operand[], cell: Cell) => Link {
  const { run } = planner;
  const after = createContinuation();
  const params = Array.from({ length: of.arity }, () => newCell(planner));
  const evaluate = planner.entered(
    () => exprOf(planValueRules({ rules: of.rules, fallback: of.fallback, params, after }, planner)),
    params,
  );
  const announce = announcement(of.rules, params, planner);
  const known: { readonly at: number; readonly args: readonly Value[]; readonly value: Value }[] = [];
  return (args, cell) => {
    const exprs = args.map(exprOf);
    return (next) => () => {
      const values: Value[] = [];
      for (const expr of exprs) {
        const value = expr();
        if (value === undefined) return false;
        values.push(value);
      }
      values.forEach((value, i) => {
        (params[i] as Cell).v = value;
      });
      announce?.();
      const earlier = known.find((call) => call.at === run.now && call.args.every((value, i) => isSame(value, values[i] as Value)));
      if (earlier) {
        cell.v = earlier.value;
        return next();
      }
      const keep = (value: Value): void => {
        if (known.length < MAX_KNOWN) known.push({ at: run.now, args: values, value });
        cell.v = value;
      };
      const value = runWith(after, next, keep, evaluate);
      return value !== undefined && after.stop;
    };
  };
}

// An explanation is read by people; beyond this only repeated events are lost.
const MAX_KNOWN = 1_000;
