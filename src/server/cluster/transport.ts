/**
 * HTTP to the API server: one keep-alive pool, credentials from a kubeconfig, retries where the server asks for them. In goes a method and
 * a path, out comes the parsed answer, numbers intact: objects that policies see must be byte-faithful, so nothing passes through typed
 * models. https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
import { readFileSync } from "node:fs";
import type { Agent, RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { type Dispatcher, Pool } from "undici";
import { isPlainObject, type PlainObject, parseJson, type Value, writeJson } from "../../rego/index.ts";

/** One request. `query` values are encoded; undefined ones are left out. */
export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: Value;
  /** Default `application/json`; patches name theirs. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Streams only: milliseconds without a byte after which the stream fails; absent = never. */
  readonly quietMillis?: number;
}

/** The API server's refusal: a Status object's code, reason and message. */
export class KubeError extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** What talks to one API server. */
export interface KubeTransport {
  /** Returns the parsed answer. Throws KubeError for a refusal, Error when the server cannot be reached. */
  request(request: KubeRequest): Promise<PlainObject>;
  /** Opens a stream of newline-separated objects (a watch); ends when the server closes it. */
  stream(request: KubeRequest): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}

const CREDENTIALS_MILLIS = 30_000; // projected tokens change once an hour; rereading twice a minute is free
const MAX_RETRIES = 4;
const REQUEST_MILLIS = 30_000;
const CONNECTIONS = 8;
/** Between pings: a half-open connection would otherwise look like a quiet watch for ever. */
const PING_MILLIS = 15_000;
const RECONNECT_MILLIS = 200;
const WORTH_A_RETRY = new Set([429, 500, 502, 503, 504]);

/** Makes a transport for the current context of a kubeconfig. A connection that does not answer a ping before the next one is given up. */
export async function makeTransport(config: KubeConfig, pingMillis = PING_MILLIS): Promise<KubeTransport> {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("the kubeconfig has no current cluster");
  const server = new URL(cluster.server);
  const options = await credentialsOf(config);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const poolOf = (connections: number | null): Pool =>
    new Pool(server.origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: 60_000,
      headersTimeout: REQUEST_MILLIS,
      bodyTimeout: 0, // requests have a deadline of their own, streams say theirs
      h2Options: { pingInterval: pingMillis },
      connect: {
        ca: ca as string | undefined,
        cert: cert as string | undefined,
        key: key as string | undefined,
        rejectUnauthorized: rejectUnauthorized ?? !cluster.skipTLSVerify,
        servername,
        timeout: 10_000,
      },
    });
  const pool = poolOf(CONNECTIONS);
  // Watches have connections of their own: one that waits for its reader holds up all that share its connection, and over HTTP/1.1 each needs one.
  const streams = poolOf(null);
  const root = server.pathname.replace(/\/$/, "");
  let authorization = authorizationOf(options);
  let readAt = performance.now();

  const send = async (request: KubeRequest, through: Pool, bodyTimeout = 0): Promise<Dispatcher.ResponseData> => {
    if (performance.now() - readAt > CREDENTIALS_MILLIS) {
      authorization = authorizationOf(await credentialsOf(config));
      readAt = performance.now();
    }
    return through.request({
      bodyTimeout,
      method: request.method,
      path: `${root}${request.path}${queryText(request.query)}`,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": "portcullis",
        ...(authorization === undefined ? {} : { authorization }),
        ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: writeJson(request.body) }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  };

  return {
    request: (request) => withRetries(request, (each) => send(each, pool)),
    stream: async (request) => {
      const response = await send(request, streams, request.quietMillis);
      if (response.statusCode >= 400) throw refusalOf(response.statusCode, await response.body.text());
      return response.body as AsyncIterable<Buffer>;
    },
    close: async () => void (await Promise.all([pool.destroy(), streams.destroy()])),
  };
}

async function withRetries(request: KubeRequest, send: (request: KubeRequest) => Promise<Dispatcher.ResponseData>): Promise<PlainObject> {
  for (let attempt = 0; ; attempt++) {
    const deadline = AbortSignal.timeout(REQUEST_MILLIS);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
    const answered = await sendOnce({ ...request, signal }, send);
    if (answered instanceof Error) {
      // A connection that ended under way (the server restarts, a load balancer moves on) says nothing about the next one.
      if (request.method !== "GET" || attempt > 0 || signal.aborted) throw answered;
      await pause(RECONNECT_MILLIS, request.signal);
      continue;
    }
    const { response, text } = answered;
    if (response.statusCode < 400) return parsed(text);
    // A create or update that failed inside the server may have happened; only reads are repeated then.
    const again = WORTH_A_RETRY.has(response.statusCode) && (request.method === "GET" || response.statusCode === 429);
    if (!again || attempt >= MAX_RETRIES) throw refusalOf(response.statusCode, text);
    const asked = Number(response.headers["retry-after"]) * 1000;
    await pause(Number.isFinite(asked) && asked > 0 ? Math.min(asked, 10_000) : 200 * 2 ** attempt * (0.5 + Math.random()), request.signal);
  }
}

async function sendOnce(
  request: KubeRequest,
  send: (request: KubeRequest) => Promise<Dispatcher.ResponseData>,
): Promise<{ readonly response: Dispatcher.ResponseData; readonly text: string } | Error> {
  try {
    const response = await send(request);
    return { response, text: await response.body.text() };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Tells whether an error may be gone at the next attempt: no answer at all, or one that says so. What the server refuses it refuses again. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof KubeError) || WORTH_A_RETRY.has(error.code) || error.code === 409;
}

/** Waits; ends early, without an error, when the signal fires. */
export function pause(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    if (signal?.aborted) done();
    else signal?.addEventListener("abort", done, { once: true });
  });
}

function parsed(text: string): PlainObject {
  const result = parseJson(text);
  if (result.kind === "value" && isPlainObject(result.value)) return result.value;
  throw new Error(`the API server's answer is no JSON object: ${result.kind === "error" ? result.message : "another type"}`);
}

function refusalOf(code: number, text: string): KubeError {
  const result = parseJson(text);
  const status = result.kind === "value" && isPlainObject(result.value) ? result.value : {};
  const { reason, message } = status as { readonly reason?: Value; readonly message?: Value };
  return new KubeError(code, typeof reason === "string" ? reason : "", typeof message === "string" ? message : text.slice(0, 500));
}

function queryText(query: KubeRequest["query"]): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return given.length === 0 ? "" : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}

async function credentialsOf(config: KubeConfig): Promise<RequestOptions & { servername?: string }> {
  const options: RequestOptions & { servername?: string; agent?: Agent } = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

function authorizationOf(options: RequestOptions): string | undefined {
  const headers = (options.headers ?? {}) as Readonly<Record<string, string>>;
  if (headers["Authorization"] !== undefined) return headers["Authorization"];
  return options.auth ? `Basic ${Buffer.from(options.auth).toString("base64")}` : undefined;
}

/** Loads the kubeconfig: a named file, the pod's own service account, or the user's default; undefined when there is none. */
export async function loadKubeConfig(file: string | undefined): Promise<KubeConfig | undefined> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (file !== undefined && file !== "") {
    config.loadFromString(readFileSync(file, "utf8"));
    return config;
  }
  if (process.env["KUBERNETES_SERVICE_HOST"] !== undefined) {
    config.loadFromCluster();
    return config;
  }
  if (process.env["KUBECONFIG"] === undefined) return undefined;
  config.loadFromDefault();
  return config;
}
