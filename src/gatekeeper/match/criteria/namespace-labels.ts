/**
 * The criterion `namespaceSelector`: the labels of the Namespace that holds the object, or of the object when it is a Namespace itself. Other
 * cluster-scoped objects pass; an object whose Namespace nobody knows cannot be decided on.
 */
import { isNamespace } from "../../kube/gvk.ts";
import { labelsOf, namespaceOf } from "../../kube/object.ts";
import { selects } from "../../kube/selector.ts";
import { type Criterion, mismatch, undecidable } from "../criterion.ts";

/** Checks the labels of the object's Namespace. */
export const namespaceLabels: Criterion = (match, { object, namespace }) => {
  if (match.namespaceSelector === undefined) return undefined;
  const owner = isNamespace(object) ? object : namespace;
  if (owner === undefined && namespaceOf(object) === "") return undefined;
  if (owner === undefined) return undecidable("namespace selector for namespace-scoped object but missing Namespace");
  return selects(match.namespaceSelector, labelsOf(owner))
    ? undefined
    : mismatch("the namespace's labels do not fit match.namespaceSelector");
};
