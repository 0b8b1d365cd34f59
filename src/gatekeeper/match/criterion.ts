/**
 * What a criterion of `spec.match` is: a function that is given the match and an object, and returns why the object is out, or nothing.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/howto#the-match-field
 */
import type { ReviewSource } from "../kube/admission.ts";
import type { KubeObject } from "../kube/object.ts";
import type { LabelSelector } from "../kube/selector.ts";

/** One entry of `kinds`. */
export interface KindsEntry {
  readonly apiGroups: readonly string[];
  readonly kinds: readonly string[];
}

/** What a constraint says about the objects it is for; a missing part says nothing. */
export interface Match {
  readonly kinds: readonly KindsEntry[];
  readonly scope: string;
  readonly namespaces: readonly string[];
  readonly excludedNamespaces: readonly string[];
  readonly labelSelector: LabelSelector | undefined;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly name: string;
  readonly source: string;
}

/** An object that may match. */
export interface Candidate {
  readonly object: KubeObject;
  /** The Namespace it is in; an empty object for a Namespace without a name (gator's cluster-scoped objects). */
  readonly namespace: KubeObject | undefined;
  readonly source: ReviewSource;
}

/** Why an object is out: it does not fit, or nobody can tell, which counts as a violation of its own. */
export type Reason = { readonly kind: "mismatch"; readonly text: string } | { readonly kind: "undecidable"; readonly text: string };

/** A criterion. */
export type Criterion = (match: Match, candidate: Candidate) => Reason | undefined;

/** Returns the reason of an object that does not fit. */
export function mismatch(text: string): Reason {
  return { kind: "mismatch", text };
}

/** Returns the reason of an object that cannot be decided on. */
export function undecidable(text: string): Reason {
  return { kind: "undecidable", text };
}
