/**
 * Plans questions for single keys of partial rules. The bodies run with the key unified before, as OPA does, so that conflicts under other keys stay
 * unseen. All places that ask share one plan and its answers: nested questions would otherwise repeat each other's work without end.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#partial-rules
 */
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Memo } from "../../cells.ts";
import { keepByArguments } from "../../keep.ts";
import { member } from "../../member.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, exprOf } from "../operand.ts";
import type { Planner, RuleSet } from "../planner.ts";
import { newCell } from "../planner.ts";
import type { PartialRule } from "./partial.ts";
import { planMembership, planObjectPart } from "./partial.ts";

/** The whole value if it is known, and what reports a question where somebody watches. */
interface Watched {
  readonly known: Memo;
  readonly announce: (() => number) | undefined;
}

// After so many questions for single members of a set its whole value is cheaper.
const MEMBER_QUESTIONS = 4;

/** Plans whether a set holds a value; once the whole set is known it is asked instead. */
export function planSetLookup(
  partials: readonly PartialRule[],
  value: () => Operand,
  { known, announce }: Watched,
  planner: Planner,
): RuleSet["lookup"] {
  const { run, facts } = planner;
  const at: Cell = newCell(planner);
  const found = planner.entered(() => planMembership(partials, at, planner), [at]);
  const answer = keepByArguments(() => (found() === true ? at.v : undefined), [at], run, false);
  const asked = { at: 0, count: 0 };
  return ([first]) => {
    const whole = value();
    if (!first || whole.kind === "constant") return undefined;
    const key = exprOf(first);
    const extent = exprOf(whole);
    const expr: Expr = () => {
      const wanted = key();
      if (wanted === undefined || announce?.() === 0) return undefined;
      if (known.at === run.now) return known.v === undefined ? undefined : member(known.v, wanted);
      if (asked.at !== run.now) {
        asked.at = run.now;
        asked.count = 0;
      }
      if (!facts.observed && ++asked.count > MEMBER_QUESTIONS) {
        const set = extent();
        return set === undefined ? undefined : member(set, wanted);
      }
      at.v = wanted;
      return answer();
    };
    return { operand: computed(expr, COST.rule, false), used: 1 };
  };
}

/** Plans the value under leading keys of an object; once the whole object is known it is asked instead. */
export function planObjectLookup(
  partials: readonly PartialRule[],
  { known: whole, announce }: Watched,
  planner: Planner,
): RuleSet["lookup"] {
  const { run } = planner;
  const longest = partials.reduce((length, { steps, multi }) => Math.max(length, steps.length + (multi ? 1 : 0)), 0);
  const byLength = new Map<number, { readonly cells: readonly Cell[]; readonly answer: Expr }>();
  const answersFor = (length: number) => {
    const known = byLength.get(length);
    if (known) return known;
    const cells = Array.from({ length }, () => newCell(planner));
    const part = planner.entered(() => planObjectPart(partials, cells, planner), cells);
    const made = { cells, answer: keepByArguments(() => descend(part(), cells), cells, run, false) };
    byLength.set(length, made);
    return made;
  };
  return (keys) => {
    const exprs = keys.slice(0, longest).map(exprOf);
    const { cells, answer } = answersFor(exprs.length);
    const expr: Expr = () => {
      const values: Value[] = [];
      for (let i = 0; i < exprs.length; i++) {
        const value = (exprs[i] as Expr)();
        if (value === undefined) return undefined;
        values.push(value);
      }
      if (announce?.() === 0) return undefined;
      for (let i = 0; i < values.length; i++) (cells[i] as Cell).v = values[i];
      return whole.at === run.now ? descend(whole.v, cells) : answer();
    };
    return { operand: computed(expr, COST.rule, false), used: exprs.length };
  };
}

function descend(object: Value | undefined, keys: readonly Cell[]): Value | undefined {
  const path = keys.map(({ v }) => v as Value);
  let value = object;
  for (let i = 0; i < path.length && value !== undefined; i++) value = member(value, path[i] as Value);
  return value;
}
