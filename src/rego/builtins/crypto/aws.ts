/**
 * The builtin `providers.aws.sign_req`: AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html)
 * over an `http.send` request, with the header rules of OPA (https://www.openpolicyagent.org/docs/latest/policy-reference/#providers.aws).
 */
import type { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { compareStrings } from "../../../base/compare-strings.ts";
import { toUtf8Bytes } from "../../text/bytes.ts";
import { civilTimeOf } from "../../text/calendar.ts";
import { escapedPath, parseUrl, type Url, UrlError } from "../../text/url.ts";
import { writeJson } from "../../values/json-write.ts";
import { int64Of } from "../../values/number.ts";
import { getKey, isObject, ObjectBuilder, setKey } from "../../values/object.ts";
import { termText } from "../../values/print.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import { RegoObject } from "../../values/rego-object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import type { BuiltinContext } from "../context.ts";
import type { Builtin, BuiltinResult } from "../define.ts";
import { define } from "../define.ts";
import { checkRequestKeys } from "../http-request.ts";
import { builtinError, operandError, operandTypeError } from "../operands.ts";

const NAME = "providers.aws.sign_req";
const REQUIRED = ["aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"];
// Proxies may change these on the way.
const UNSIGNED_HEADERS: ReadonlySet<string> = new Set(["authorization", "user-agent", "x-amzn-trace-id"]);

type RegoObjectValue = PlainObject | RegoObject;

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function signRequest(_: BuiltinContext, ...[request = null, config = null, time = null]: readonly Value[]): BuiltinResult {
  if (!isObject(request)) return operandTypeError(NAME, 1, request, ["object"]);
  if (!isObject(config)) return operandTypeError(NAME, 1, config, ["object"]);
  const wrong = checkConfig(config);
  if (wrong !== undefined) return wrong;
  if (typeof time !== "number" && !(time instanceof RegoNumber)) return operandTypeError(NAME, 1, time, ["number"]);
  const nanos = int64Of(time);
  if (nanos === undefined) return operandError(NAME, 3, "could not convert time_ns value into a unix timestamp");
  const keys = checkRequestKeys(request, 1);
  if (keys !== undefined) return operandError(NAME, 1, keys.message.replace(/^operand 1 /, ""));
  const headers = getKey(request, "headers") ?? {};
  if (!isObject(headers)) return operandTypeError(NAME, 0, headers, ["object"]);
  const untyped = ["url", "method"].filter((key) => typeof getKey(request, key) !== "string");
  if (untyped.length > 0)
    return operandError(NAME, 1, `invalid values for required request parameters(s): ${termText(RegoSet.of(untyped))}`);
  const url = parseUrl(textOf(getKey(request, "url")));
  if (url instanceof UrlError) return builtinError(NAME, url.message);
  const unsigned = getKey(config, "disable_payload_signing") ?? false;
  if (typeof unsigned !== "boolean") return operandError(NAME, 2, "invalid value for 'disable_payload_signing' in AWS config");
  const given = headersOf(headers);
  const signature = sign(
    { url, method: textOf(getKey(request, "method")), body: bodyOf(request), headers: given, unsigned },
    config,
    BigInt(nanos),
  );
  return withHeaders(request, { ...given, Authorization: signature.authorization, ...signature.headers });
}

function checkConfig(config: RegoObjectValue) {
  const missing = REQUIRED.filter((key) => getKey(config, key) === undefined);
  if (missing.length > 0) return operandError(NAME, 2, `missing required AWS config parameters(s): ${termText(RegoSet.of(missing))}`);
  const wrong = REQUIRED.filter((key) => typeof getKey(config, key) !== "string");
  if (wrong.length > 0)
    return operandError(NAME, 2, `invalid values for required AWS config parameters(s): ${termText(RegoSet.of(wrong))}`);
  return undefined;
}

// Names and values that are no strings count as empty.
function headersOf(headers: RegoObjectValue): { [name: string]: string } {
  const given: { [name: string]: Value } = {};
  if (headers instanceof RegoObject) for (const at of headers.order()) setKey(given, textOf(headers.keys[at]), textOf(headers.values[at]));
  else for (const name of Object.keys(headers)) setKey(given, name, textOf(headers[name]));
  return given as { [name: string]: string };
}

function bodyOf(request: RegoObjectValue): string {
  const raw = getKey(request, "raw_body");
  if (raw !== undefined) return textOf(raw);
  const body = getKey(request, "body");
  return body === undefined ? "" : writeJson(body);
}

function withHeaders(request: RegoObjectValue, headers: { readonly [name: string]: string }): Value {
  const signed = new ObjectBuilder();
  if (request instanceof RegoObject) for (const at of request.order()) signed.set(request.keys[at] ?? null, request.values[at] ?? null);
  else for (const key of Object.keys(request)) signed.set(key, request[key] ?? null);
  return signed.set("headers", headers).finish();
}

// Signing ------------------------------------------------------------------------------------------------------------------------

interface SignedParts {
  readonly url: Url;
  readonly method: string;
  readonly body: string;
  readonly headers: { readonly [name: string]: string };
  readonly unsigned: boolean;
}

function sha256(text: string): string {
  return createHash("sha256").update(toUtf8Bytes(text)).digest("hex");
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(toUtf8Bytes(text)).digest();
}

function sign(
  parts: SignedParts,
  config: RegoObjectValue,
  nanos: bigint,
): { readonly authorization: string; readonly headers: { [name: string]: string } } {
  const [accessKey = "", region = "", secretKey = "", service = ""] = REQUIRED.map((key) => textOf(getKey(config, key)));
  const token = textOf(getKey(config, "aws_session_token"));
  const now = timestamp(nanos);
  const date = now.slice(0, 8);
  const contentHash = parts.unsigned ? "UNSIGNED-PAYLOAD" : sha256(parts.body);
  const headers: { [name: string]: string } = { host: parts.url.host, "x-amz-date": now };
  if (service === "s3" || service === "glacier") headers["x-amz-content-sha256"] = contentHash;
  if (token !== "") headers["x-amz-security-token"] = token;
  const toSign: { [name: string]: Value } = { ...headers };
  for (const [name, value] of Object.entries(parts.headers)) {
    if (!UNSIGNED_HEADERS.has(name.toLowerCase())) setKey(toSign, name.toLowerCase(), value);
  }
  const names = Object.keys(toSign).sort(compareStrings);
  const canonical = [
    parts.method,
    escapedPath(parts.url),
    parts.url.rawQuery,
    ...names.map((name) => `${name}:${textOf(toSign[name])}`),
    "",
    names.join(";"),
    contentHash,
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const signingKey = [date, region, service, "aws4_request"].reduce<Uint8Array>(
    (key, part) => hmac(key, part),
    toUtf8Bytes(`AWS4${secretKey}`),
  );
  const signature = hmac(signingKey, `AWS4-HMAC-SHA256\n${now}\n${scope}\n${sha256(canonical)}`).toString("hex");
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${names.join(";")},Signature=${signature}`,
    headers,
  };
}

/** Returns a time as `20240229T123456Z`. */
function timestamp(nanos: bigint): string {
  const billion = 1_000_000_000n;
  const seconds = (nanos - (((nanos % billion) + billion) % billion)) / billion;
  const { year, month, day, hour, minute, second } = civilTimeOf(Number(seconds));
  const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
  return `${pad(year, 4)}${pad(month)}${pad(day)}T${pad(hour)}${pad(minute)}${pad(second)}Z`;
}

/** Signing for AWS. */
export const aws: readonly Builtin[] = [
  define(
    NAME,
    "(request: object[string: any], aws_config: object[string: any], time_ns: number) => signed_request: object[any: any]",
    signRequest,
  ),
];
