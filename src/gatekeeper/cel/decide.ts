/**
 * Runs a compiled template on one review and one constraint, the way Kubernetes' validating admission policies run: match conditions, then
 * validations within one cost budget, then messages with what is left of it; errors count as the failure policy says.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#failure-policy
 */
import { variablesType } from "./admission-types.ts";
import type { CompiledCel, CompiledExpression, CompiledVariable, ExpressionPath } from "./compiled-policy.ts";
import { trimSpace } from "./library/strings.ts";
import type { LazyFields } from "./plan/access.ts";
import type { Bindings } from "./program.ts";
import type { FailurePolicy } from "./source.ts";
import { CelError, CelOpaque, type CelResult, type CelValue } from "./values/value.ts";

/** What a single expression may cost, and all validations of a constraint together. */
const EXPRESSION_LIMIT = 1_000_000;
/** What all match conditions together may cost. */
const MATCH_BUDGET = 2_500_000;
/** Longer messages, in bytes, are not shown. */
const MAX_MESSAGE_BYTES = 5120;

/** The variables of one review. */
export interface AdmissionInput {
  readonly object: CelValue;
  readonly oldObject: CelValue;
  readonly request: CelValue;
  readonly namespaceObject: CelValue;
}

/** A denial and the expression that caused it. */
export interface Denial {
  readonly message: string;
  readonly path: ExpressionPath | undefined;
}

/** Decides; an empty answer allows. */
export function decide(
  policy: CompiledCel,
  input: AdmissionInput,
  options: { readonly params: CelValue; readonly failurePolicy: FailurePolicy },
): readonly Denial[] {
  const { params, failurePolicy } = options;
  const onError = (message: string, path?: ExpressionPath): readonly Denial[] => (failurePolicy === "Ignore" ? [] : [{ message, path }]);
  // Conditions are asked before the Namespace is looked up.
  const matched = matches(policy, { ...input, namespaceObject: null }, params);
  if (matched === false) return [];
  if (matched !== true) return onError(matched);

  const budget = { left: EXPRESSION_LIMIT };
  const validations = evaluateAll(
    policy.validations.map(({ expression }) => expression),
    { policy, input, params, budget },
  );
  if (typeof validations === "string") return onError(validations);
  const messages = evaluateAll(
    policy.validations.map(({ messageExpression }) => messageExpression),
    { policy, input, params, budget },
  );
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

// True or false, or the text of what kept the conditions from being decided.
function matches(policy: CompiledCel, input: AdmissionInput, params: CelValue): boolean | string {
  if (policy.matchConditions.length === 0) return true;
  const results = evaluateAll(policy.matchConditions, { policy, input, params, budget: { left: MATCH_BUDGET } });
  if (typeof results === "string") return results;
  if (results.some((result) => result === false)) return false;
  const errors = new Set(results.flatMap((result) => (result instanceof CelError ? [result.message] : [])));
  const [first] = errors;
  if (first === undefined) return true;
  return errors.size === 1 ? first : `[${[...errors].join(", ")}]`;
}

interface Run {
  readonly policy: CompiledCel;
  readonly input: AdmissionInput;
  readonly params: CelValue;
  readonly budget: { left: number };
}

const OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";

// The results in order, `undefined` where there is nothing to run; a text when the budget ended.
function evaluateAll(
  expressions: readonly (CompiledExpression | undefined)[],
  { policy, input, params, budget }: Run,
): readonly (CelResult | undefined)[] | string {
  const lazy = new LazyVariables(policy.variables, input, params);
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
    const { result, cost } = outcome.program.evaluate(lazy.outer, EXPRESSION_LIMIT);
    budget.left -= lazy.takeCost() + cost;
    if (budget.left < 0) return OUT_OF_BUDGET;
    results.push(
      result instanceof CelError ? new CelError(`expression '${expression.text}' resulted in error: ${result.message}`) : result,
    );
  }
  return results;
}

/** The value of `variables`: each is worked out when first asked for, and kept while one list of expressions is evaluated. */
class LazyVariables implements LazyFields {
  /** What variables see. */
  private readonly inner: Bindings;
  /** What other expressions see. */
  readonly outer: Bindings;
  private readonly variables: readonly CompiledVariable[];
  private readonly known = new Map<string, CelResult>();
  private cost = 0;

  constructor(variables: readonly CompiledVariable[], input: AdmissionInput, params: CelValue) {
    this.variables = variables;
    const self = new CelOpaque(variablesType, this);
    this.outer = (name) => {
      switch (name) {
        case "object":
          return input.object;
        case "oldObject":
          return input.oldObject;
        case "request":
          return input.request;
        case "namespaceObject":
          return input.namespaceObject;
        case "variables":
          return self;
        default:
          return undefined;
      }
    };
    this.inner = (name) => (name === "params" ? params : this.outer(name));
  }

  field(name: string): CelResult | undefined {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const variable = this.variables.find((each) => each.name === name);
    if (variable === undefined) return undefined;
    // A second variable of the same name can name itself through the first.
    this.known.set(name, new CelError(`composited variable "${name}" refers to itself`));
    const result = this.evaluate(variable);
    this.known.set(name, result);
    return result;
  }

  /** What variables have cost since this was last asked. */
  takeCost(): number {
    const { cost } = this;
    this.cost = 0;
    return cost;
  }

  private evaluate({ name, expression }: CompiledVariable): CelResult {
    const { outcome } = expression;
    if ("error" in outcome) return new CelError(`composited variable "${name}" fails to compile: ${outcome.error}`);
    const { result, cost } = outcome.program.evaluate(this.inner, EXPRESSION_LIMIT);
    this.cost += cost;
    return result instanceof CelError ? new CelError(`composited variable "${name}" fails to evaluate: ${result.message}`) : result;
  }
}
