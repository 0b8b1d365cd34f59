/**
 * What the author of a template or constraint should hear at once, as warnings of the admission answer: the object is accepted as in the
 * original, which reports such mistakes later or never.
 */
import { type AdmissionRequest, applyTemplate, isConstraint, isTemplate, type KubeObject, type PolicySet } from "../gatekeeper/index.ts";
import { isPlainObject, type PlainObject, type Value } from "../rego/index.ts";

/** Kubernetes cuts a warning at 256 characters and may drop all beyond 4,096 in total. */
const WARNING_LENGTH = 256;

/** Returns warnings about one of Gatekeeper's own objects. */
export function advice(set: PolicySet, request: AdmissionRequest): readonly string[] {
  const { object } = request;
  if (object === undefined || request.operation === "DELETE") return [];
  if (isTemplate(object)) {
    const applied = applyTemplate(set, object);
    return "error" in applied ? [cut(`this template cannot be used: ${applied.error.message}`)] : [];
  }
  return isConstraint(object) ? matchesNothing(object).map((reason) => cut(`this constraint matches nothing: ${reason}`)) : [];
}

/** Returns the reasons why a constraint can match no object at all. */
export function matchesNothing(constraint: KubeObject): readonly string[] {
  const spec = objectAt(constraint, "spec");
  const match = objectAt(spec, "match");
  return [kindsReason(match), scopeReason(match), namespacesReason(match), actionReason(spec)].filter((reason) => reason !== undefined);
}

function kindsReason(match: PlainObject): string | undefined {
  const entries = listAt(match, "kinds").filter(isPlainObject);
  const named = entries.map((entry) => listAt(entry, "kinds"));
  if (entries.length === 0 || named.some((kinds) => kinds.length === 0)) return undefined;
  const kinds = named.flat();
  if (!kinds.every((kind) => typeof kind === "string" && kind !== "*" && !/^[A-Z]/.test(kind))) return undefined;
  return `spec.match.kinds names ${kinds.map((kind) => JSON.stringify(kind)).join(", ")}; kinds are written like Pod, not like pods`;
}

function scopeReason(match: PlainObject): string | undefined {
  const entries = listAt(match, "kinds").filter(isPlainObject);
  if (match["scope"] !== "Namespaced" || entries.length === 0) return undefined;
  const onlyNamespaces = entries.every((entry) => {
    const kinds = listAt(entry, "kinds");
    return kinds.length > 0 && kinds.every((kind) => kind === "Namespace");
  });
  return onlyNamespaces ? "Namespaces are cluster-scoped and spec.match.scope is Namespaced" : undefined;
}

function namespacesReason(match: PlainObject): string | undefined {
  const wanted = listAt(match, "namespaces");
  const excluded = listAt(match, "excludedNamespaces");
  // Cluster-scoped objects pass both lists, so only a constraint on namespaced objects is left with nothing.
  if (match["scope"] !== "Namespaced" || wanted.length === 0 || !wanted.every((name) => excluded.includes(name) || excluded.includes("*")))
    return undefined;
  return "every namespace of spec.match.namespaces is in spec.match.excludedNamespaces";
}

function actionReason(spec: PlainObject): string | undefined {
  if (spec["enforcementAction"] !== "scoped") return undefined;
  const points = listAt(spec, "scopedEnforcementActions").flatMap((action) =>
    isPlainObject(action) ? listAt(action, "enforcementPoints") : [],
  );
  return points.length === 0 ? "spec.scopedEnforcementActions names no enforcement point" : undefined;
}

function objectAt(object: PlainObject, field: string): PlainObject {
  const value = Object.hasOwn(object, field) ? object[field] : undefined;
  return isPlainObject(value) ? value : {};
}

function listAt(object: PlainObject, field: string): readonly Value[] {
  const value = Object.hasOwn(object, field) ? object[field] : undefined;
  return Array.isArray(value) ? value : [];
}

function cut(text: string): string {
  const line = text.replaceAll("\n", " ");
  return line.length <= WARNING_LENGTH ? line : `${line.slice(0, WARNING_LENGTH - 1)}…`;
}
