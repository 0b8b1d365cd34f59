/**
 * The values of `request` and `namespaceObject` for one review, in the form in which Kubernetes' evaluator shows them: empty fields left
 * out, `options` null when there are none, metadata of the Namespace reduced to what policies may see.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression
 */
import { isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import type { AdmissionRequest, Gvr, Review } from "../kube/admission.ts";
import type { Gvk } from "../kube/gvk.ts";
import type { AdmissionInput } from "./policy-frame.ts";
import type { CelValue } from "./values/value.ts";

/** Takes JSON as a CEL value: it is one, up to numbers kept as text, which are turned when read. */
export function asCelValue(value: Value | undefined): CelValue {
  return (value ?? null) as CelValue;
}

function isEmpty(value: Value): boolean {
  if (value === "" || value === 0 || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isPlainObject(value) && Object.keys(value).length === 0;
}

/** Adds a field unless it is empty. */
function addPresent(fields: Record<string, Value>, name: string, value: Value | undefined): void {
  if (value !== undefined && !isEmpty(value)) fields[name] = value;
}

function present(source: PlainObject, names: readonly string[]): PlainObject {
  const kept: Record<string, Value> = {};
  for (const name of names) addPresent(kept, name, source[name]);
  return kept;
}

const gvkOf = ({ group, version, kind }: Gvk): PlainObject => ({ group, version, kind });
const gvrOf = ({ group, version, resource }: Gvr): PlainObject => ({ group, version, resource });

const OPERATIONS: ReadonlySet<string> = new Set(["CREATE", "UPDATE", "DELETE", "CONNECT"]);
const USER_FIELDS = ["username", "uid", "groups", "extra"] as const;

/** Yields `request.operation`: one that Kubernetes knows, or the empty text. */
function operationOf({ operation }: AdmissionRequest): string {
  return OPERATIONS.has(operation) ? operation : "";
}

/** Builds `request`. */
function requestValue(request: AdmissionRequest): CelValue {
  const { subResource } = request;
  const fields: Record<string, Value> = {
    kind: gvkOf(request.kind),
    resource: gvrOf(request.resource),
    requestKind: gvkOf(request.kind),
    requestResource: gvrOf(request.resource),
  };
  addPresent(fields, "subResource", subResource);
  addPresent(fields, "requestSubResource", subResource);
  addPresent(fields, "name", request.name);
  addPresent(fields, "namespace", request.namespace);
  fields["operation"] = operationOf(request);
  fields["userInfo"] = present(request.userInfo, USER_FIELDS);
  fields["dryRun"] = request.dryRun ?? false;
  fields["options"] = request.options ?? null;
  return asCelValue(fields);
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
function namespaceValue(namespace: PlainObject | undefined): CelValue {
  if (namespace === undefined) return null;
  const metadata = objectAt(namespace, "metadata");
  const spec = objectAt(namespace, "spec");
  const status = objectAt(namespace, "status");
  return asCelValue({
    metadata: present(metadata, METADATA_FIELDS),
    spec: present(spec, ["finalizers"]),
    status: present(status, ["phase", "conditions"]),
  });
}

function objectAt(object: PlainObject, key: string): PlainObject {
  const value = object[key];
  return value !== undefined && isPlainObject(value) ? value : {};
}

/** The variables of a review; what few policies read as a whole is built when it is read. */
export class ReviewInput implements AdmissionInput {
  readonly object: CelValue;
  readonly oldObject: CelValue;
  readonly operation: string;
  readonly #review: Review;
  #request: CelValue | undefined;
  #namespaceObject: CelValue | undefined;

  constructor(review: Review) {
    const operation = operationOf(review.request);
    // On DELETE there is no object here, whatever the review shows to Rego.
    this.object = operation === "DELETE" ? null : asCelValue(review.request.object);
    this.oldObject = asCelValue(review.oldObject);
    this.operation = operation;
    this.#review = review;
    this.#request = undefined;
    this.#namespaceObject = undefined;
  }

  get request(): CelValue {
    this.#request ??= requestValue(this.#review.request);
    return this.#request;
  }

  get namespaceObject(): CelValue {
    if (this.#namespaceObject === undefined) this.#namespaceObject = namespaceValue(this.#review.namespaceObject);
    return this.#namespaceObject;
  }
}
