/**
 * The values of `request` and `namespaceObject` for one review, in the form in which Kubernetes' evaluator shows them: empty fields left
 * out, `options` null when there are none, metadata of the Namespace reduced to what policies may see.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression
 */
import { isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import type { AdmissionRequest, Gvr } from "../kube/admission.ts";
import type { Gvk } from "../kube/gvk.ts";
import type { CelValue } from "./values/value.ts";

/** Takes JSON as a CEL value: it is one, up to numbers kept as text, which are turned when read. */
export function asCelValue(value: Value | undefined): CelValue {
  return (value ?? null) as CelValue;
}

function present(fields: Readonly<Record<string, Value | undefined>>): PlainObject {
  const kept: Record<string, Value> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && !isEmpty(value)) kept[name] = value;
  return kept;
}

function isEmpty(value: Value): boolean {
  if (value === "" || value === 0 || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isPlainObject(value) && Object.keys(value).length === 0;
}

const gvkOf = ({ group, version, kind }: Gvk): PlainObject => ({ group, version, kind });
const gvrOf = ({ group, version, resource }: Gvr): PlainObject => ({ group, version, resource });

const OPERATIONS: ReadonlySet<string> = new Set(["CREATE", "UPDATE", "DELETE", "CONNECT"]);

/** Builds `request`. */
export function requestValue(request: AdmissionRequest): CelValue {
  const { userInfo, subResource } = request;
  return asCelValue({
    kind: gvkOf(request.kind),
    resource: gvrOf(request.resource),
    requestKind: gvkOf(request.kind),
    requestResource: gvrOf(request.resource),
    ...present({ subResource, requestSubResource: subResource, name: request.name, namespace: request.namespace }),
    operation: OPERATIONS.has(request.operation) ? request.operation : "",
    userInfo: present({
      username: userInfo["username"],
      uid: userInfo["uid"],
      groups: userInfo["groups"],
      extra: userInfo["extra"],
    }),
    dryRun: request.dryRun ?? false,
    options: request.options ?? null,
  });
}

const METADATA_FIELDS = [
  "name",
  "generateName",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "labels",
  "annotations",
  "finalizers",
] as const;

/** Builds `namespaceObject`; null when the request has no Namespace or it is not known. */
export function namespaceValue(namespace: PlainObject | undefined): CelValue {
  if (namespace === undefined) return null;
  const metadata = objectAt(namespace, "metadata");
  const spec = objectAt(namespace, "spec");
  const status = objectAt(namespace, "status");
  return asCelValue({
    metadata: present(Object.fromEntries(METADATA_FIELDS.map((name) => [name, metadata[name]]))),
    spec: present({ finalizers: spec["finalizers"] }),
    status: present({ phase: status["phase"], conditions: status["conditions"] }),
  });
}

function objectAt(object: PlainObject, key: string): PlainObject {
  const value = object[key];
  return value !== undefined && isPlainObject(value) ? value : {};
}
