/** Signs tokens: `io.jwt.encode_sign` and its raw form (https://www.openpolicyagent.org/docs/latest/policy-reference/#tokensign). */
import { Buffer } from "node:buffer";
import { toUtf8Bytes } from "../../text/bytes.ts";
import { parseJson } from "../../values/json.ts";
import { isPlainObject } from "../../values/object.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import type { Value } from "../../values/value.ts";
import { CryptoError } from "./encoded.ts";
import { fastJsonProblem } from "./fast-json.ts";
import { type Jwk, parseJwks, privateKeyOf } from "./jwk.ts";
import { algorithmOf, signWith, type VerificationKey } from "./signature.ts";

/** Returns the compact form of a token; headers and payload are signed byte for byte as given. */
export function signToken(headers: string, payload: string, jwk: string): string {
  const keys = parseJwks(jwk);
  const [key] = keys;
  if (key === undefined) throw new CryptoError("no keys found in JWK set");
  const alg = readHeaderText(headers, "alg");
  if (typeof alg !== "string") throw new CryptoError(`missing or invalid 'alg' header: ${alg.message}`);
  const algorithm = algorithmOf(alg);
  if (algorithm === undefined) throw new CryptoError(`unknown JWS algorithm: ${alg}`);
  const typ = readHeaderText(headers, "typ");
  if ((typeof typ !== "string" || typ === "JWT") && parseJson(payload).kind === "error") {
    throw new CryptoError("type is JWT but payload is not JSON");
  }
  const signed = `${encode(headers)}.${encode(payload)}`;
  const signature = signWith(alg, signingKey(key, algorithm.family), Buffer.from(signed));
  return `${signed}.${(signature ?? Buffer.alloc(0)).toString("base64url")}`;
}

function encode(text: string): string {
  return Buffer.from(toUtf8Bytes(text)).toString("base64url");
}

function readHeaderText(headers: string, name: string): string | CryptoError {
  const read = parseJson(headers);
  const problem = read.kind === "error" ? fastJsonProblem(headers) : undefined;
  if (problem !== undefined) return new CryptoError(problem);
  const value = read.kind === "value" && isPlainObject(read.value) && Object.hasOwn(read.value, name) ? read.value[name] : undefined;
  if (value === undefined) return new CryptoError(`jwsbb: header "${name}" not found`);
  return typeof value === "string" ? value : new CryptoError(`value doesn't contain string; it contains ${kindOf(value)}`);
}

function kindOf(value: Value): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" || value instanceof RegoNumber) return "number";
  return Array.isArray(value) ? "array" : "object";
}

// What the library asks for, by family of algorithms, and how it names it in two places.
const WANTED: Readonly<Record<string, readonly [kind: string, required: string, produced: string]>> = {
  hmac: ["symmetricKey", "[]byte", "keyconv: failed to produce []byte"],
  pkcs1: ["rsaPrivateKey", "*rsa.PrivateKey", "failed to produce rsa.PrivateKey"],
  pss: ["rsaPrivateKey", "*rsa.PrivateKey", "failed to produce rsa.PrivateKey"],
  ecdsa: ["ecdsaPrivateKey", "*ecdsa.PrivateKey", "keyconv: failed to produce ecdsa.PrivateKey"],
  eddsa: ["okpPrivateKey", "ed25519.PrivateKey", "keyconv: failed to produce ed25519.PrivateKey"],
};

function signingKey(jwk: Jwk, family: string): VerificationKey {
  const [kind, required, produced] = WANTED[family] ?? ["", "", ""];
  const key = jwk.kind === "symmetricKey" ? jwk.bytes.get("k") : privateKeyOf(jwk);
  if (jwk.kind === kind && key !== undefined) return key;
  const type = `*jwk.${jwk.kind}`;
  throw new CryptoError(
    `jwsbb.Sign: invalid key type ${type}. ${required} is required: ${produced} from ${type}: ` +
      `jwk.Export: no suitable exporter found for key type '${type}'`,
  );
}
