/**
 * What judging a review gives: one result for each violation, in an order that depends on nothing but the results.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/violations
 */
import { compareStrings } from "../../base/compare-strings.ts";
import type { PendingRequest, Value } from "../../rego/index.ts";
import { type KubeObject, nameOf } from "../kube/object.ts";
import type { LoadedConstraint } from "../state/policy-set.ts";

/** One violation of one constraint. */
export interface Result {
  readonly target: string;
  readonly msg: string;
  /** What the policy said beside the message; absent for engines that say nothing else and for reviews that could not be matched. */
  readonly metadata: { readonly details: Value } | undefined;
  readonly constraint: KubeObject;
  readonly kind: string;
  readonly name: string;
  readonly action: string;
  readonly scopedActions: readonly string[];
  /** Where in its template the violation was decided, when the engine knows. */
  readonly origin?: { readonly path: readonly (string | number)[]; readonly offset: number };
}

/** One number an engine measured. */
export interface Stat {
  readonly name: string;
  readonly value: number;
  readonly source: { readonly type: string; readonly value: string };
}

/** The measures of a template or of a constraint. */
export interface StatsEntry {
  readonly scope: "template" | "constraint";
  readonly statsFor: string;
  readonly stats: readonly Stat[];
  readonly labels: readonly { readonly name: string; readonly value: boolean | string }[];
}

/** The answer to a review. */
export interface Verdict {
  readonly results: readonly Result[];
  readonly stats: readonly StatsEntry[];
  /** The trace of every engine that has one, when one was asked for. */
  readonly trace: string | undefined;
  /** Outside questions: the verdict is void until they are answered. */
  readonly pending: readonly PendingRequest[];
}

/** Returns results in the order of all outputs: by action, then message, then constraint. */
export function sortResults(results: readonly Result[]): readonly Result[] {
  if (results.length < 2) return results;
  return results.toSorted(
    (a, b) =>
      compareStrings(a.action, b.action) ||
      compareStrings(a.msg, b.msg) ||
      compareStrings(a.kind, b.kind) ||
      compareStrings(a.name, b.name),
  );
}

/** Makes the result of one violation. */
export function resultOf(
  target: string,
  constraint: LoadedConstraint,
  scopedActions: readonly string[],
  said: Pick<Result, "msg" | "metadata" | "origin">,
): Result {
  const { kind, object, enforcement } = constraint;
  return { target, constraint: object, kind, name: nameOf(object), action: enforcement.action, scopedActions, ...said };
}

/** Tells whether a result denies. */
export function denies({ action, scopedActions }: Result): boolean {
  return action === "deny" || scopedActions.includes("deny");
}
