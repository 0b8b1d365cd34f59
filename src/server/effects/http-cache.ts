/**
 * Answers of `http.send` kept between queries, by the rules of OPA's inter-query cache: `Cache-Control`, `Expires`, validators, and a time that
 * a policy forces (https://www.openpolicyagent.org/docs/latest/policy-reference/#http-send-caching).
 */
import type { HttpResponse } from "../../rego/index.ts";

/** A kept response. */
export interface KeptResponse {
  readonly response: HttpResponse;
  readonly expiresMillis: number;
}

const MAX_BYTES = 64 * 1024 * 1024;
const KEPT_CODES = new Set([200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501]);
const MAX_AGE_SECONDS = 2 ** 31 - 1;

/** Keeps responses; the oldest go when they are too many bytes. */
export class HttpAnswerCache {
  readonly #kept = new Map<string, KeptResponse>();
  #bytes = 0;

  get(key: string): KeptResponse | undefined {
    return this.#kept.get(key);
  }

  put(key: string, kept: KeptResponse): void {
    this.delete(key);
    if (sizeOf(key, kept) > MAX_BYTES) return;
    this.#kept.set(key, kept);
    this.#bytes += sizeOf(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_BYTES) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#bytes -= sizeOf(key, kept);
    this.#kept.delete(key);
  }
}

function sizeOf(key: string, { response }: KeptResponse): number {
  return key.length + response.body.length + response.headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

/** Returns until when a response may be used; undefined = it may not be kept at all. */
export function expiryOf(response: HttpResponse, forceSeconds: number, nowMillis: number): number | undefined {
  if (!KEPT_CODES.has(response.statusCode)) return undefined;
  if (forceSeconds > 0) return nowMillis + forceSeconds * 1000;
  if (directivesOf(response).has("no-store")) return undefined;
  return expiryFromHeaders(response);
}

/** Returns the headers with which to ask whether a kept response is still good; undefined = it cannot be asked. */
export function validatorsOf(response: HttpResponse): readonly (readonly [string, string])[] | undefined {
  const etag = headerOf(response, "etag");
  const modified = headerOf(response, "last-modified");
  if (etag === "" && modified === "") return undefined;
  const validators: (readonly [string, string])[] = [];
  if (etag !== "") validators.push(["If-None-Match", etag]);
  if (modified !== "") validators.push(["If-Modified-Since", modified]);
  return validators;
}

/** Returns a kept response with the headers that a `304 Not Modified` brought, and until when it is good now. */
export function renewed(kept: HttpResponse, notModified: HttpResponse, forceSeconds: number, nowMillis: number): KeptResponse | undefined {
  const names = new Set(notModified.headers.map(([name]) => name.toLowerCase()));
  const headers = [...kept.headers.filter(([name]) => !names.has(name.toLowerCase())), ...notModified.headers];
  const expiresMillis = forceSeconds > 0 ? nowMillis + forceSeconds * 1000 : expiryFromHeaders(notModified);
  return expiresMillis === undefined ? undefined : { response: { ...kept, headers }, expiresMillis };
}

// An answer without any hint expires at once, but is kept: its validators may save the transfer.
function expiryFromHeaders(response: HttpResponse): number | undefined {
  const maxAge = directivesOf(response).get("max-age");
  if (maxAge === undefined) {
    const expires = Date.parse(headerOf(response, "expires"));
    return Number.isNaN(expires) ? 0 : expires;
  }
  const date = Date.parse(headerOf(response, "date"));
  if (!/^[0-9]+$/.test(maxAge) || Number.isNaN(date)) return undefined;
  return date + Math.min(Number(maxAge), MAX_AGE_SECONDS) * 1000;
}

function directivesOf(response: HttpResponse): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of headerOf(response, "cache-control").split(",")) {
    const items = part.trim().split("=");
    if (items[0] !== undefined && items[0] !== "" && items.length <= 2) found.set(items[0].trim(), items[1] ?? "");
  }
  return found;
}

function headerOf({ headers }: HttpResponse, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
}
