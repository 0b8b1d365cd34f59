/**
 * Performs what `http.send` asks (https://www.openpolicyagent.org/docs/latest/policy-reference/#http). In: the request a policy wrote and the
 * hosts it may reach; out: the response as a value, or an Error whose name tells network failures from others.
 */
import {
  type HttpRequest,
  type HttpResponse,
  httpResponseValue,
  isPlainObject,
  type OutsideRequest,
  type PlainObject,
  readHttpRequest,
  type Value,
} from "../../rego/index.ts";
import { expiryOf, HttpAnswerCache, renewed, validatorsOf } from "./http-cache.ts";
import { type AllowedHosts, ExchangeError, exchange } from "./http-exchange.ts";

const NOT_MODIFIED = 304;
const OK = 200;

const answers = new HttpAnswerCache();

/** Answers one request; `cache` holds answers between queries. */
export async function performHttpSend({ operands }: OutsideRequest, cache = answers): Promise<Value | Error> {
  const [request = null, hosts = null] = operands;
  if (!isPlainObject(request)) return new Error("the request must be an object with string keys");
  const allowedHosts = Array.isArray(hosts) ? (hosts as readonly string[]) : undefined;
  try {
    const read = readHttpRequest(request, allowedHosts);
    const response = await responseFor(request, read, allowedHosts, cache);
    return httpResponseValue(response, { forceJson: read.forceJson, forceYaml: read.forceYaml });
  } catch (error) {
    return errorFor(error, request);
  }
}

// A policy that wants errors as values sees Go's own text of a timeout.
function errorFor(error: unknown, request: PlainObject): Error {
  if (error instanceof ExchangeError) {
    if (!error.timedOut || request["raise_error"] === false) return error;
    return new Error(error.message.replace(/^(\w*) "(.*)": .*$/s, "$1 $2: request timed out"));
  }
  const internal = new Error(error instanceof Error ? error.message : String(error));
  internal.name = "HttpInternalError";
  return internal;
}

async function responseFor(
  request: PlainObject,
  read: HttpRequest,
  allowedHosts: AllowedHosts,
  cache: HttpAnswerCache,
): Promise<HttpResponse> {
  if (!read.cache.use) return await exchange(read, allowedHosts);
  const { cacheKey } = read;
  const { forceSeconds } = read.cache;
  const kept = cache.get(cacheKey);
  if (kept !== undefined) {
    if (Date.now() < kept.expiresMillis) return kept.response;
    cache.delete(cacheKey);
    const validators = validatorsOf(kept.response);
    if (validators !== undefined) {
      const response = await exchange({ ...read, headers: [...read.headers, ...validators] }, allowedHosts);
      if (response.statusCode === NOT_MODIFIED) {
        const next = renewed(kept.response, response, forceSeconds, Date.now());
        if (next !== undefined) cache.put(cacheKey, next);
        return next?.response ?? kept.response;
      }
      if (response.statusCode === OK) return keep(request, read, response, cache);
    }
  }
  return keep(request, read, await exchange(read, allowedHosts), cache);
}

function keep(
  request: PlainObject,
  { cache: { forceSeconds }, cacheKey }: HttpRequest,
  response: HttpResponse,
  cache: HttpAnswerCache,
): HttpResponse {
  const mode = request["caching_mode"] ?? "serialized";
  const expiresMillis = mode === "serialized" || mode === "deserialized" ? expiryOf(response, forceSeconds, Date.now()) : undefined;
  if (expiresMillis !== undefined) cache.put(cacheKey, { response, expiresMillis });
  return response;
}
