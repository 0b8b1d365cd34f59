/**
 * Signs and verifies by the algorithms of JSON Web Signatures (https://datatracker.ietf.org/doc/html/rfc7518#section-3). In: algorithm, key and
 * bytes; out: whether a signature is right, or a signature. Unusable keys never verify.
 */
import { Buffer } from "node:buffer";
import { constants, createHmac, type KeyObject, sign, timingSafeEqual, verify } from "node:crypto";

/** What an algorithm name stands for. */
interface Algorithm {
  readonly family: "hmac" | "pkcs1" | "pss" | "ecdsa" | "eddsa";
  readonly hash: string;
}

// biome-ignore format: table
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  ["HS256", { family: "hmac", hash: "sha256" }], ["HS384", { family: "hmac", hash: "sha384" }], ["HS512", { family: "hmac", hash: "sha512" }],
  ["RS256", { family: "pkcs1", hash: "sha256" }], ["RS384", { family: "pkcs1", hash: "sha384" }], ["RS512", { family: "pkcs1", hash: "sha512" }],
  ["PS256", { family: "pss", hash: "sha256" }], ["PS384", { family: "pss", hash: "sha384" }], ["PS512", { family: "pss", hash: "sha512" }],
  ["ES256", { family: "ecdsa", hash: "sha256" }], ["ES384", { family: "ecdsa", hash: "sha384" }], ["ES512", { family: "ecdsa", hash: "sha512" }],
  ["EdDSA", { family: "eddsa", hash: "" }],
]);

/** Returns an algorithm by its name. */
export function algorithmOf(name: string): Algorithm | undefined {
  return ALGORITHMS.get(name);
}

/** A key to verify with: bytes of a shared secret, or a public key. */
export type VerificationKey = Buffer | KeyObject;

/** How strict to be: the general verification wants signatures of the exact length and salts as long as the digest. */
export interface Strictness {
  readonly exact: boolean;
}

/** Tells whether a signature is right. */
export function isSignedBy(
  name: string,
  key: VerificationKey | undefined,
  message: { readonly text: Buffer; readonly signature: Buffer },
  { exact }: Strictness,
): boolean {
  const algorithm = ALGORITHMS.get(name);
  if (algorithm === undefined || key === undefined) return false;
  const { text, signature } = message;
  if (algorithm.family === "hmac") return Buffer.isBuffer(key) && hmacMatches(algorithm.hash, key, message);
  if (Buffer.isBuffer(key) || !fits(algorithm, key)) return false;
  try {
    switch (algorithm.family) {
      case "pkcs1":
        return verify(algorithm.hash, text, key, signature);
      case "pss":
        return verify(algorithm.hash, text, pss(key, exact), signature);
      case "ecdsa":
        return verifyEcdsa(algorithm.hash, key, message, exact);
      case "eddsa":
        return verify(null, text, key, signature);
    }
  } catch {
    return false;
  }
}

function hmacMatches(hash: string, key: Buffer, { text, signature }: { readonly text: Buffer; readonly signature: Buffer }): boolean {
  const expected = createHmac(hash, key).update(text).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

// Keys of less than 1024 bits are no keys to Go.
const MIN_RSA_BITS = 1024;

function fits({ family }: Algorithm, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  if (family === "ecdsa") return type === "ec";
  if (family === "eddsa") return type === "ed25519";
  return type === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
}

function pss(key: KeyObject, exact: boolean) {
  const saltLength = exact ? constants.RSA_PSS_SALTLEN_DIGEST : constants.RSA_PSS_SALTLEN_AUTO;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

const CURVE_BYTES: ReadonlyMap<string, number> = new Map([
  ["prime256v1", 32],
  ["secp384r1", 48],
  ["secp521r1", 66],
]);

function verifyEcdsa(
  hash: string,
  key: KeyObject,
  { text, signature }: { readonly text: Buffer; readonly signature: Buffer },
  exact: boolean,
): boolean {
  const bytes = CURVE_BYTES.get(key.asymmetricKeyDetails?.namedCurve ?? "") ?? 0;
  if (exact && signature.length !== 2 * bytes) return false;
  // Each half is a number, whatever its length.
  const half = Math.floor(signature.length / 2);
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map(derInteger);
  if (numbers.some((number) => number.length > 2 + 1 + bytes)) return false;
  const body = Buffer.concat(numbers);
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return verify(hash, text, { key, dsaEncoding: "der" }, Buffer.concat([Buffer.from([0x30, ...length]), body]));
}

function derInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.length === 0 ? Buffer.from([0]) : bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, digits.length + sign.length, ...sign]), digits]);
}

/** Signs some bytes; the key has been checked to fit the algorithm. */
export function signWith(name: string, key: VerificationKey, text: Buffer): Buffer | undefined {
  const algorithm = ALGORITHMS.get(name);
  if (algorithm === undefined) return undefined;
  if (Buffer.isBuffer(key)) return createHmac(algorithm.hash, key).update(text).digest();
  switch (algorithm.family) {
    case "pkcs1":
      return sign(algorithm.hash, text, key);
    case "pss":
      return sign(algorithm.hash, text, pss(key, true));
    case "ecdsa":
      return sign(algorithm.hash, text, { key, dsaEncoding: "ieee-p1363" });
    default:
      return sign(null, text, key);
  }
}
