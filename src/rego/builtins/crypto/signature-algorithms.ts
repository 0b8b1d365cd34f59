/** The signature algorithms of certificates: Go's numbers for them, and how to verify with them. */
import type { Buffer } from "node:buffer";
import { constants, type KeyObject, verify } from "node:crypto";
import { DerReader, TAG } from "./der.ts";
import type { AlgorithmId } from "./public-key.ts";

interface SignatureAlgorithm {
  readonly number: number;
  readonly hash: string | null;
  readonly key: "rsa" | "ec" | "ed25519" | "dsa";
}

// biome-ignore format: table
const ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ["1.2.840.113549.1.1.2", { number: 1, hash: "md2", key: "rsa" }], ["1.2.840.113549.1.1.4", { number: 2, hash: "md5", key: "rsa" }],
  ["1.2.840.113549.1.1.5", { number: 3, hash: "sha1", key: "rsa" }], ["1.3.14.3.2.29", { number: 3, hash: "sha1", key: "rsa" }],
  ["1.2.840.113549.1.1.11", { number: 4, hash: "sha256", key: "rsa" }], ["1.2.840.113549.1.1.12", { number: 5, hash: "sha384", key: "rsa" }],
  ["1.2.840.113549.1.1.13", { number: 6, hash: "sha512", key: "rsa" }],
  ["1.2.840.10040.4.3", { number: 7, hash: "sha1", key: "dsa" }], ["2.16.840.1.101.3.4.3.2", { number: 8, hash: "sha256", key: "dsa" }],
  ["1.2.840.10045.4.1", { number: 9, hash: "sha1", key: "ec" }], ["1.2.840.10045.4.3.2", { number: 10, hash: "sha256", key: "ec" }],
  ["1.2.840.10045.4.3.3", { number: 11, hash: "sha384", key: "ec" }], ["1.2.840.10045.4.3.4", { number: 12, hash: "sha512", key: "ec" }],
  ["1.3.101.112", { number: 16, hash: null, key: "ed25519" }],
]);

const PSS_OID = "1.2.840.113549.1.1.10";
const PSS_HASHES: ReadonlyMap<string, { readonly number: number; readonly hash: string; readonly salt: bigint }> = new Map([
  ["2.16.840.1.101.3.4.2.1", { number: 13, hash: "sha256", salt: 32n }],
  ["2.16.840.1.101.3.4.2.2", { number: 14, hash: "sha384", salt: 48n }],
  ["2.16.840.1.101.3.4.2.3", { number: 15, hash: "sha512", salt: 64n }],
]);

// RSA-PSS says its digest in its parameters; only digest, mask and salt that belong together count.
function readPss(parameters: Buffer): { readonly number: number; readonly hash: string } | undefined {
  const sequence = new DerReader(parameters).enter(TAG.sequence);
  const digest = sequence?.enter(0xa0)?.enter(TAG.sequence)?.oid()?.join(".");
  const known = digest === undefined ? undefined : PSS_HASHES.get(digest);
  const mask = sequence?.enter(0xa1)?.enter(TAG.sequence);
  const isMgf1 = mask?.oid()?.join(".") === "1.2.840.113549.1.1.8";
  const maskDigest = mask?.enter(TAG.sequence)?.oid()?.join(".");
  const salt = sequence?.enter(0xa2)?.integer();
  return known !== undefined && isMgf1 && maskDigest === digest && salt === known.salt ? known : undefined;
}

/** Returns Go's number of a signature algorithm; 0 = unknown. */
export function signatureAlgorithmNumber({ oid, parameters }: AlgorithmId): number {
  if (oid === PSS_OID) return readPss(parameters)?.number ?? 0;
  return ALGORITHMS.get(oid)?.number ?? 0;
}

const INSECURE: ReadonlySet<string | null> = new Set(["md2", "md5", "sha1"]);

/** Tells whether bytes were signed with a key; digests that Go holds for broken never verify. */
export function isSignedWith(
  algorithm: AlgorithmId,
  key: KeyObject,
  signed: { readonly bytes: Buffer; readonly signature: Buffer },
): boolean {
  try {
    if (algorithm.oid === PSS_OID) {
      const pss = readPss(algorithm.parameters);
      if (pss === undefined || key.asymmetricKeyType !== "rsa") return false;
      const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
      return verify(pss.hash, signed.bytes, options, signed.signature);
    }
    const known = ALGORITHMS.get(algorithm.oid);
    if (known === undefined || INSECURE.has(known.hash) || known.key === "dsa" || key.asymmetricKeyType !== known.key) return false;
    return verify(known.hash, signed.bytes, key, signed.signature);
  } catch {
    return false;
  }
}
