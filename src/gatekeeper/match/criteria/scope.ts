/** The criterion `scope`: cluster-scoped or in a namespace. A Namespace counts as cluster-scoped; any other text means both. */
import { isNamespace } from "../../kube/gvk.ts";
import { namespaceOf } from "../../kube/object.ts";
import { type Criterion, mismatch } from "../criterion.ts";

/** Checks where the object lives. */
export const scope: Criterion = (match, { object, namespace }) => {
  if (match.scope === "") return undefined;
  const inNamespace = !isNamespace(object) && (namespaceOf(object) !== "" || namespace !== undefined);
  if (match.scope === "Cluster" && inNamespace) return mismatch("match.scope is Cluster and the object is in a namespace");
  if (match.scope === "Namespaced" && !inNamespace) return mismatch("match.scope is Namespaced and the object is not in a namespace");
  return undefined;
};
