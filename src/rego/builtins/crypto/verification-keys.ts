/**
 * Finds the keys a token may be verified with in what a policy gives: a PEM certificate, a PEM public key, a JWK or a set of them.
 */
import type { Buffer } from "node:buffer";
import type { KeyObject } from "node:crypto";
import { toBinary } from "../../text/bytes.ts";
import { readCertificate } from "./certificate.ts";
import { CryptoError } from "./encoded.ts";
import { type Jwk, parseJwks, privateKeyOf, publicKeyOf } from "./jwk.ts";
import { decodePem, type PemBlock } from "./pem.ts";
import { readPkixPublicKey } from "./public-key.ts";
import { algorithmOf, type VerificationKey } from "./signature.ts";

/** A key with what is known about its use. */
export interface CandidateKey {
  /** Algorithm it is meant for; "" = any. */
  readonly alg: string;
  readonly kid: string;
  readonly key: VerificationKey | undefined;
  /** It came with its private half, which the verification by one algorithm does not accept. */
  readonly isPrivate: boolean;
}

/** Reads the keys in a text. */
export function readVerificationKeys(text: string): readonly CandidateKey[] {
  const block = decodePem(toBinary(text));
  if (block !== undefined) return [{ alg: "", kid: "", key: keyOfBlock(block), isPrivate: false }];
  let keys: readonly Jwk[];
  try {
    keys = parseJwks(text);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(`failed to parse a JWK key (set): jwk.ParseString: failed to parse string: ${error.message}`);
  }
  return keys
    .filter(({ alg }) => alg === "" || algorithmOf(alg) !== undefined)
    .map((jwk) => ({ alg: jwk.alg, kid: jwk.kid, key: exported(jwk), isPrivate: jwk.kind.endsWith("PrivateKey") }));
}

function exported(jwk: Jwk): Buffer | KeyObject | undefined {
  if (jwk.kind === "symmetricKey") return jwk.bytes.get("k");
  if (jwk.kind.endsWith("PrivateKey") && privateKeyOf(jwk) === undefined) return undefined;
  return publicKeyOf(jwk);
}

function keyOfBlock({ type, bytes, rest }: PemBlock): KeyObject | undefined {
  if (rest.length > 0) throw new CryptoError("extra data after a PEM certificate block");
  if (type === "CERTIFICATE") return explained("failed to parse a PEM certificate", () => readCertificate(bytes).publicKey.node);
  if (type === "PUBLIC KEY") return explained("failed to parse a PEM public key", () => readPkixPublicKey(bytes).node);
  throw new CryptoError("failed to extract a Key from the PEM certificate");
}

function explained<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CryptoError ? new CryptoError(`${what}: ${error.message}`) : error;
  }
}
