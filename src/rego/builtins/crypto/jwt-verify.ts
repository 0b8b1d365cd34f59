/** Verifies and decodes tokens against constraints: `io.jwt.decode_verify` (https://www.openpolicyagent.org/docs/latest/policy-reference/#tokens). */
import { Buffer } from "node:buffer";
import { compareStrings } from "../../../base/compare-strings.ts";
import { toUtf8Bytes } from "../../text/bytes.ts";
import { compareNumbers, numberFromText, textOfNumber } from "../../values/number.ts";
import { getKey, isPlainObject } from "../../values/object.ts";
import { termText } from "../../values/print.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import { RegoObject } from "../../values/rego-object.ts";
import type { NumberValue, PlainObject, Value } from "../../values/value.ts";
import { CryptoError, decodeUrlPart } from "./encoded.ts";
import { isSignedBy } from "./signature.ts";
import { decodeHeader, decodeText, readHeader, readObject, signedBytes, splitToken, type Token, type TokenHeader } from "./token.ts";
import { type CandidateKey, readVerificationKeys } from "./verification-keys.ts";

interface Constraints {
  readonly keys?: readonly CandidateKey[];
  readonly secret?: string;
  readonly alg?: string;
  readonly iss?: string;
  readonly aud?: string;
  /** Nanoseconds since 1970. */
  readonly time?: number;
}

const UNVERIFIED: Value = [false, {}, {}];

/** Returns `[true, header, payload]` of a token that meets the constraints, `[false, {}, {}]` of one that does not. */
export function decodeAndVerify(jwt: Value, options: PlainObject | RegoObject, nowNanos: bigint): Value {
  const constraints = readConstraints(options);
  const time = constraints.time ?? Number(nowNanos);
  const found = findVerified(jwt, constraints);
  if (found === undefined) return UNVERIFIED;
  return claimsHold(found.payload, constraints, time) ? [true, found.header, found.payload] : UNVERIFIED;
}

function readConstraints(options: PlainObject | RegoObject): Constraints {
  const keys =
    options instanceof RegoObject ? options.order().map((at) => options.keys[at] as Value) : Object.keys(options).sort(compareStrings);
  const read: { -readonly [K in keyof Constraints]: Constraints[K] } = {};
  for (const key of keys) {
    const value = getKey(options, key) ?? null;
    switch (key) {
      case "cert":
        if (typeof value !== "string") throw new CryptoError("cert constraint: must be a string");
        read.keys = readVerificationKeys(value);
        break;
      case "secret":
      case "alg":
      case "iss":
      case "aud":
        if (typeof value !== "string") throw new CryptoError(`${key} constraint: must be a string`);
        read[key] = value;
        break;
      case "time":
        read.time = readTime(value);
        break;
      default:
        throw new CryptoError(`unknown token validation constraint: ${typeof key === "string" ? key : termText(key)}`);
    }
  }
  const count = (read.keys === undefined ? 0 : 1) + (read.secret ? 1 : 0);
  if (count > 1) throw new CryptoError("duplicate key constraints");
  if (count < 1) throw new CryptoError("no key constraint");
  return read;
}

function readTime(value: Value): number {
  if (typeof value !== "number" && !(value instanceof RegoNumber)) throw new CryptoError("token time constraint: must be a number");
  const time = Number(textOfNumber(value));
  if (!Number.isFinite(time)) throw new CryptoError("token time constraint: unvalid float64");
  if (time < 0) throw new CryptoError("token time constraint: must not be negative");
  return time;
}

interface Verified {
  readonly header: PlainObject;
  readonly payload: PlainObject;
}

// A token whose content type is JWT holds another one, which is verified in turn.
function findVerified(jwt: Value, constraints: Constraints): Verified | undefined {
  for (let value = jwt; ; ) {
    const token = splitToken(value);
    const header = decodeHeader(token);
    const fields = readHeader(header);
    if (!fields.isValid || (constraints.alg && constraints.alg !== fields.alg)) return undefined;
    const signature = decodeUrlPart(token.signature);
    if (!isVerified(constraints, fields, token, signature)) return undefined;
    const payload = decodeText(token.payload, "JWT payload had invalid encoding");
    if (fields.cty.toLowerCase() !== "jwt") return { header, payload: readObject(payload) };
    value = payload;
  }
}

function isVerified({ keys, secret = "" }: Constraints, { kid, alg }: TokenHeader, token: Token, signature: Buffer): boolean {
  const message = { text: signedBytes(token), signature };
  if (keys === undefined) return isSignedBy(alg, Buffer.from(toUtf8Bytes(secret)), message, { exact: true });
  const named = kid === "" ? undefined : keys.find((key) => key.kid === kid);
  if (named !== undefined) return isSignedBy(alg, named.key, message, { exact: true });
  return keys.some((key) => (key.alg === "" || key.alg === alg) && isSignedBy(alg, key.key, message, { exact: true }));
}

// Claims -------------------------------------------------------------------------------------------------------------------------

function isNumber(value: Value): value is NumberValue {
  return typeof value === "number" || value instanceof RegoNumber;
}

function claim(payload: PlainObject, name: string): Value | undefined {
  return Object.hasOwn(payload, name) ? payload[name] : undefined;
}

function claimsHold(payload: PlainObject, { iss, aud }: Constraints, time: number): boolean {
  if (iss && claim(payload, "iss") !== iss) return false;
  const audience = claim(payload, "aud");
  if (audience === undefined ? Boolean(aud) : !audienceHolds(audience, aud ?? "")) return false;
  const now = numberFromText(String(time / 1_000_000_000));
  const expiry = claim(payload, "exp");
  if (expiry !== undefined) {
    if (!isNumber(expiry)) throw new CryptoError("exp value must be a number");
    if (compareNumbers(now, expiry) >= 0) return false;
  }
  const start = claim(payload, "nbf");
  if (start !== undefined) {
    if (!isNumber(start)) throw new CryptoError("nbf value must be a number");
    if (compareNumbers(now, start) < 0) return false;
  }
  return true;
}

function audienceHolds(audience: Value, wanted: string): boolean {
  if (Array.isArray(audience)) return (audience as readonly Value[]).includes(wanted);
  return !isPlainObject(audience) && audience === wanted;
}
