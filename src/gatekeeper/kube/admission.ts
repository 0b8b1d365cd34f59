/**
 * The shapes of an admission request and its answer, and the review: one request as policies see it, with its Namespace and its source.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
import type { PlainObject } from "../../rego/index.ts";
import type { Gvk } from "./gvk.ts";
import type { KubeObject } from "./object.ts";

/** A group, a version and a resource. */
export interface Gvr {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** What the API server asks about; absent strings are empty. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: Gvk;
  readonly resource: Gvr;
  readonly subResource: string;
  readonly requestKind: Gvk | undefined;
  readonly requestResource: Gvr | undefined;
  readonly requestSubResource: string;
  readonly name: string;
  readonly namespace: string;
  readonly operation: string;
  readonly userInfo: PlainObject;
  /** Absent on DELETE, as the API server sends it. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  readonly dryRun: boolean | undefined;
  readonly options: PlainObject | undefined;
}

/** Where an object came from: a request, or the expansion of one; empty when nobody said (audit from the cache). */
export type ReviewSource = "" | "Original" | "Generated";

/**
 * One request under review. Built once and judged by every constraint: engines may keep what they derive from it by its identity.
 */
export interface Review {
  readonly request: AdmissionRequest;
  /** The request's object; on DELETE the old object, so that a policy always has something to look at. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  /** The Namespace that came with the review, for matching: undefined makes the matcher look in the inventory. */
  readonly namespace: KubeObject | undefined;
  /** The Namespace as `namespaceObject` shows it to policies; gator never gives one. */
  readonly namespaceObject: KubeObject | undefined;
  readonly source: ReviewSource;
  /** What Rego sees as `input.review`. */
  readonly input: PlainObject;
}

/** The status inside an answer. */
export interface AdmissionStatus {
  readonly metadata: Readonly<Record<string, never>>;
  readonly message?: string;
  readonly reason?: string;
  readonly code: number;
}

/** What the API server gets back. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status: AdmissionStatus;
  readonly warnings?: readonly string[];
  readonly patch?: string;
  readonly patchType?: "JSONPatch";
}
