/** Reads RSA private keys (https://datatracker.ietf.org/doc/html/rfc8017#appendix-A.1.2) and checks that their numbers belong together, as Go does. */
import { Buffer } from "node:buffer";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { DerReader, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";

interface RsaNumbers {
  readonly version: bigint;
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint | undefined;
  readonly dq: bigint | undefined;
  readonly qinv: bigint | undefined;
}

/** Returns the key in a well-formed element. */
export function rsaKeyOf(der: Buffer): KeyObject {
  const numbers = numbersOf(der);
  checkSigns(numbers);
  const { n, e, d, p, q } = numbers;
  const { dp, dq, qinv } = withRemainders(numbers);
  checkRsa({ ...numbers, dp, dq, qinv });
  const fields = { n, e, d, p, q, dp, dq, qi: qinv };
  const jwk = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, bytesOf(value).toString("base64url")]));
  return createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
}

// Where one of the three is missing none is looked at.
function withRemainders({ d, p, q, dp, dq, qinv }: RsaNumbers): { readonly dp: bigint; readonly dq: bigint; readonly qinv: bigint } {
  if (dp !== undefined && dq !== undefined && qinv !== undefined) return { dp, dq, qinv };
  if (p <= 1n || q <= 1n) throw new CryptoError("crypto/rsa: invalid prime");
  return { dp: d % (p - 1n), dq: d % (q - 1n), qinv: power(q % p, p - 2n, p) };
}

function numbersOf(der: Buffer): RsaNumbers {
  const sequence = new DerReader(der).enter(TAG.sequence);
  const [version, n, e, d, p, q] = Array.from({ length: 6 }, () => sequence?.integer());
  if (version === undefined || n === undefined || e === undefined || d === undefined || p === undefined || q === undefined)
    throw new CryptoError("asn1: syntax error: data truncated");
  const [dp, dq, qinv] = [0, 1, 2].map(() => sequence?.integer());
  return { version, n, e, d, p, q, dp, dq, qinv };
}

function checkSigns({ version, n, d, p, q, dp, dq, qinv }: RsaNumbers): void {
  if (version > 1n) throw new CryptoError("x509: unsupported private key version");
  if ([n, d, p, q, dp, dq, qinv].some((value) => value !== undefined && value <= 0n))
    throw new CryptoError("x509: private key contains zero or negative value");
}

function checkRsa({ n, e, d, p, q, dp, dq, qinv }: { readonly [K in keyof RsaNumbers]: bigint }): void {
  const refuse = (what: string): never => {
    throw new CryptoError(`crypto/rsa: ${what}`);
  };
  if (d >= n || qinv >= p) throw new CryptoError("input overflows the modulus");
  const bits = n.toString(2).length;
  if (bits < 1024) refuse(`${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`);
  if (n % 2n === 0n) refuse("modulus is even");
  if (e % 2n === 0n) refuse("public exponent is even");
  if (e < 2n) refuse("public exponent too small or negative");
  if (e > 2n ** 31n - 1n) refuse("public exponent too large");
  if (p >= n || q >= n || p <= 1n || q <= 1n) refuse("invalid prime");
  if ((p * q) % n !== 0n) refuse("p * q != n");
  if (dp >= p - 1n || (e * dp) % (p - 1n) !== 1n || dq >= q - 1n || (e * dq) % (q - 1n) !== 1n) refuse("invalid CRT exponent");
  if ((q * qinv) % p !== 1n) refuse("invalid CRT coefficient");
  if (d % (p - 1n) !== dp) refuse("d does not match dP");
  if (d % (q - 1n) !== dq) refuse("d does not match dQ");
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}
