/**
 * Runs a compiled template on one review and one constraint, the way Kubernetes' validating admission policies run: match conditions, then
 * validations within one cost budget, then messages with what is left of it; errors count as the failure policy says.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#failure-policy
 */
import type { CompiledExpression, ExpressionPath } from "./compiled-expression.ts";
import type { CompiledCel } from "./compiled-policy.ts";
import { trimSpace } from "./library/strings.ts";
import { type AdmissionInput, EXPRESSION_LIMIT, type FixedValues, type PolicyFrame } from "./policy-frame.ts";
import type { FailurePolicy } from "./source.ts";
import { CelError, type CelResult, type CelValue } from "./values/value.ts";

/** What all match conditions together may cost. */
const MATCH_BUDGET = 2_500_000;
/** Longer messages, in bytes, are not shown. */
const MAX_MESSAGE_BYTES = 5120;

/** A denial and the expression that caused it. */
export interface Denial {
  readonly message: string;
  readonly path: ExpressionPath | undefined;
}

/** Choices of one decision. */
export interface DecideOptions {
  readonly params: CelValue;
  /** What is known of the constraint from its other reviews. */
  readonly fixed: FixedValues;
  readonly failurePolicy: FailurePolicy;
}

const ALLOWED: readonly Denial[] = [];

/** Decides; an empty answer allows. */
export function decide(policy: CompiledCel, input: AdmissionInput, options: DecideOptions): readonly Denial[] {
  const { failurePolicy } = options;
  const onError = (message: string, path?: ExpressionPath): readonly Denial[] => (failurePolicy === "Ignore" ? [] : [{ message, path }]);
  const run: Run = { policy, input, params: options.params, fixed: options.fixed };
  const matched = policy.matchConditions.length === 0 ? true : matches(run);
  if (matched === false) return ALLOWED;
  if (matched !== true) return onError(matched);

  const { validations, messages } = (policy.frame.ambiguous ? undefined : evaluateTogether(run)) ?? evaluateApart(run);
  policy.frame.close();
  if (typeof validations === "string") return onError(validations);
  if (typeof messages !== "string" && validations.every((result) => result === true)) return ALLOWED;
  return policy.validations.flatMap((validation, i): readonly Denial[] => {
    const { path } = validation.expression;
    const result = validations[i];
    if (result instanceof CelError) return onError(result.message, path);
    if (typeof messages === "string") return onError(`failed messageExpression: ${messages}`, path);
    if (result === true) return [];
    return [{ message: messageOf(validation.expression.text, validation.message, messages[i]), path }];
  });
}

function messageOf(expression: string, message: string, evaluated: CelResult | undefined): string {
  return readMessage(evaluated) || trimSpace(message) || `failed expression: ${trimSpace(expression)}`;
}

function readMessage(evaluated: CelResult | undefined): string {
  if (typeof evaluated !== "string") return "";
  const text = trimSpace(evaluated);
  if (text.includes("\n")) return "";
  return text.length * 3 > MAX_MESSAGE_BYTES && new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES ? "" : text;
}

interface Run {
  readonly policy: CompiledCel;
  readonly input: AdmissionInput;
  readonly params: CelValue;
  readonly fixed: FixedValues;
}

interface Budget {
  left: number;
}

// True or false, or the text of what kept the conditions from being decided.
function matches({ policy, input, params }: Run): boolean | string {
  const { object, oldObject, operation } = input;
  // Conditions are asked before the Namespace is looked up.
  const early: AdmissionInput = { object, oldObject, operation, request: input.request, namespaceObject: null };
  policy.frame.open(early, params, undefined);
  const results = evaluateAll(policy.matchConditions, policy.frame, { left: MATCH_BUDGET });
  policy.frame.close();
  if (typeof results === "string") return results;
  if (results.some((result) => result === false)) return false;
  const errors = new Set(results.flatMap((result) => (result instanceof CelError ? [result.message] : [])));
  const [first] = errors;
  if (first === undefined) return true;
  return errors.size === 1 ? first : `[${[...errors].join(", ")}]`;
}

interface Evaluated {
  readonly validations: readonly (CelResult | undefined)[] | string;
  readonly messages: readonly (CelResult | undefined)[] | string;
}

const NOTHING: readonly undefined[] = [];

// As Kubernetes runs them: messages work out their variables once more, within what the validations left of the budget.
function evaluateApart({ policy, input, params }: Run): Evaluated {
  const { frame } = policy;
  const budget = { left: EXPRESSION_LIMIT };
  frame.forget();
  frame.open(input, params, undefined);
  const validations = evaluateAll(policy.conditions, frame, budget);
  if (typeof validations === "string") return { validations, messages: NOTHING };
  frame.forget();
  return { validations, messages: evaluateAll(policy.messages, frame, budget) };
}

// The same with each variable worked out once for both lists. Expressions are pure, so values agree; costs are counted too high rather
// than too low, and whoever meets the end of the budget so has to run everything apart to learn whether it is really spent.
function evaluateTogether({ policy, input, params, fixed }: Run): Evaluated | undefined {
  const { frame } = policy;
  const budget = { left: EXPRESSION_LIMIT };
  frame.open(input, params, fixed);
  const validations = evaluateAll(policy.conditions, frame, budget);
  if (typeof validations === "string") return undefined;
  frame.chargeAgain();
  const messages = evaluateAll(policy.messages, frame, budget);
  return typeof messages === "string" ? undefined : { validations, messages };
}

const OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";

// The results in order, `undefined` where there is nothing to run; a text when the budget ended.
function evaluateAll(
  expressions: readonly (CompiledExpression | undefined)[],
  frame: PolicyFrame,
  budget: Budget,
): readonly (CelResult | undefined)[] | string {
  const results: (CelResult | undefined)[] = [];
  for (const expression of expressions) {
    if (expression === undefined) {
      results.push(undefined);
      continue;
    }
    const { outcome } = expression;
    if ("error" in outcome) {
      results.push(new CelError(`compilation error: ${outcome.error}`));
      continue;
    }
    const result = outcome.program.run(EXPRESSION_LIMIT);
    budget.left -= frame.takeCost() + outcome.program.cost();
    if (budget.left < 0) return OUT_OF_BUDGET;
    results.push(
      result instanceof CelError ? new CelError(`expression '${expression.text}' resulted in error: ${result.message}`) : result,
    );
  }
  return results;
}
