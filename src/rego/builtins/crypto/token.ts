/** Takes JSON Web Tokens apart (https://datatracker.ietf.org/doc/html/rfc7519#section-7.2) with OPA's error texts. */
import { Buffer } from "node:buffer";
import { compareStrings } from "../../../base/compare-strings.ts";
import { fromUtf8Bytes, toUtf8Bytes } from "../../text/bytes.ts";
import { parseJson } from "../../values/json.ts";
import { isPlainObject } from "../../values/object.ts";
import { typeName } from "../../values/type-name.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { CryptoError, decodeUrlPart } from "./encoded.ts";

/** A token's three parts, still encoded. */
export interface Token {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** Cuts a token. */
export function splitToken(value: Value): Token {
  if (typeof value !== "string") throw new CryptoError(`operand 1 must be string but got ${typeName(value)}`, true);
  if (!value.includes(".")) throw new CryptoError("encoded JWT had no period separators");
  const parts = value.split(".");
  if (parts.length !== 3) throw new CryptoError(`encoded JWT must have 3 sections, found ${parts.length}`);
  const [header = "", payload = "", signature = ""] = parts;
  return { header, payload, signature };
}

/** Returns what a token's signature signs. */
export function signedBytes({ header, payload }: Token): Buffer {
  return Buffer.from(toUtf8Bytes(`${header}.${payload}`));
}

/** Decodes the header. */
export function decodeHeader(token: Token): PlainObject {
  const text = decodeText(token.header, "JWT header had invalid encoding");
  let header: PlainObject;
  try {
    header = readObject(text);
  } catch (error) {
    throw error instanceof CryptoError ? new CryptoError(`bad JWT header: ${error.message}`) : error;
  }
  if (Object.hasOwn(header, "enc")) throw new CryptoError("JWT is a JWE object, which is not supported");
  return header;
}

/** Decodes a part to text; `what` begins the error. */
export function decodeText(part: string, what: string): string {
  try {
    return fromUtf8Bytes(decodeUrlPart(part));
  } catch (error) {
    throw error instanceof CryptoError ? new CryptoError(`${what}: ${error.message}`) : error;
  }
}

/** Reads a JSON object. */
export function readObject(text: string): PlainObject {
  const read = parseJson(text);
  if (read.kind === "error") throw new CryptoError(`invalid JSON: ${read.message}`);
  if (!isPlainObject(read.value)) throw new CryptoError("decoded JSON type was not an Object");
  return read.value;
}

/** The header fields that decide how a token is verified. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid: string;
  readonly cty: string;
  /** False when the algorithm is missing or a critical field is not understood. */
  readonly isValid: boolean;
}

const KNOWN: ReadonlySet<string> = new Set(["alg", "kid", "typ", "cty", "crit"]);

/** Checks the header's fields in order of their names. */
export function readHeader(header: PlainObject): TokenHeader {
  const texts: { [name: string]: string } = {};
  let critical: ReadonlySet<string> = new Set();
  const unknown: string[] = [];
  for (const name of Object.keys(header).sort(compareStrings)) {
    const value = header[name] ?? null;
    if (!KNOWN.has(name)) unknown.push(name);
    else if (name === "crit") critical = readCritical(value);
    else if (typeof value !== "string") throw new CryptoError(`${name}: must be a string`);
    else texts[name] = value;
  }
  const { alg = "", kid = "", cty = "" } = texts;
  return { alg, kid, cty, isValid: alg !== "" && !unknown.some((name) => critical.has(name)) };
}

// Reading stops at the first member that is no string.
function readCritical(value: Value): ReadonlySet<string> {
  if (!Array.isArray(value)) throw new CryptoError("crit: must be a list");
  const names = new Set<string>();
  for (const name of value as readonly Value[]) {
    if (typeof name !== "string") break;
    names.add(name);
  }
  if (names.size === 0) throw new CryptoError("crit: must be a nonempty list");
  return names;
}
