/**
 * The K8sNativeValidation engine: the row that lets templates be written in CEL. Compiles a template's source and judges reviews with it;
 * no details, no outside questions, no trace. Expressions are compiled when the policy is first asked, since a run often asks few.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */
import type { Review } from "../kube/admission.ts";
import type {
  Compilation,
  ConstraintView,
  Engine,
  EngineCode,
  EngineOptions,
  Explanation,
  Judgement,
  SourceProblem,
  TemplatePolicy,
} from "../policy/engine.ts";
import { asCelValue, ReviewInput } from "./admission-input.ts";
import type { CompiledExpression } from "./compiled-expression.ts";
import { type CompiledCel, createCelCompiler } from "./compiled-policy.ts";
import { decide } from "./decide.ts";
import { explainDenial } from "./explain.ts";
import { createFixedValues, type FixedValues } from "./policy-frame.ts";
import { type CelSource, readCelSource } from "./source.ts";

/** A policy in CEL. */
export interface CelPolicy extends TemplatePolicy {
  /** Finds the expressions that do not compile; the original mentions them only when the policy runs. */
  diagnose(): readonly SourceProblem[];
}

/** Makes the engine. */
export function createCelEngine(): Engine {
  const compileSource = createCelCompiler();
  return {
    name: "K8sNativeValidation",
    compile(code: EngineCode, options: EngineOptions): Compilation {
      const read = readCelSource(code.source);
      if ("error" in read) return refused(read.error);
      return { kind: "compiled", policy: policyOf(read.source, { compileSource, options }) };
    },
  };
}

function refused({ message, path }: { readonly message: string; readonly path: readonly (string | number)[] }): Compilation {
  return { kind: "refused", message, problems: [{ path, start: undefined, end: undefined, message }] };
}

const ALLOWED: Judgement = { violations: [], failure: undefined, pending: [], trace: undefined };

interface Parts {
  readonly compileSource: (source: CelSource) => CompiledCel;
  readonly options: EngineOptions;
}

function policyOf(source: CelSource, { compileSource, options }: Parts): CelPolicy {
  let compiled: CompiledCel | undefined;
  const get = () => {
    compiled ??= compileSource(source);
    return compiled;
  };
  const failurePolicy = source.failurePolicy ?? options.defaultFailurePolicy;
  const known = new WeakMap<ConstraintView["object"], FixedValues>();
  const fixedFor = (object: ConstraintView["object"]): FixedValues => {
    const before = known.get(object);
    if (before !== undefined) return before;
    const fixed = createFixedValues();
    known.set(object, fixed);
    return fixed;
  };
  return {
    engine: "K8sNativeValidation",
    judge(constraint: ConstraintView, review: Review): Judgement {
      const denials = decide(get(), new ReviewInput(review), {
        params: asCelValue(constraint.object),
        fixed: fixedFor(constraint.object),
        failurePolicy,
      });
      if (denials.length === 0) return ALLOWED;
      const violations = denials.map(({ message, path }) => ({
        msg: message,
        details: undefined,
        ...(path === undefined ? {} : { origin: { path, offset: 0 } }),
      }));
      return { violations, failure: undefined, pending: [], trace: undefined };
    },
    explain(constraint: ConstraintView, review: Review): readonly Explanation[] {
      const params = asCelValue(constraint.object);
      const input = new ReviewInput(review);
      const denials = decide(get(), input, { params, fixed: createFixedValues(), failurePolicy });
      return denials.map((denial) => explainDenial(denial, get(), { input, params, review }));
    },
    diagnose: () => problemsOf(get()),
  };
}

function problemsOf(compiled: CompiledCel): readonly SourceProblem[] {
  const expressions: (CompiledExpression | undefined)[] = [
    ...compiled.variables.map(({ expression }) => expression),
    ...compiled.matchConditions,
    ...compiled.validations.flatMap(({ expression, messageExpression }) => [expression, messageExpression]),
  ];
  return expressions.flatMap((expression) => (expression === undefined ? [] : problemsIn(expression)));
}

function problemsIn({ text, path, outcome }: CompiledExpression): readonly SourceProblem[] {
  if (!("error" in outcome)) return [];
  if (outcome.issues.length === 0) return [{ path, start: 0, end: text.length, message: outcome.error }];
  return outcome.issues.map(({ at, message }) => ({
    path,
    start: Math.max(0, at),
    end: Math.min(text.length, Math.max(0, at) + 1),
    message,
  }));
}
