/**
 * Sends one HTTP request as Go's client does: redirects, deadline, retries, unix sockets. In: a checked request; out: the response as it came.
 * https://pkg.go.dev/net/http#Client
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import { Agent, type Dispatcher, request as send } from "undici";
import { fromUtf8Bytes, type HttpRequest, type HttpResponse, parseUrl, quote, UrlError } from "../../rego/index.ts";
import { defaultAuthorities, tlsOptionsOf } from "./http-tls.ts";
import { networkErrorText } from "./network-error.ts";

/** The request could not be sent or not be answered; `timedOut` says why. */
export class ExchangeError extends Error {
  readonly timedOut: boolean;

  constructor(method: string, url: string, reason: string, timedOut = false) {
    super(`${method.charAt(0).toUpperCase()}${method.slice(1).toLowerCase()} ${quote(url)}: ${reason}`);
    this.timedOut = timedOut;
  }
}

/** Hosts the policy may reach; undefined = all. */
export type AllowedHosts = readonly string[] | undefined;

// What one attempt sends; redirects change it.
interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const MAX_HOPS = 100; // Go's client has no limit once a policy allows redirects
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const FIRST_DELAY_MILLIS = 100;
const LAST_DELAY_MILLIS = 60_000;
const DELAY_FACTOR = 1.6;
const DELAY_JITTER = 0.2;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TO_GET = new Set([301, 302, 303]);
// Not sent to another site than the one they were written for.
const SENSITIVE = new Set(["authorization", "www-authenticate", "cookie", "cookie2"]);

let shared: Agent | undefined;

/** Sends a request, again when it fails and the request asks for that. Throws ExchangeError for network failures, Error for others. */
export async function exchange(request: HttpRequest, allowedHosts: AllowedHosts): Promise<HttpResponse> {
  if (!METHOD.test(request.method)) throw new Error(`net/http: invalid method ${quote(request.method)}`);
  const parsed = parseUrl(request.url);
  if (parsed instanceof UrlError) throw new Error(parsed.message);
  const tls = tlsOptionsOf(request);
  const target = socketTarget(request.url);
  const url = readTarget(request, target?.url ?? request.url);
  const own = tls !== undefined || target !== undefined;
  const dispatcher = own ? ownAgent(tls, target?.socket) : sharedAgent();
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await attemptOf(
          request,
          { method: request.method, url, headers: headersOf(request), body: request.body },
          dispatcher,
          allowedHosts,
        );
      } catch (error) {
        if (attempt >= request.maxRetries || !(error instanceof ExchangeError)) throw error;
        await sleep(delayOf(attempt));
      }
    }
  } finally {
    if (own) await dispatcher.destroy();
  }
}

function ownAgent(tls: ConnectionOptions | undefined, socketPath: string | undefined): Agent {
  const connect = { ...tls, ...(socketPath !== undefined && { socketPath }) } as NonNullable<
    ConstructorParameters<typeof Agent>[0]
  >["connect"];
  return new Agent(connect === undefined ? {} : { connect });
}

function sharedAgent(): Agent {
  shared ??= new Agent({ connect: { ca: defaultAuthorities() } });
  return shared;
}

function headersOf({ headers }: HttpRequest): Hop["headers"] {
  const hasAgent = headers.some(([name]) => name.toLowerCase() === "user-agent");
  return hasAgent ? headers : [...headers, ["User-Agent", "portcullis"]];
}

// `unix://host/path?socket=%2Frun%2Fd.sock` is an HTTP request through that socket.
function socketTarget(text: string): { readonly url: string; readonly socket: string } | undefined {
  if (!/^unix:\/\//i.test(text) || !text.includes("?")) return undefined;
  const url = new URL(text.replace(/^unix/i, "http"));
  const socket = url.searchParams.get("socket") ?? "";
  url.searchParams.delete("socket");
  return { url: url.href, socket };
}

function readTarget({ method }: HttpRequest, text: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? "";
  if (scheme !== "http" && scheme !== "https") throw new ExchangeError(method, text, `unsupported protocol scheme ${quote(scheme)}`);
  if (/^https?:\/\/(?:[/?#]|$)/i.test(text) || !/^https?:\/\//i.test(text))
    throw new ExchangeError(method, text, "http: no Host in request URL");
  if (!URL.canParse(text)) throw new ExchangeError(method, text, "invalid URL");
  return new URL(text);
}

// gRPC's backoff, which Go's client uses: the first retry is at once.
function delayOf(attempt: number): number {
  if (attempt === 0) return 0;
  return Math.min(FIRST_DELAY_MILLIS * DELAY_FACTOR ** attempt, LAST_DELAY_MILLIS) * (1 + DELAY_JITTER * (Math.random() * 2 - 1));
}

async function attemptOf(request: HttpRequest, first: Hop, dispatcher: Dispatcher, allowedHosts: AllowedHosts): Promise<HttpResponse> {
  const { timeoutMillis } = request;
  // No timeout in Go is a timeout of zero.
  const signal = timeoutMillis > 0 ? AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMillis))) : undefined;
  let hop = first;
  for (let count = 0; ; count++) {
    const shown = count === 0 ? request.url : hop.url.href;
    try {
      const response = await send(hop.url, optionsOf(hop, dispatcher, signal));
      const next = request.followRedirects ? redirectOf(hop, response) : undefined;
      if (next === undefined) return await readResponse(response, hop.url.protocol);
      await response.body.dump();
      hop = next;
      if (!isAllowed(hop, allowedHosts)) throw new ExchangeError(hop.method, hop.url.href, `unallowed host: ${hop.url.hostname}`);
      if (count === MAX_HOPS) throw new ExchangeError(hop.method, hop.url.href, `stopped after ${MAX_HOPS} redirects`);
    } catch (error) {
      if (error instanceof ExchangeError) throw error;
      if (signal?.aborted === true) {
        throw new ExchangeError(request.method, shown, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)", true);
      }
      throw new ExchangeError(hop.method, shown, networkErrorText(error));
    }
  }
}

function optionsOf({ method, headers, body }: Hop, dispatcher: Dispatcher, signal: AbortSignal | undefined): Parameters<typeof send>[1] {
  const fields: { [name: string]: string } = {};
  for (const [name, value] of headers) fields[name] = value;
  return {
    dispatcher,
    method: method as Dispatcher.HttpMethod,
    headers: fields,
    ...(body !== "" && { body }),
    ...(signal && { signal }),
    headersTimeout: 0,
    bodyTimeout: 0,
    maxRedirections: 0,
  } as Parameters<typeof send>[1];
}

function redirectOf(hop: Hop, { statusCode, headers }: Dispatcher.ResponseData<unknown>): Hop | undefined {
  const { location } = headers;
  if (!REDIRECTS.has(statusCode) || typeof location !== "string" || location === "") return undefined;
  if (!URL.canParse(location, hop.url.href)) throw new Error(`failed to parse Location header ${quote(location)}`);
  const url = new URL(location, hop.url);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`unsupported protocol scheme ${quote(url.protocol.slice(0, -1))}`);
  const toGet = TO_GET.has(statusCode) && hop.method !== "HEAD";
  const sameSite = url.hostname === hop.url.hostname || url.hostname.endsWith(`.${hop.url.hostname}`);
  const relative = !URL.canParse(location);
  const kept = hop.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    if (lower === "host") return relative;
    if (toGet && hop.method !== "GET" && lower.startsWith("content-")) return false;
    return sameSite || !SENSITIVE.has(lower);
  });
  return { method: toGet ? "GET" : hop.method, url, headers: kept, body: toGet ? "" : hop.body };
}

function isAllowed({ url }: Hop, allowedHosts: AllowedHosts): boolean {
  return allowedHosts === undefined || allowedHosts.includes(url.hostname);
}

async function readResponse(response: Dispatcher.ResponseData<unknown>, protocol: string): Promise<HttpResponse> {
  const { statusCode, statusText, headers, body } = response;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error(`the ${protocol.slice(0, -1)} response is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).map((one) => [name, one] as const),
  );
  return {
    status: statusText === "" ? String(statusCode) : `${statusCode} ${statusText}`,
    statusCode,
    headers: fields.filter(([name]) => name.toLowerCase() !== "transfer-encoding"),
    body: fromUtf8Bytes(Buffer.concat(chunks)),
  };
}
