/** Shortcuts for tests of CEL: evaluates an expression in Kubernetes' environment and yields its value, or throws the text of its error. */

import { createKubernetesEnvironment } from "../../src/gatekeeper/cel/kubernetes.ts";
import { dynType } from "../../src/gatekeeper/cel/values/type.ts";
import { CelError, type CelValue } from "../../src/gatekeeper/cel/values/value.ts";
import { compileExpression, extendEnvironment } from "../../src/gatekeeper/cel.ts";

const kubernetes = createKubernetesEnvironment();

/** The value of an expression; `variables` are all of type dyn. */
export function evaluate(text: string, variables: Readonly<Record<string, unknown>> = {}): CelValue {
  const { result } = run(text, variables);
  if (result instanceof CelError) throw new Error(result.message);
  return result;
}

/** What an expression costs. */
export function costOf(text: string, variables: Readonly<Record<string, unknown>> = {}): number {
  return run(text, variables).cost;
}

/** The error of an expression that runs but fails. */
export function failureOf(text: string, variables: Readonly<Record<string, unknown>> = {}): string | undefined {
  const { result } = run(text, variables);
  return result instanceof CelError ? result.message : undefined;
}

/** The printed issues of an expression that does not compile. */
export function issuesOf(text: string, variables: Readonly<Record<string, unknown>> = {}): string | undefined {
  const compiled = compileExpression(text, environmentWith(variables));
  if (compiled.kind === "program") return undefined;
  return compiled.kind === "issues" ? compiled.text : compiled.message;
}

function environmentWith(variables: Readonly<Record<string, unknown>>) {
  return extendEnvironment(kubernetes, { variables: Object.keys(variables).map((name) => [name, dynType] as const) });
}

function run(text: string, variables: Readonly<Record<string, unknown>>) {
  const compiled = compileExpression(text, environmentWith(variables));
  if (compiled.kind !== "program") throw new Error(compiled.kind === "issues" ? compiled.text : compiled.message);
  return compiled.program.evaluate((name) => variables[name] as CelValue, 1_000_000);
}
