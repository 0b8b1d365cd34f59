/** The names of operators: builtins by their dotted name, functions of the policy by their whole reference. */
import type { RefTerm, Term } from "../../syntax/ast.ts";
import type { Value } from "../../values/value.ts";
import { planKey } from "./keys.ts";

/** Returns an operator's name: `count`, `internal.member_2`, `data.lib.f`. */
export function operatorName(operator: RefTerm): string {
  return pathName(operator.path);
}

/** Returns one text for a constant path, whatever stands in it. */
export function pathName(path: readonly Term[]): string {
  return path.map((step) => (step.kind === "var" ? step.name : step.kind === "string" ? step.value : JSON.stringify(step))).join(".");
}

/** Returns the values of a constant path under `data` or `input`, head left out; undefined when a step is not constant. */
export function constantSteps(path: readonly Term[]): readonly Value[] | undefined {
  const steps: Value[] = [];
  for (const step of path.slice(1)) {
    const key = planKey(step);
    if (key === undefined) return undefined;
    steps.push(key);
  }
  return steps;
}
