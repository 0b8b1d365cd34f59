/** Reads private keys in PKCS #1, PKCS #8 and SEC 1 form, with Go's error texts, and gives their JSON in Go's and in JWK form. */
import { Buffer } from "node:buffer";
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { PlainObject, Value } from "../../values/value.ts";
import { checkAsn1, EC_PRIVATE_KEY, OCTETS, PKCS1_PRIVATE_KEY, PKCS8, type Shape } from "./asn1.ts";
import { DerReader, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";
import { bigNumber } from "./public-key.ts";
import { rsaKeyOf } from "./rsa-key.ts";

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

const SHAPES: Readonly<Record<Form, Shape>> = { pkcs1: PKCS1_PRIVATE_KEY, pkcs8: PKCS8, sec1: EC_PRIVATE_KEY };

/** The other forms, in the order in which Go tries them. */
const OTHER_FORMS: Readonly<Record<Form, readonly Form[]>> = {
  pkcs1: ["sec1", "pkcs8"],
  pkcs8: ["sec1", "pkcs1"],
  sec1: ["pkcs8", "pkcs1"],
};

function read(form: Form, der: Buffer, curve?: string): PrivateKey {
  const checked = checkAsn1(der, SHAPES[form]);
  if ("fault" in checked) {
    const actual = OTHER_FORMS[form].find((other) => "rest" in checkAsn1(der, SHAPES[other]));
    if (actual !== undefined)
      throw new CryptoError(`x509: failed to parse private key (use ${FORM_NAMES[actual]} instead for this key format)`);
    throw new CryptoError(form === "sec1" ? `x509: failed to parse EC private key: ${checked.fault}` : checked.fault);
  }
  if (form === "pkcs1" && checked.rest > 0) throw new CryptoError("asn1: syntax error: trailing data");
  if (form === "pkcs1") return { kind: "rsa", node: rsaKeyOf(der) };
  return form === "sec1" ? ecKeyOf(der, curve) : embeddedKey(der);
}

function embeddedKey(der: Buffer): PrivateKey {
  const sequence = new DerReader(der).enter(TAG.sequence);
  sequence?.integer();
  const algorithm = sequence?.enter(TAG.sequence);
  const oid = algorithm?.oid()?.join(".") ?? "";
  const key = sequence?.body(TAG.octetString) ?? Buffer.alloc(0);
  switch (oid) {
    case "1.2.840.113549.1.1.1":
      return inside("RSA", () => read("pkcs1", key));
    case "1.2.840.10045.2.1":
      return inside("EC", () => read("sec1", key, algorithm?.oid()?.join(".")));
    case "1.3.101.112":
    case "1.3.101.110":
      return curveKeyOf(oid, algorithm?.isEmpty ?? true, key);
    default:
      throw new CryptoError(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${oid}`);
  }
}

function inside(kind: string, readKey: () => PrivateKey): PrivateKey {
  try {
    return readKey();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(`x509: failed to parse ${kind} private key embedded in PKCS#8: ${error.message}`);
  }
}

// Go works the public key out of the private one and does not look at what is written beside it.
function ecKeyOf(der: Buffer, named: string | undefined): PrivateKey {
  const sequence = new DerReader(der).enter(TAG.sequence);
  const version = sequence?.integer();
  if (version !== 1n) throw new CryptoError(`x509: unknown EC private key version ${version}`);
  const scalar = sequence?.body(TAG.octetString) ?? Buffer.alloc(0);
  const own = sequence?.peekTag() === 0xa0 ? sequence.enter(0xa0)?.oid()?.join(".") : undefined;
  const curve = PRIVATE_CURVES.get(named ?? own ?? "");
  if (curve === undefined) throw new CryptoError("x509: unknown elliptic curve");
  const significant = scalar.subarray(Math.max(0, scalar.length - curve.bytes));
  if (scalar.subarray(0, scalar.length - significant.length).some((byte) => byte !== 0))
    throw new CryptoError("x509: invalid private key length");
  const d = Buffer.concat([Buffer.alloc(curve.bytes - significant.length), significant]);
  try {
    const ecdh = createECDH(curve.name);
    ecdh.setPrivateKey(d);
    const point = ecdh.getPublicKey().subarray(1);
    const half = (from: number): string => point.subarray(from, from + curve.bytes).toString("base64url");
    const jwk = { kty: "EC", crv: curve.crv, d: d.toString("base64url"), x: half(0), y: half(curve.bytes) };
    return { kind: "ec", node: createPrivateKey({ key: jwk, format: "jwk" }) };
  } catch {
    throw new CryptoError("ecdsa: private key scalar not in the correct range");
  }
}

const PRIVATE_CURVES: ReadonlyMap<string, { readonly name: string; readonly crv: string; readonly bytes: number }> = new Map([
  ["1.2.840.10045.3.1.7", { name: "prime256v1", crv: "P-256", bytes: 32 }],
  ["1.3.132.0.34", { name: "secp384r1", crv: "P-384", bytes: 48 }],
  ["1.3.132.0.35", { name: "secp521r1", crv: "P-521", bytes: 66 }],
]);

function curveKeyOf(oid: string, hasNoParameters: boolean, key: Buffer): PrivateKey {
  const [kind, name] = oid === "1.3.101.112" ? (["ed25519", "Ed25519"] as const) : (["x25519", "X25519"] as const);
  if (!hasNoParameters) throw new CryptoError(`x509: invalid ${name} private key parameters`);
  const checked = checkAsn1(key, OCTETS);
  if ("fault" in checked) throw new CryptoError(`x509: invalid ${name} private key: ${checked.fault}`);
  const seed = new DerReader(key).body(TAG.octetString) ?? Buffer.alloc(0);
  if (seed.length !== 32)
    throw new CryptoError(
      kind === "ed25519" ? `x509: invalid ${name} private key length: ${seed.length}` : "crypto/ecdh: invalid private key size",
    );
  const front = Buffer.from(kind === "ed25519" ? "302e020100300506032b657004220420" : "302e020100300506032b656e04220420", "hex");
  return { kind, node: createPrivateKey({ key: Buffer.concat([front, seed]), format: "der", type: "pkcs8" }) };
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
