/**
 * Turns a verdict into the answer that the API server gets: denials in the message, warnings beside it, nothing for dry runs.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
 */
import type { AdmissionResponse, Review } from "../kube/admission.ts";
import { isKnownAction, isKnownScopedAction } from "../manifest/enforcement.ts";
import type { Result, Verdict } from "./verdict.ts";

/** The status of an allowed request that carries warnings; no HTTP status, but what Gatekeeper has always sent. */
const WARNED = 299;

/** Answers a review with its verdict. */
export function respond(review: Review, verdict: Verdict): AdmissionResponse {
  const { uid } = review.request;
  const lines = (action: string): readonly string[] =>
    verdict.results.filter((result) => appliedActions(result).includes(action)).map((result) => `[${result.name}] ${result.msg}`);
  const denials = lines("deny");
  const warned = lines("warn");
  const warnings = warned.length === 0 ? {} : { warnings: warned };
  if (denials.length > 0) {
    const status = { metadata: {}, message: denials.join("\n"), reason: "Forbidden", code: 403 };
    return { uid, allowed: false, status, ...warnings };
  }
  return { uid, allowed: true, status: { metadata: {}, code: warned.length > 0 ? WARNED : 200 }, ...warnings };
}

/** Returns the actions that a result asks for and Gatekeeper knows; the empty action means the default, deny. */
export function appliedActions({ action, scopedActions }: Result): readonly string[] {
  if (action === "scoped") return scopedActions.filter(isKnownScopedAction);
  const named = action === "" ? "deny" : action;
  return isKnownAction(named) ? [named] : [];
}

/** Answers without a verdict: allowed, with a reason to read. */
export function allow(uid: string, message: string): AdmissionResponse {
  return { uid, allowed: true, status: { metadata: {}, message, code: 200 } };
}

/** Answers with an error, which denies: 400 for what is no request, 422 for one that is wrong, 500 for one that could not be decided. */
export function refuse(uid: string, code: 400 | 422 | 500, message: string): AdmissionResponse {
  return { uid, allowed: false, status: { metadata: {}, message, code } };
}
