/**
 * The HTTP side of an admission webhook: reads an AdmissionReview, bounds its size and time, has it answered and sends the answer. Early refusals are answers with status 200 and the code inside, as the original's library sends
 * them. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
 */
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { readBody } from "./body.ts";
import { Deadline } from "./deadline.ts";
import { answerReview, cancelled, refusalText } from "./envelope.ts";
import type { Gate } from "./gate.ts";
import type { AnyResponse } from "./listener.ts";

/** Answers the text of an AdmissionReview with the text of one. */
type ReviewAnswer = (text: string, deadline: Deadline) => Promise<string>;

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
  readonly answer: ReviewAnswer;
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
    send(response, refusalText(`request entity is too large; limit is ${BODY_LIMIT} bytes`, 413));
    if (body.more) stopListening(response);
    return;
  }
  if (body.bytes.length === 0) return send(response, refusalText("request body is empty"));
  if (contentType !== "application/json") return send(response, refusalText(`contentType=${contentType ?? ""}, expected application/json`));
  const deadline = new Deadline(timeoutOf(request.url ?? ""));
  try {
    await decide(route, body.bytes.toString("utf8"), response, deadline);
  } finally {
    deadline.clear();
  }
}

async function decide(route: WebhookRoute, text: string, response: AnyResponse, deadline: Deadline): Promise<void> {
  const entry = await route.gate.enter(deadline);
  if (entry.kind === "full") {
    route.onShed();
    // No answer of ours: so the webhook configuration's failurePolicy decides.
    response.statusCode = 503;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("too many admission requests are waiting; this one was not reviewed\n");
    return;
  }
  if (entry.kind === "cancelled") return send(response, await answerReview(text, deadline, cancelled));
  try {
    send(response, await route.answer(text, deadline));
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

function send(response: AnyResponse, text: string): void {
  if (response.writableEnded || response.destroyed) return;
  const bytes = Buffer.from(text);
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", bytes.length);
  response.end(bytes);
}

function timeoutOf(url: string): number {
  const seconds = Number(/[?&]timeout=(\d+)s\b/.exec(url)?.[1] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_TIMEOUT_MILLIS) : DEFAULT_TIMEOUT_MILLIS;
}
