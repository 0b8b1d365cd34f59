/**
 * The criteria `namespaces` and `excludedNamespaces`. A Namespace is tested by its own name; another object without a namespace passes both.
 */
import { isNamespace } from "../../kube/gvk.ts";
import { nameOf, namespaceOf } from "../../kube/object.ts";
import { matchesName } from "../../kube/wildcard.ts";
import { type Candidate, type Criterion, mismatch } from "../criterion.ts";

/** Checks that the object's namespace is listed. */
export const namespaces: Criterion = (match, candidate) => {
  const name = match.namespaces.length === 0 ? undefined : namespaceName(candidate);
  if (name === undefined || match.namespaces.some((pattern) => matchesName(pattern, name))) return undefined;
  return mismatch(`namespace ${name} is not in match.namespaces`);
};

/** Checks that the object's namespace is not excluded. */
export const excludedNamespaces: Criterion = (match, candidate) => {
  const name = match.excludedNamespaces.length === 0 ? undefined : namespaceName(candidate);
  if (name === undefined || !match.excludedNamespaces.some((pattern) => matchesName(pattern, name))) return undefined;
  return mismatch(`namespace ${name} is in match.excludedNamespaces`);
};

function namespaceName({ object, namespace }: Candidate): string | undefined {
  if (isNamespace(object)) return nameOf(object);
  if (namespace !== undefined) return nameOf(namespace);
  const own = namespaceOf(object);
  return own === "" ? undefined : own;
}
