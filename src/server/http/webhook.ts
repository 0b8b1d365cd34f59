/**
 * The HTTP side of an admission webhook: reads an AdmissionReview, bounds its size and time, hands the request to a handler and writes the
 * answer in the version it was asked in. Early refusals are answers with status 200 and the code inside, as the original's library sends
 * them. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
 */
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { AdmissionResponse } from "../../gatekeeper/index.ts";
import { isPlainObject, type PlainObject, parseJson } from "../../rego/index.ts";
import { readBody } from "./body.ts";
import { startDeadline } from "./deadline.ts";
import type { Gate } from "./gate.ts";
import type { AnyResponse } from "./listener.ts";

/** Decides about the `request` of an AdmissionReview; the signal fires when the API server stops waiting. */
type AdmissionHandler = (request: PlainObject, signal: AbortSignal) => Promise<AdmissionResponse> | AdmissionResponse;

/** The largest AdmissionReview that is read, as the original has it: two objects of etcd's 1.5 MB limit and room around them. */
const BODY_LIMIT = 7 * 1024 * 1024;
/** The API server waits at most 30 s, and 10 s when nobody said. */
const DEFAULT_TIMEOUT_MILLIS = 10_000;
const LONGEST_TIMEOUT_MILLIS = 30_000;

/** What the route needs beside the handler. */
export interface WebhookRoute {
  readonly gate: Gate;
  /** Milliseconds a body may take to arrive. */
  readonly bodyMillis: number;
  readonly handle: AdmissionHandler;
  /** Told when a request was refused because too many wait. */
  readonly onShed: () => void;
}

/** Answers one request to a webhook path. */
export async function answerWebhook(
  route: WebhookRoute,
  request: IncomingMessage | Http2ServerRequest,
  response: AnyResponse,
): Promise<void> {
  const contentType = request.headers["content-type"];
  const body = await readBody(request, BODY_LIMIT, route.bodyMillis);
  if (body.kind === "aborted") return;
  if (body.kind === "too-slow") return hangUp(response, 408, "the request took too long to arrive\n");
  if (body.kind === "too-many") {
    route.onShed();
    return hangUp(response, 503, "too many admission requests are arriving; this one was not reviewed\n");
  }
  if (body.kind === "too-large") {
    answer(response, undefined, refusal("", 413, `request entity is too large; limit is ${BODY_LIMIT} bytes`));
    if (body.more) stopListening(response);
    return;
  }
  if (body.bytes.length === 0) return answer(response, undefined, refusal("", 400, "request body is empty"));
  if (contentType !== "application/json")
    return answer(response, undefined, refusal("", 400, `contentType=${contentType ?? ""}, expected application/json`));
  const review = readEnvelope(body.bytes.toString("utf8"));
  if (typeof review === "string") return answer(response, undefined, refusal("", 400, review));

  const deadline = startDeadline(timeoutOf(request.url ?? ""));
  try {
    await decide(route, review, response, deadline.signal);
  } finally {
    deadline.clear();
  }
}

async function decide(route: WebhookRoute, review: Envelope, response: AnyResponse, signal: AbortSignal): Promise<void> {
  const entry = await route.gate.enter(signal);
  if (entry.kind === "full") {
    route.onShed();
    // No answer of ours: so the webhook configuration's failurePolicy decides.
    response.statusCode = 503;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("too many admission requests are waiting; this one was not reviewed\n");
    return;
  }
  if (entry.kind === "cancelled") return answer(response, review, refusal(review.uid, 500, "serving context canceled, aborting request"));
  try {
    const decided = await route.handle(review.request, signal);
    answer(response, review, decided);
  } catch (error) {
    answer(response, review, refusal(review.uid, 500, `panic: ${error instanceof Error ? error.message : String(error)} [recovered]`));
  } finally {
    entry.leave();
  }
}

// The client may still be sending: it gets the answer and, over HTTP/1.1, the end of the connection.
function hangUp(response: AnyResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(text);
  stopListening(response);
}

function stopListening(response: AnyResponse): void {
  if ("stream" in response) {
    const { stream } = response;
    // The response itself says it is finished only when the client has finished as well.
    if (stream.writableFinished) stream.close();
    else stream.once("finish", () => stream.close());
  } else response.once("finish", () => response.socket?.destroySoon());
}

interface Envelope {
  readonly apiVersion: string;
  readonly uid: string;
  readonly request: PlainObject;
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
  return { apiVersion, uid: typeof request["uid"] === "string" ? request["uid"] : "", request };
}

/** Makes an answer that denies without a reason: an error, not a policy's decision. */
function refusal(uid: string, code: number, message: string): AdmissionResponse {
  return { uid, allowed: false, status: { metadata: {}, message, code } };
}

function answer(response: AnyResponse, review: Envelope | undefined, decided: AdmissionResponse): void {
  if (response.writableEnded || response.destroyed) return;
  const named = review === undefined ? {} : { kind: "AdmissionReview", apiVersion: review.apiVersion };
  const bytes = Buffer.from(JSON.stringify({ ...named, response: decided }));
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", bytes.length);
  response.end(bytes);
}

function timeoutOf(url: string): number {
  const seconds = Number(/[?&]timeout=(\d+)s\b/.exec(url)?.[1] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_TIMEOUT_MILLIS) : DEFAULT_TIMEOUT_MILLIS;
}
