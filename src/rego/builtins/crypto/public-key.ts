/** Reads public keys out of certificates, with Go's error texts, and gives their JSON (https://pkg.go.dev/crypto/x509#Certificate). */
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject } from "node:crypto";
import { numberFromText } from "../../values/number.ts";
import type { NumberValue, Value } from "../../values/value.ts";
import { checkAsn1, PKCS1_PUBLIC_KEY, PUBLIC_KEY_INFO } from "./asn1.ts";
import { DerReader, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";

/** An algorithm identifier: its object identifier in dots and the bytes of its parameters. */
export interface AlgorithmId {
  readonly oid: string;
  readonly parameters: Buffer;
}

/** A public key; `json` is null for algorithms that Go does not know. */
export interface PublicKey {
  /** RSA 1, DSA 2, ECDSA 3, Ed25519 4, else 0. */
  readonly algorithm: number;
  readonly json: Value;
  readonly node: KeyObject | undefined;
}

/** Returns a big integer as a number. */
export function bigNumber(value: bigint): NumberValue {
  return numberFromText(value.toString());
}

/** Reads an algorithm identifier. */
export function readAlgorithm(reader: DerReader): AlgorithmId {
  const oid = need(reader.oid(), "x509: malformed OID").join(".");
  if (reader.isEmpty) return { oid, parameters: Buffer.alloc(0) };
  return { oid, parameters: need(reader.any(), "x509: malformed parameters").raw };
}

/** Names of the curves by object identifier, and the bytes of their coordinates. */
const CURVES: ReadonlyMap<string, { readonly goName: string; readonly bytes: number }> = new Map([
  ["1.3.132.0.33", { goName: "P224", bytes: 28 }],
  ["1.2.840.10045.3.1.7", { goName: "P256", bytes: 32 }],
  ["1.3.132.0.34", { goName: "P384", bytes: 48 }],
  ["1.3.132.0.35", { goName: "P521", bytes: 66 }],
]);

/** Reads a SubjectPublicKeyInfo. */
export function readPublicKey(info: Buffer): PublicKey {
  const spki = need(new DerReader(info).enter(TAG.sequence), "x509: malformed spki");
  const algorithm = readAlgorithm(need(spki.enter(TAG.sequence), "x509: malformed public key algorithm identifier"));
  const data = need(spki.bits(), "x509: malformed subjectPublicKey");
  switch (algorithm.oid) {
    case "1.2.840.113549.1.1.1":
      return { algorithm: 1, json: rsaJson(algorithm, data), node: nodeKey(info) };
    case "1.2.840.10040.4.1":
      return { algorithm: 2, json: dsaJson(algorithm, data), node: nodeKey(info) };
    case "1.2.840.10045.2.1":
      return ecdsaKey(algorithm, data, info);
    case "1.3.101.112":
      if (algorithm.parameters.length > 0) throw new CryptoError("x509: Ed25519 key encoded with illegal parameters");
      if (data.length !== 32) throw new CryptoError("x509: wrong Ed25519 public key size");
      return { algorithm: 4, json: data.toString("base64"), node: nodeKey(info) };
    default:
      return { algorithm: 0, json: null, node: undefined };
  }
}

/** Reads a public key that stands by itself, of an algorithm that Go knows. */
export function readPkixPublicKey(der: Buffer): PublicKey {
  const checked = checkAsn1(der, PUBLIC_KEY_INFO);
  if ("fault" in checked) {
    if ("rest" in checkAsn1(der, PKCS1_PUBLIC_KEY))
      throw new CryptoError("x509: failed to parse public key (use ParsePKCS1PublicKey instead for this key format)");
    throw new CryptoError(checked.fault);
  }
  if (checked.rest > 0) throw new CryptoError("x509: trailing data after ASN.1 of public-key");
  const key = readPublicKey(der);
  if (key.algorithm === 0) throw new CryptoError("x509: unknown public key algorithm");
  return key;
}

function nodeKey(info: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: info, format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function rsaJson({ parameters }: AlgorithmId, data: Buffer): Value {
  if (!parameters.equals(Buffer.from([TAG.null, 0]))) throw new CryptoError("x509: RSA key missing NULL parameters");
  const key = need(new DerReader(data).enter(TAG.sequence), "x509: invalid RSA public key");
  const n = need(key.integer(), "x509: invalid RSA modulus");
  const e = need(key.integer(), "x509: invalid RSA public exponent");
  if (n <= 0n) throw new CryptoError("x509: RSA modulus is not a positive number");
  if (e >= 2n ** 63n) throw new CryptoError("x509: invalid RSA public exponent");
  if (e <= 0n) throw new CryptoError("x509: RSA public exponent is not a positive number");
  return { N: bigNumber(n), E: bigNumber(e) };
}

function dsaJson({ parameters }: AlgorithmId, data: Buffer): Value {
  const y = need(new DerReader(data).integer(), "x509: invalid DSA public key");
  const reader = need(new DerReader(parameters).enter(TAG.sequence), "x509: invalid DSA parameters");
  const [p, q, g] = [0, 1, 2].map(() => need(reader.integer(), "x509: invalid DSA parameters"));
  if (p === undefined || q === undefined || g === undefined || [y, p, q, g].some((value) => value <= 0n)) {
    throw new CryptoError("x509: zero or negative DSA parameter");
  }
  return { P: bigNumber(p), Q: bigNumber(q), G: bigNumber(g), Y: bigNumber(y) };
}

function ecdsaKey({ parameters }: AlgorithmId, data: Buffer, info: Buffer): PublicKey {
  const oid = need(new DerReader(parameters).oid(), "x509: invalid ECDSA parameters").join(".");
  const curve = need(CURVES.get(oid), "x509: unsupported elliptic curve");
  if (data[0] !== 4) throw new CryptoError("ecdsa: invalid uncompressed public key");
  if (data.length !== 1 + 2 * curve.bytes) throw new CryptoError(`invalid ${curve.goName} point encoding`);
  const node = nodeKey(info);
  if (node === undefined) throw new CryptoError(`${curve.goName} point not on curve`);
  const half = (from: number): NumberValue => bigNumber(BigInt(`0x${data.subarray(from, from + curve.bytes).toString("hex")}`));
  return { algorithm: 3, json: { Curve: {}, X: half(1), Y: half(1 + curve.bytes) }, node };
}
