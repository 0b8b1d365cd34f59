/** Reads private keys in PKCS #1, PKCS #8 and SEC 1 form, with Go's error texts, and gives their JSON in Go's and in JWK form. */
import { Buffer } from "node:buffer";
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { PlainObject, Value } from "../../values/value.ts";
import { DerReader, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";
import { bigNumber } from "./public-key.ts";

/** A private key. */
export interface PrivateKey {
  readonly kind: "rsa" | "ec" | "ed25519" | "x25519";
  readonly node: KeyObject;
}

type Form = "pkcs1" | "pkcs8" | "sec1";

/** Reads a key in the form that its PEM type names. */
export function readPrivateKey(type: string, der: Buffer): PrivateKey | undefined {
  if (type === "RSA PRIVATE KEY") return read("pkcs1", der);
  if (type === "PRIVATE KEY") return read("pkcs8", der);
  return type === "EC PRIVATE KEY" ? read("sec1", der) : undefined;
}

/** Reads a key in whatever form it has. */
export function readAnyPrivateKey(der: Buffer): PrivateKey | undefined {
  for (const form of ["pkcs1", "pkcs8", "sec1"] as const) {
    try {
      return read(form, der);
    } catch {
      // Try the next form.
    }
  }
  return undefined;
}

const FORM_NAMES: Readonly<Record<Form, string>> = {
  pkcs1: "ParsePKCS1PrivateKey",
  pkcs8: "ParsePKCS8PrivateKey",
  sec1: "ParseECPrivateKey",
};

function read(form: Form, der: Buffer): PrivateKey {
  const actual = formOf(der);
  if (actual !== undefined && actual !== form) {
    throw new CryptoError(`x509: failed to parse private key (use ${FORM_NAMES[actual]} instead for this key format)`);
  }
  if (actual === undefined)
    throw new CryptoError(form === "sec1" ? `x509: failed to parse EC private key: ${asn1Problem(der)}` : asn1Problem(der));
  const embedded = form === "pkcs8" ? embeddedIn(der) : undefined;
  try {
    const primes = form === "pkcs1" ? rsaNumbers(der) : embedded?.kind === "RSA" ? rsaNumbers(embedded.key) : undefined;
    if (primes !== undefined) checkRsa(primes);
    const node = createPrivateKey({ key: der, format: "der", type: form });
    const kind = node.asymmetricKeyType;
    if (kind === "ec") return { kind, node: withOwnPublicKey(node) };
    if (kind === "rsa" || kind === "ed25519" || kind === "x25519") return { kind, node };
    throw new CryptoError("x509: PKCS#8 wrapping contained private key with unknown algorithm");
  } catch (error) {
    const message = error instanceof CryptoError ? error.message : "invalid private key";
    throw new CryptoError(
      embedded === undefined ? message : `x509: failed to parse ${embedded.kind} private key embedded in PKCS#8: ${message}`,
    );
  }
}

// Go works the public key out of the private one and does not look at what is written beside it.
function withOwnPublicKey(node: KeyObject): KeyObject {
  const jwk = jwkOf(node);
  const ecdh = createECDH(node.asymmetricKeyDetails?.namedCurve ?? "");
  ecdh.setPrivateKey(Buffer.from(jwk["d"] ?? "", "base64url"));
  const point = ecdh.getPublicKey().subarray(1);
  const half = point.length / 2;
  const own = { x: point.subarray(0, half).toString("base64url"), y: point.subarray(half).toString("base64url") };
  return createPrivateKey({ key: { ...jwk, ...own }, format: "jwk" });
}

function formOf(der: Buffer): Form | undefined {
  const sequence = new DerReader(der).enter(TAG.sequence);
  if (sequence?.integer() === undefined) return undefined;
  const tag = sequence.peekTag();
  if (tag === TAG.integer) return "pkcs1";
  if (tag === TAG.sequence) return "pkcs8";
  return tag === TAG.octetString ? "sec1" : undefined;
}

function asn1Problem(der: Buffer): string {
  return der.length === 0 ? "asn1: syntax error: sequence truncated" : "asn1: syntax error: data truncated";
}

function embeddedIn(der: Buffer): { readonly kind: string; readonly key: Buffer } | undefined {
  const sequence = new DerReader(der).enter(TAG.sequence);
  sequence?.integer();
  const oid = sequence?.enter(TAG.sequence)?.oid()?.join(".");
  const key = sequence?.body(TAG.octetString);
  if (key === undefined) return undefined;
  if (oid === "1.2.840.113549.1.1.1") return { kind: "RSA", key };
  return oid === "1.2.840.10045.2.1" ? { kind: "EC", key } : undefined;
}

interface RsaNumbers {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qinv: bigint;
}

function rsaNumbers(der: Buffer): RsaNumbers | undefined {
  const sequence = new DerReader(der).enter(TAG.sequence);
  const numbers = Array.from({ length: 9 }, () => sequence?.integer());
  const [, n, e, d, p, q, dp, dq, qinv] = numbers;
  if (n === undefined || e === undefined || d === undefined || p === undefined || q === undefined) return undefined;
  return dp === undefined || dq === undefined || qinv === undefined ? undefined : { n, e, d, p, q, dp, dq, qinv };
}

function checkRsa({ n, d, p, q, dp, dq, qinv }: RsaNumbers): void {
  if ([n, d, p, q, dp, dq, qinv].some((value) => value <= 0n)) throw new CryptoError("x509: private key contains zero or negative value");
  if (p * q !== n) throw new CryptoError("crypto/rsa: p * q != n");
}

// JSON ---------------------------------------------------------------------------------------------------------------------------

function jwkOf(node: KeyObject): { readonly [field: string]: string } {
  return node.export({ format: "jwk" }) as { readonly [field: string]: string };
}

function numberOf(text: string | undefined): bigint {
  return BigInt(`0x${Buffer.from(text ?? "", "base64url").toString("hex") || "0"}`);
}

/** Returns a key as Go marshals it. */
export function goKeyJson({ kind, node }: PrivateKey): Value {
  const jwk = jwkOf(node);
  const big = (field: string): Value => bigNumber(numberOf(jwk[field]));
  if (kind === "rsa") {
    return {
      N: big("n"),
      E: big("e"),
      D: big("d"),
      Primes: [big("p"), big("q")],
      Precomputed: { Dp: big("dp"), Dq: big("dq"), Qinv: big("qi"), CRTValues: [] },
    };
  }
  if (kind === "ec") return { Curve: {}, X: big("x"), Y: big("y"), D: big("d") };
  const [d, x] = [Buffer.from(jwk["d"] ?? "", "base64url"), Buffer.from(jwk["x"] ?? "", "base64url")];
  return kind === "ed25519" ? Buffer.concat([d, x]).toString("base64") : {};
}

/** Returns a key as a JWK; numbers of RSA keys have no leading zeros. */
export function jwkJson({ kind, node }: PrivateKey): PlainObject {
  const jwk: { [field: string]: Value } = {};
  for (const [field, text] of Object.entries(jwkOf(node))) jwk[field] = kind === "rsa" && field !== "kty" ? withoutZeros(text) : text;
  return jwk;
}

function withoutZeros(text: string): string {
  const bytes = Buffer.from(text, "base64url");
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return bytes.subarray(start).toString("base64url");
}

/** Tells whether two keys belong together, by the bytes of their public halves. */
export function matchesPublicKey({ node }: PrivateKey, rawKeyInfo: Buffer): boolean {
  return createPublicKey(node).export({ format: "der", type: "spki" }).equals(rawKeyInfo);
}
