/**
 * Makes a review: from the `request` of an AdmissionReview as JSON, or from an object alone as audit and the command line do.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
import { isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import type { AdmissionRequest, Gvr, Review, ReviewSource } from "../kube/admission.ts";
import { BOOL, checkDecode, type DecodeType, TEXT, TEXTS } from "../kube/decode.ts";
import { type Gvk, gvkOf } from "../kube/gvk.ts";
import { plainNumbers } from "../kube/numbers.ts";
import { fieldOf, type KubeObject, nameOf, namespaceOf, stringAt } from "../kube/object.ts";
import { reviewInput } from "./input.ts";

/** What a review may have beside its request or object. */
export interface ReviewContext {
  /** The Namespace of the object, for matching. */
  readonly namespace?: KubeObject | undefined;
  /** The Namespace as policies see it, when it is not the one for matching: gator shows none. */
  readonly namespaceObject?: KubeObject | undefined;
  readonly source?: ReviewSource;
  readonly operation?: string;
  /** Tells that no number of the request keeps its text, so that none has to be looked for. */
  readonly plain?: boolean;
}

/** A review, or why there is none. */
export type ReadReview = { readonly review: Review } | { readonly error: string };

const GVK: DecodeType = {
  kind: "record",
  name: "GroupVersionKind",
  go: "v1.GroupVersionKind",
  fields: { group: TEXT, version: TEXT, kind: TEXT },
};
const GVR: DecodeType = {
  kind: "record",
  name: "GroupVersionResource",
  go: "v1.GroupVersionResource",
  fields: { group: TEXT, version: TEXT, resource: TEXT },
};

/** How Go decodes a request; objects are kept as they are. */
const ADMISSION_REQUEST: DecodeType = {
  kind: "record",
  name: "AdmissionRequest",
  go: "v1.AdmissionRequest",
  fields: {
    uid: { kind: "string", go: "types.UID" },
    kind: GVK,
    resource: GVR,
    subResource: TEXT,
    requestKind: GVK,
    requestResource: GVR,
    requestSubResource: TEXT,
    name: TEXT,
    namespace: TEXT,
    operation: { kind: "string", go: "v1.Operation" },
    userInfo: {
      kind: "record",
      name: "UserInfo",
      go: "v1.UserInfo",
      fields: { username: TEXT, uid: TEXT, groups: TEXTS, extra: { kind: "map", of: TEXTS, go: "map[string]v1.ExtraValue" } },
    },
    dryRun: BOOL,
  },
};

/** Reads the `request` of an AdmissionReview. */
export function readReview(json: PlainObject, context: ReviewContext = {}): ReadReview {
  const error = checkDecode(json, ADMISSION_REQUEST);
  if (error !== undefined) return { error };
  const dryRun = fieldOf(json, "dryRun");
  const objectAt = context.plain === true ? plainObjectAt : numberedObjectAt;
  return reviewOfRequest(
    {
      uid: stringAt(json, "uid"),
      kind: gvkAt(json, "kind") ?? { group: "", version: "", kind: "" },
      resource: gvrAt(json, "resource") ?? { group: "", version: "", resource: "" },
      subResource: stringAt(json, "subResource"),
      requestKind: gvkAt(json, "requestKind"),
      requestResource: gvrAt(json, "requestResource"),
      requestSubResource: stringAt(json, "requestSubResource"),
      name: stringAt(json, "name"),
      namespace: stringAt(json, "namespace"),
      operation: stringAt(json, "operation"),
      userInfo: objectAt(json, "userInfo") ?? {},
      object: objectAt(json, "object"),
      oldObject: objectAt(json, "oldObject"),
      dryRun: typeof dryRun === "boolean" ? dryRun : undefined,
      options: objectAt(json, "options"),
    },
    context,
  );
}

/** Makes a review of an object by itself: no user, no old object, and an operation only if the context has one. */
export function reviewOf(object: KubeObject, context: ReviewContext = {}): ReadReview {
  const plain = plainNumbers(object) as KubeObject;
  const deleted = context.operation === "DELETE";
  return reviewOfRequest(
    {
      uid: "",
      kind: gvkOf(plain),
      resource: { group: "", version: "", resource: "" },
      subResource: "",
      requestKind: undefined,
      requestResource: undefined,
      requestSubResource: "",
      name: nameOf(plain),
      namespace: namespaceOf(plain),
      operation: context.operation ?? "",
      userInfo: {},
      object: deleted ? undefined : plain,
      oldObject: deleted ? plain : undefined,
      dryRun: undefined,
      options: undefined,
    },
    context,
  );
}

/** Completes a request to a review. */
export function reviewOfRequest(request: AdmissionRequest, context: ReviewContext): ReadReview {
  const { oldObject, operation } = request;
  if (operation === "DELETE" && oldObject === undefined) return { error: "oldObject cannot be nil for DELETE operations" };
  const object = operation === "DELETE" ? oldObject : request.object;
  const namespaceObject = "namespaceObject" in context ? context.namespaceObject : context.namespace;
  return { review: new CompleteReview(request, object, oldObject, context.namespace, namespaceObject, context.source ?? "Original") };
}

/**
 * A review that makes `input` when a policy asks for it; those in CEL never do. A class, since of an object literal with a getter V8 makes a hidden
 * class per review, in the old generation, that keeps the whole request alive until the next full collection.
 */
class CompleteReview implements Review {
  readonly request: AdmissionRequest;
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  readonly namespace: KubeObject | undefined;
  readonly namespaceObject: KubeObject | undefined;
  readonly source: ReviewSource;
  #input: PlainObject | undefined;

  constructor(
    request: AdmissionRequest,
    object: KubeObject | undefined,
    oldObject: KubeObject | undefined,
    namespace: KubeObject | undefined,
    namespaceObject: KubeObject | undefined,
    source: ReviewSource,
  ) {
    this.request = request;
    this.object = object;
    this.oldObject = oldObject;
    this.namespace = namespace;
    this.namespaceObject = namespaceObject;
    this.source = source;
    this.#input = undefined;
  }

  get input(): PlainObject {
    this.#input ??= reviewInput(this.request, this.object, this.namespaceObject);
    return this.#input;
  }
}

function plainObjectAt(json: PlainObject, key: string): PlainObject | undefined {
  const value = fieldOf(json, key);
  return isPlainObject(value) ? value : undefined;
}

function numberedObjectAt(json: PlainObject, key: string): PlainObject | undefined {
  const value = fieldOf(json, key);
  return isPlainObject(value) ? (plainNumbers(value) as PlainObject) : undefined;
}

function gvkAt(json: PlainObject, key: string): Gvk | undefined {
  const value: Value | undefined = fieldOf(json, key);
  if (!isPlainObject(value)) return undefined;
  return { group: stringAt(value, "group"), version: stringAt(value, "version"), kind: stringAt(value, "kind") };
}

function gvrAt(json: PlainObject, key: string): Gvr | undefined {
  const value: Value | undefined = fieldOf(json, key);
  if (!isPlainObject(value)) return undefined;
  return { group: stringAt(value, "group"), version: stringAt(value, "version"), resource: stringAt(value, "resource") };
}
