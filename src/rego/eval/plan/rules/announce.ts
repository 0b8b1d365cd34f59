/**
 * Reports look-ups in the index of rules, for explanations. OPA asks the index whenever rules are reached, before it looks for a value that is kept
 * already, so that each question is reported and not only those that evaluate. https://www.openpolicyagent.org/docs/latest/policy-reference/#explanations
 */
import type { Rule } from "../../../syntax/ast.ts";
import type { Cell } from "../../cells.ts";
import { reportIndex } from "../instrument.ts";
import { planKey } from "../keys.ts";
import type { Planner } from "../planner.ts";
import { agreementOf } from "./branch.ts";
import { createRuleIndex, type RuleIndex } from "./rule-index.ts";

/** Returns what reports a look-up; without `params` a function's arguments are not known. Undefined in the usual variant of a plan. */
export function announcement(rules: readonly Rule[], params: readonly Cell[] | undefined, planner: Planner): (() => number) | undefined {
  if (!planner.probe) return undefined;
  let index: RuleIndex | undefined;
  const agree = agreementOf(rules, planner);
  const partial = rules.some(
    ({ head }) => head.key !== undefined || head.reference.some((step, i) => i > 0 && planKey(step) === undefined),
  );
  return () => {
    index ??= createRuleIndex(rules, params ?? [], planner);
    const { list } = index(params === undefined);
    reportIndex(planner, rules, list.length, list.length === 0 || (!partial && agree(list)));
    return list.length;
  };
}
