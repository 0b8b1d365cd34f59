/** Explains one result of a verdict: asks its template's policy again for the same review and picks the answer with the same message. */
import type { Review } from "../kube/admission.ts";
import type { Explanation } from "../policy/engine.ts";
import { type PolicySet, templateOf } from "../state/policy-set.ts";
import { type JudgeOptions, worldOf } from "./judge.ts";
import type { Result } from "./verdict.ts";

/** An explanation with the path to the template's code, from the root of the template's object. */
export interface ResultExplanation extends Explanation {
  readonly template: string;
  readonly codePath: readonly (string | number)[];
}

/** Explains a result, when its engine can. */
export function explainResult(set: PolicySet, review: Review, result: Result, options: JudgeOptions): ResultExplanation | undefined {
  const template = templateOf(set, result.kind);
  const constraint = template?.constraints.get(result.name);
  if (template?.policy.explain === undefined || constraint === undefined) return undefined;
  const found = template.policy.explain(constraint, review, worldOf(set, options)).find(({ msg }) => msg === result.msg);
  return found === undefined ? undefined : { ...found, template: template.template.name, codePath: template.codePath };
}
