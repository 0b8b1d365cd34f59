/**
 * Decides whether a constraint is for an object: all criteria in a fixed order, the first reason ends it. A review has an object, an old
 * object or both, and either one that fits is enough.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/howto#the-match-field
 */
import { isPlainObject, type Value, writeJson } from "../../rego/index.ts";
import type { Review } from "../kube/admission.ts";
import { fieldOf, type KubeObject, kindOf, nameOf, stringAt } from "../kube/object.ts";
import { type LabelSelector, selectorOf } from "../kube/selector.ts";
import { kinds } from "./criteria/kinds.ts";
import { labels } from "./criteria/labels.ts";
import { name } from "./criteria/name.ts";
import { namespaceLabels } from "./criteria/namespace-labels.ts";
import { excludedNamespaces, namespaces } from "./criteria/namespaces.ts";
import { scope } from "./criteria/scope.ts";
import { source } from "./criteria/source.ts";
import type { Candidate, Criterion, KindsEntry, Match, Reason } from "./criterion.ts";

/** The criteria in the order in which they are asked. */
const CRITERIA: readonly Criterion[] = [kinds, scope, namespaces, excludedNamespaces, labels, namespaceLabels, name, source];

/** Reads `spec.match`, whose shape its schema has checked. */
export function readMatch(value: Value): Match {
  const entries = fieldOf(value, "kinds");
  return {
    kinds: Array.isArray(entries) ? entries.map(readKinds) : [],
    scope: stringAt(value, "scope"),
    namespaces: textsAt(value, "namespaces"),
    excludedNamespaces: textsAt(value, "excludedNamespaces"),
    labelSelector: readSelectorAt(value, "labelSelector"),
    namespaceSelector: readSelectorAt(value, "namespaceSelector"),
    name: stringAt(value, "name"),
    source: stringAt(value, "source"),
  };
}

function readKinds(value: Value): KindsEntry {
  return { apiGroups: textsAt(value, "apiGroups"), kinds: textsAt(value, "kinds") };
}

function readSelectorAt(value: Value, key: string): LabelSelector | undefined {
  const selector = fieldOf(value, key);
  return isPlainObject(selector) ? selectorOf(selector) : undefined;
}

function textsAt(value: Value, key: string): readonly string[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list.filter((text) => typeof text === "string") : [];
}

/** Returns why an object is out, or nothing when it is in. */
function reasonAgainst(match: Match, candidate: Candidate): Reason | undefined {
  for (const criterion of CRITERIA) {
    const reason = criterion(match, candidate);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What a match says about a review: in, out, or undecidable with the text of the violation that follows from it. */
export type MatchResult = { readonly kind: "in" | "out" } | { readonly kind: "undecidable"; readonly message: string };

const IN: MatchResult = { kind: "in" };
const OUT: MatchResult = { kind: "out" };

/** Decides on a review; `namespace` is the Namespace of its object, where anyone knows it. A constraint without a match is for everything. */
export function matchReview(match: Match | undefined, review: Review, namespace: KubeObject | undefined): MatchResult {
  if (match === undefined) return IN;
  const objects = objectsOf(review);
  if (objects.length === 0) {
    return {
      kind: "undecidable",
      message: "unable to match constraints: invalid request object: neither object nor old object are defined",
    };
  }
  const broken = objects.find((object) => kindOf(object) === "");
  if (broken !== undefined) {
    // An object without a kind is none to Kubernetes; the trailing line break is its encoder's.
    const text = `failed to unmarshal gkReview ${broken === review.object ? "object" : "oldObject"} ${writeJson(broken)}\n`;
    return { kind: "undecidable", message: `unable to match constraints: invalid request object: ${text}` };
  }
  for (const object of objects) {
    const reason = reasonAgainst(match, { object, namespace, source: review.source });
    if (reason === undefined) return IN;
    if (reason.kind === "undecidable") return { kind: "undecidable", message: autorejectMessage(object, reason.text) };
  }
  return OUT;
}

function objectsOf({ object, oldObject }: Review): readonly KubeObject[] {
  if (object === undefined) return oldObject === undefined ? [] : [oldObject];
  return oldObject === undefined ? [object] : [object, oldObject];
}

function autorejectMessage(object: KubeObject, text: string): string {
  const what = "unable to match constraints: error matching the requested object";
  return `${what}: ${nameOf(object)} :failed to run Match criteria: ${text}`;
}
