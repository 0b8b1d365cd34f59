/**
 * An AdmissionReview as text, in and out: reads what it asks, has the request decided and writes the answer in the version it was asked in.
 * What is no AdmissionReview, and what goes wrong on the way, is an answer too.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
 */
import type { AdmissionResponse } from "../../gatekeeper/index.ts";
import { isPlainObject, type PlainObject, parseJson } from "../../rego/index.ts";
import type { Waiting } from "./deadline.ts";

/** A request that Go's decoder would refuse, with its complaint: the original then answers as if there were no review. */
export interface Undecodable {
  readonly undecodable: string;
}

/**
 * Decides about the `request` of an AdmissionReview for an API server that may stop waiting. `plain` tells that all its numbers are
 * JavaScript's.
 */
export type AdmissionHandler = (
  request: PlainObject,
  waiting: Waiting,
  plain: boolean,
) => Promise<AdmissionResponse | Undecodable> | AdmissionResponse | Undecodable;

/** Answers a review's text with the answer's. Never rejects. */
export async function answerReview(text: string, waiting: Waiting, handle: AdmissionHandler): Promise<string> {
  const review = readEnvelope(text);
  if (typeof review === "string") return refusalText(review);
  const { apiVersion } = review;
  try {
    const decided = await handle(review.request, waiting, review.plain);
    return "undecodable" in decided ? refusalText(decided.undecodable) : answerText(decided, apiVersion);
  } catch (error) {
    const message = `panic: ${error instanceof Error ? error.message : String(error)} [recovered]`;
    return answerText(refusal(uidOf(review.request), 500, message), apiVersion);
  }
}

/** Decides that nobody waits any more. */
export const cancelled: AdmissionHandler = (request) => refusal(uidOf(request), 500, "serving context canceled, aborting request");

/** Returns the text that refuses what could not be read as a review. */
export function refusalText(message: string, code = 400): string {
  return answerText(refusal("", code, message), undefined);
}

// An answer that denies without a reason: an error, not a policy's decision.
function refusal(uid: string, code: number, message: string): AdmissionResponse {
  return { uid, allowed: false, status: { metadata: {}, message, code } };
}

function answerText(response: AdmissionResponse, apiVersion: string | undefined): string {
  return JSON.stringify(apiVersion === undefined ? { response } : { kind: "AdmissionReview", apiVersion, response });
}

interface Envelope {
  readonly apiVersion: string;
  readonly request: PlainObject;
  readonly plain: boolean;
}

const VERSIONS = new Set(["admission.k8s.io/v1", "admission.k8s.io/v1beta1"]);

function readEnvelope(text: string): Envelope | string {
  const parsed = parseJson(text);
  if (parsed.kind === "error") return `couldn't get version/kind; json parse error: ${parsed.message}`;
  if (!isPlainObject(parsed.value)) return "couldn't get version/kind; json parse error: the body is no JSON object";
  const { apiVersion, kind, request } = parsed.value;
  if (typeof apiVersion !== "string" || !VERSIONS.has(apiVersion) || kind !== "AdmissionReview")
    return `no kind "${String(kind ?? "")}" is registered for version "${String(apiVersion ?? "")}": expected AdmissionReview of admission.k8s.io/v1 or v1beta1`;
  if (!isPlainObject(request)) return "the AdmissionReview has no request";
  return { apiVersion, request, plain: parsed.plain === true };
}

function uidOf(request: PlainObject): string {
  return typeof request["uid"] === "string" ? request["uid"] : "";
}
