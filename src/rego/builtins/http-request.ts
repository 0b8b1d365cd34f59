/**
 * Reads the request operand of `http.send` (https://www.openpolicyagent.org/docs/latest/policy-reference/#http). In: the object a policy wrote;
 * out: a request whose every field is checked, or OPA's error text. Nothing is sent here: the host does that with `readHttpRequest`.
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { parseDuration } from "../text/duration.ts";
import { quote } from "../text/quote.ts";
import { parseUrl, UrlError } from "../text/url.ts";
import { toJson } from "../values/json.ts";
import { writeJson } from "../values/json-write.ts";
import { int64Of } from "../values/number.ts";
import { getKey, isPlainObject } from "../values/object.ts";
import { termText } from "../values/print.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import { typeName } from "../values/type-name.ts";
import type { PlainObject, Value } from "../values/value.ts";

/** Where certificates and keys come from: in place, from a file, from an environment variable. */
export interface PemSource {
  readonly text: string;
  readonly file: string;
  readonly variable: string;
}

/** A request that can be sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly timeoutMillis: number;
  readonly followRedirects: boolean;
  readonly maxRetries: number;
  readonly forceJson: boolean;
  readonly forceYaml: boolean;
  /** Whether answers may be kept between queries, and for how long whatever the server says. */
  readonly cache: { readonly use: boolean; readonly forceSeconds: number };
  /** Equal for requests that may share an answer. */
  readonly cacheKey: string;
  readonly tls: {
    readonly insecure: boolean;
    readonly useSystemCertificates: boolean;
    readonly serverName: string;
    readonly ca: PemSource;
    readonly certificate: PemSource;
    readonly key: PemSource;
  };
}

/** Names of the fields a request may have. */
const REQUEST_KEYS: ReadonlySet<string> = new Set(
  [
    "method url body enable_redirect force_json_decode force_yaml_decode headers raw_body tls_use_system_certs tls_ca_cert tls_ca_cert_file",
    "tls_ca_cert_env_variable tls_client_cert tls_client_cert_file tls_client_cert_env_variable tls_client_key tls_client_key_file",
    "tls_client_key_env_variable tls_insecure_skip_verify tls_server_name timeout cache force_cache force_cache_duration_seconds raise_error",
    "caching_mode max_retry_attempts cache_ignored_headers",
  ].flatMap((line) => line.split(" ")),
);
const TEXT_KEYS = [
  "method",
  "raw_body",
  "tls_ca_cert",
  "tls_ca_cert_env_variable",
  "tls_ca_cert_file",
  "tls_client_cert",
  "tls_client_cert_env_variable",
  "tls_client_cert_file",
  "tls_client_key",
  "tls_client_key_env_variable",
  "tls_client_key_file",
  "tls_server_name",
  "url",
];
const DEFAULT_TIMEOUT_NANOS = 5_000_000_000n;

/** A request that cannot be sent; `isType` says that an operand is to blame. */
export class HttpRequestError extends Error {
  readonly isType: boolean;

  constructor(message: string, isType = false) {
    super(message);
    this.isType = isType;
  }
}

/** Checks that a request has the fields it needs and no others; `position` is the operand's. */
export function checkRequestKeys(request: PlainObject | RegoObject, position: number): HttpRequestError | undefined {
  const keys: readonly Value[] = request instanceof RegoObject ? request.keys : Object.keys(request);
  const unknown = keys.filter((key) => typeof key !== "string" || !REQUEST_KEYS.has(key));
  if (unknown.length > 0)
    return new HttpRequestError(`operand ${position} invalid request parameters(s): ${termText(RegoSet.of(unknown))}`, true);
  const missing = ["method", "url"].filter((key) => getKey(request, key) === undefined);
  if (missing.length === 0) return undefined;
  return new HttpRequestError(`operand ${position} missing required request parameters(s): ${termText(RegoSet.of(missing))}`, true);
}

/** Reads a request whose keys are checked; throws `HttpRequestError`. Hosts beside `allowedHosts` are refused when there is such a list. */
export function readHttpRequest(request: PlainObject, allowedHosts: readonly string[] | undefined): HttpRequest {
  const cache = readCache(request);
  const text = (key: string): string => trimQuotes(request[key]);
  for (const key of Object.keys(request).sort(compareStrings)) {
    if (TEXT_KEYS.includes(key) && typeof request[key] !== "string") throw new HttpRequestError(`${quote(key)} must be a string`);
    if (key === "url") checkHost(text(key), allowedHosts);
    else if (key === "headers" && !isPlainObject(toJson(request[key] ?? null) as Value)) {
      throw new HttpRequestError("invalid type for headers key");
    } else if (key === "timeout") readTimeout(request[key] ?? null);
    else if (SWITCHES.has(key)) readSwitch(request[key] ?? null);
  }
  const source = (name: string): PemSource => ({ text: text(name), file: text(`${name}_file`), variable: text(`${name}_env_variable`) });
  return {
    method: text("method").toUpperCase(),
    url: text("url"),
    headers: readHeaders(request),
    body: readBody(request),
    timeoutMillis: Number(request["timeout"] === undefined ? DEFAULT_TIMEOUT_NANOS : readTimeout(request["timeout"])) / 1_000_000,
    followRedirects: request["enable_redirect"] !== undefined && readSwitch(request["enable_redirect"]),
    maxRetries: readRetries(request),
    forceJson: readFlag(request, "force_json_decode"),
    forceYaml: readFlag(request, "force_yaml_decode"),
    cache,
    cacheKey: cacheKeyOf(request),
    tls: {
      insecure: request["tls_insecure_skip_verify"] !== undefined && readSwitch(request["tls_insecure_skip_verify"]),
      useSystemCertificates: request["tls_use_system_certs"] !== undefined && readSwitch(request["tls_use_system_certs"]),
      serverName: text("tls_server_name"),
      ca: source("tls_ca_cert"),
      certificate: source("tls_client_cert"),
      key: source("tls_client_key"),
    },
  };
}

function trimQuotes(value: Value | undefined): string {
  return typeof value === "string" ? value.replace(/^"+|"+$/g, "") : "";
}

function checkHost(url: string, allowedHosts: readonly string[] | undefined): void {
  if (allowedHosts === undefined) return;
  const parsed = parseUrl(url);
  if (parsed instanceof UrlError) throw new HttpRequestError(parsed.message);
  const host = parsed.host.split(":", 1)[0] ?? "";
  if (!allowedHosts.includes(host)) throw new HttpRequestError(`unallowed host: ${host}`);
}

// Go reads these with ParseBool from the value's text.
const SWITCHES: ReadonlySet<string> = new Set(["enable_redirect", "tls_insecure_skip_verify", "tls_use_system_certs"]);

function readSwitch(value: Value): boolean {
  const text = typeof value === "string" ? quote(value) : termText(value);
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  throw new HttpRequestError(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

function readFlag(request: PlainObject, key: string): boolean {
  const value = request[key];
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw new HttpRequestError(`invalid value for "${key}" field`);
  return value;
}

function readCache(request: PlainObject): HttpRequest["cache"] {
  const use = readFlag(request, "cache");
  if (!readFlag(request, "force_cache")) return { use, forceSeconds: 0 };
  const seconds = request["force_cache_duration_seconds"];
  if (seconds === undefined) {
    throw new HttpRequestError("'force_cache' set but 'force_cache_duration_seconds' parameter is missing");
  }
  const text = typeof seconds === "string" ? quote(seconds) : termText(seconds);
  if (!/^[-+]?[0-9]+$/.test(text)) throw new HttpRequestError(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  if (Math.abs(Number(text)) > 2 ** 31 - 1) throw new HttpRequestError(`strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  return { use: true, forceSeconds: Number(text) };
}

function readRetries(request: PlainObject): number {
  const value = request["max_retry_attempts"];
  if (value === undefined) return 0;
  const count = typeof value === "number" || value instanceof RegoNumber ? int64Of(value) : undefined;
  if (count === undefined || count < 0) {
    throw new HttpRequestError(
      `invalid value ${typeof value === "string" ? quote(value) : termText(value)} for field "max_retry_attempts"`,
    );
  }
  return Number(count);
}

function readTimeout(value: Value): bigint {
  if (typeof value === "number" || value instanceof RegoNumber) {
    const nanos = int64Of(value);
    if (nanos === undefined) throw new HttpRequestError(`invalid timeout number value ${termText(value)}, must be int64`);
    return BigInt(nanos);
  }
  if (typeof value !== "string") {
    throw new HttpRequestError(`operand 1 'timeout' must be one of {string, number} but got ${typeName(value)}`, true);
  }
  if (/^[-+]?[0-9]+$/.test(value)) return BigInt(value);
  const parsed = parseDuration(value);
  if (parsed.kind === "error") throw new HttpRequestError(`invalid timeout value ${quote(value)}: ${parsed.message}`);
  return parsed.nanos;
}

function readHeaders(request: PlainObject): HttpRequest["headers"] {
  const headers = toJson(request["headers"] ?? {}) as Value;
  if (!isPlainObject(headers)) throw new HttpRequestError("invalid type for headers key");
  return Object.entries(headers).map(([name, value]) => {
    if (typeof value !== "string") throw new HttpRequestError(`invalid type for headers value ${goQuoted(value)}`);
    return [name, value] as const;
  });
}

// Go's %q of a value that is no string.
function goQuoted(value: Value): string {
  if (value === null) return "%!q(<nil>)";
  if (typeof value === "boolean") return `%!q(bool=${value})`;
  if (typeof value === "number" || value instanceof RegoNumber) return quote(termText(value));
  return Array.isArray(value)
    ? `[${(value as readonly Value[]).map((item) => (typeof item === "string" ? quote(item) : goQuoted(item))).join(" ")}]`
    : "map[]";
}

function readBody(request: PlainObject): string {
  if (typeof request["raw_body"] === "string") return trimQuotes(request["raw_body"]);
  return request["body"] === undefined ? "" : writeJson(request["body"]);
}

// Headers that a request does not want to tell requests apart are left out.
function cacheKeyOf(request: PlainObject): string {
  const ignored = request["cache_ignored_headers"];
  const headers = toJson(request["headers"] ?? null) as Value;
  const key: { [field: string]: Value } = { ...request, cache_ignored_headers: null };
  if (ignored !== undefined && isPlainObject(headers)) {
    const names = ignored instanceof RegoSet ? ignored.items : Array.isArray(ignored) ? (ignored as readonly Value[]) : [];
    key["headers"] = Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
  }
  return writeJson(key);
}
