/**
 * Enumerates a partial set without building it: the bodies of its rules run in place with the consumer as their ending. Only where nobody can see how
 * often or in which order members come; the second question in one evaluation builds the set after all.
 */
import type { Cell, Link, Step } from "../../cells.ts";
import { loopOver } from "../../iterate.ts";
import { refill } from "../../runner.ts";
import { hasOtherSpelling } from "../../spelling.ts";
import type { Operand } from "../operand.ts";
import { exprOf } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { planBodies } from "./alike.ts";
import type { PartialRule } from "./partial.ts";
import { memberOf } from "./partial.ts";

/** Where each member goes. */
export interface MemberCells {
  readonly key: Cell | undefined;
  readonly item: Cell;
}

/** Plans the enumeration of a set's members; undefined when its value is at hand or could be observed. */
export function planEach(rules: readonly PartialRule[], value: Operand, cells: MemberCells, planner: Planner): Link | undefined {
  const { run, facts } = planner;
  const { depth } = planner.inPlace;
  if (depth === MAX_DEPTH || value.kind === "constant" || facts.observed || facts.mockTargets.size > 0) return undefined;
  return (next) => {
    let steps: readonly Step[] | undefined;
    let asked = 0;
    const whole = loopOver(exprOf(value), cells.key, cells.item, run, false)(next, undefined);
    return () => {
      if (run.sorted || asked === run.now) return whole();
      asked = run.now;
      steps ??= planAll(rules, cells, next, { planner, depth });
      for (let i = 0; i < steps.length; i++) if ((steps[i] as Step)()) return true;
      return false;
    };
  };
}

// Each place has a plan of its own: without a bound, sets that enumerate sets would be planned over and over.
const MAX_DEPTH = 2;

function planAll(
  rules: readonly PartialRule[],
  cells: MemberCells,
  next: Step,
  { planner, depth }: { readonly planner: Planner; readonly depth: number },
): readonly Step[] {
  const { inPlace } = planner;
  const before = inPlace.depth;
  inPlace.depth = depth + 1;
  try {
    return planMembers(rules, cells, next, planner);
  } finally {
    inPlace.depth = before;
  }
}

function planMembers(rules: readonly PartialRule[], { key, item }: MemberCells, next: Step, planner: Planner): readonly Step[] {
  const { run } = planner;
  return planBodies(
    rules.map(({ rule }) => rule),
    planner,
    (rule, scope) => {
      const read = memberOf(rule, scope, planner);
      return () => {
        const value = read();
        if (value === undefined) return false;
        if (--run.left < 0) refill(run);
        // Members are not compared: the same number may come in other letters.
        if (typeof value === "object" && hasOtherSpelling(value)) run.respelled = true;
        item.v = value;
        if (key) key.v = value;
        return next();
      };
    },
  );
}
