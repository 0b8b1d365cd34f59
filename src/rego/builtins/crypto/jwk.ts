/**
 * Reads JSON Web Keys and sets of them (https://datatracker.ietf.org/doc/html/rfc7517) the way the jwx library under OPA does, with its error
 * texts. In: JSON text; out: keys with their fields as bytes, and Node's key objects made of them on demand.
 */
import type { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type JsonWebKeyInput, type KeyObject } from "node:crypto";
import { quote } from "../../text/quote.ts";
import { parseJson } from "../../values/json.ts";
import { readJsonPrefix } from "../../values/json-read.ts";
import { isPlainObject } from "../../values/object.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { CryptoError, decodeGuessing } from "./encoded.ts";

/** The kinds of keys, named as the library names their types. */
type JwkKind = "rsaPublicKey" | "rsaPrivateKey" | "ecdsaPublicKey" | "ecdsaPrivateKey" | "okpPublicKey" | "okpPrivateKey" | "symmetricKey";

/** A key as it was written. */
export interface Jwk {
  readonly kind: JwkKind;
  readonly alg: string;
  readonly kid: string;
  readonly crv: string;
  readonly bytes: ReadonlyMap<string, Buffer>;
}

const DEPTH = 1000;
const KEY_FIELDS: ReadonlyMap<string, { readonly public: readonly string[]; readonly private: readonly string[] }> = new Map([
  ["RSA", { public: ["e", "n"], private: ["d", "dp", "dq", "e", "n", "p", "q", "qi"] }],
  ["EC", { public: ["x", "y"], private: ["d", "x", "y"] }],
  ["OKP", { public: ["x"], private: ["d", "x"] }],
  ["oct", { public: ["k"], private: ["k"] }],
]);
const REQUIRED: Readonly<Record<JwkKind, readonly string[]>> = {
  rsaPublicKey: ["e", "n"],
  rsaPrivateKey: ["d", "e", "n"],
  ecdsaPublicKey: ["crv", "x", "y"],
  ecdsaPrivateKey: ["crv", "d", "x", "y"],
  okpPublicKey: ["crv", "x"],
  okpPrivateKey: ["crv", "d", "x"],
  symmetricKey: ["k"],
};
const ALGORITHMS: ReadonlySet<string> = new Set(
  (
    "ES256 ES256K ES384 ES512 EdDSA Ed25519 HS256 HS384 HS512 none PS256 PS384 PS512 RS256 RS384 RS512 A128GCMKW A128KW A192GCMKW A192KW " +
    "A256GCMKW A256KW ECDH-ES ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW PBES2-HS256+A128KW PBES2-HS384+A192KW PBES2-HS512+A256KW " +
    "RSA-OAEP RSA-OAEP-256 RSA-OAEP-384 RSA-OAEP-512 RSA1_5 dir A128CBC-HS256 A128GCM A192CBC-HS384 A192GCM A256CBC-HS512 A256GCM"
  ).split(" "),
);
const CURVE_BYTES: ReadonlyMap<string, number> = new Map([
  ["P-256", 32],
  ["P-384", 48],
  ["P-521", 66],
]);
const CURVES: ReadonlySet<string> = new Set(["Ed25519", "Ed448", "X25519", "X448", ...CURVE_BYTES.keys()]);

/** Reads a key or a set of keys. */
export function parseJwks(text: string): readonly Jwk[] {
  const whole = parseJson(text);
  if (whole.kind !== "value" || !isPlainObject(whole.value) || !Object.hasOwn(whole.value, "keys")) {
    try {
      return [parseJwk(text)];
    } catch (error) {
      throw prefixed(error, "jwk.Parse: failed to parse sole key: ");
    }
  }
  try {
    return parseSet(whole.value["keys"] ?? null);
  } catch (error) {
    throw prefixed(error, "jwk.Parse: failed to unmarshal JWK set: ");
  }
}

function prefixed(error: unknown, prefix: string): unknown {
  return error instanceof CryptoError ? new CryptoError(prefix + error.message) : error;
}

function parseSet(keys: Value): readonly Jwk[] {
  if (!Array.isArray(keys)) {
    throw new CryptoError(
      `failed to decode "keys": expected '[' but got ${keys === null ? "<nil>" : isPlainObject(keys) ? "{" : String(keys)}`,
    );
  }
  return (keys as readonly Value[]).map((key, i) => {
    try {
      return keyOf(key);
    } catch (error) {
      throw prefixed(error, `failed to decode key #${i} in "keys": `);
    }
  });
}

function parseJwk(text: string): Jwk {
  const read = readJsonPrefix(text, 0, DEPTH);
  if (read.kind === "error")
    throw new CryptoError(`jwk.ParseKey: jwk.Parse: failed to probe data: probe: failed to unmarshal data: ${read.message}`);
  return keyOf(read.value);
}

// A name in a Go struct is found whatever its case.
function probe(key: PlainObject, name: string): Value | undefined {
  let found: Value | undefined;
  for (const [field, value] of Object.entries(key)) if (field.toLowerCase() === name) found = value;
  return found;
}

function keyOf(value: Value): Jwk {
  const fail = (message: string): never => {
    throw new CryptoError(`jwk.ParseKey: ${message}`);
  };
  const unmarshal = "jwk.Parse: failed to probe data: probe: failed to unmarshal data: json: cannot unmarshal";
  if (value !== null && !isPlainObject(value)) {
    return fail(
      `${unmarshal} ${jsonKind(value)} into Go value of type struct { Kty string "json:\\"kty\\""; D json.RawMessage "json:\\"d,omitempty\\"" }`,
    );
  }
  const key = value ?? {};
  const kty = probe(key, "kty") ?? "";
  if (typeof kty !== "string") return fail(`${unmarshal} ${jsonKind(kty)} into Go struct field .kty of type string`);
  const fields = KEY_FIELDS.get(kty);
  if (fields === undefined) return fail(`invalid key type from JSON (${kty})`);
  const isPrivate = probe(key, "d") !== undefined;
  const kind = kindOf(kty, isPrivate);
  let jwk: Jwk;
  try {
    jwk = readFields(key, kind, isPrivate ? fields.private : fields.public);
  } catch (error) {
    const type = `failed to unmarshal JSON into key (*jwk.${kind})`;
    throw prefixed(error, `jwk.ParseKey: ${type}: ${type}: `);
  }
  const problem = validate(jwk);
  if (problem !== undefined) fail(`jwk.Parse: key validation failed: key validation failed: jwk.${typeName(kind)}: ${problem}`);
  return jwk;
}

function kindOf(kty: string, isPrivate: boolean): JwkKind {
  if (kty === "oct") return "symmetricKey";
  const family = kty === "RSA" ? "rsa" : kty === "EC" ? "ecdsa" : "okp";
  return `${family}${isPrivate ? "Private" : "Public"}Key` as JwkKind;
}

function typeName(kind: JwkKind): string {
  if (kind === "symmetricKey") return "SymmetricKey";
  return kind.replace(/^(rsa|ecdsa|okp)/, (family) => family.toUpperCase());
}

function jsonKind(value: Value): string {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "array" : isPlainObject(value) ? "object" : "number";
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(["kid", "use", "x5t", "x5t#S256", "x5u"]);

// Fields are read in the order in which they stand, which decides the error when several are wrong.
function readFields(key: PlainObject, kind: JwkKind, byteFields: readonly string[]): Jwk {
  const bytes = new Map<string, Buffer>();
  let [alg, kid, crv] = ["", "", ""];
  for (const [field, value] of Object.entries(key)) {
    const problem = (message: string): CryptoError => new CryptoError(`failed to decode value for key ${field}: ${message}`);
    const text = (): string => {
      if (value === null) return "";
      if (typeof value !== "string")
        throw problem(`error reading next value: json: cannot unmarshal ${jsonKind(value)} into Go value of type string`);
      return value;
    };
    if (byteFields.includes(field)) {
      const decoded = decodeGuessing(text());
      if (decoded === undefined) throw problem("expected base64 encoded []byte (string)");
      bytes.set(field, decoded);
    } else if (field === "alg") {
      if (value !== null && typeof value !== "string")
        throw problem(`json: cannot unmarshal ${jsonKind(value)} into Go value of type string`);
      alg = value ?? "";
      if (!ALGORITHMS.has(alg)) throw problem(`invalid key value: ${quote(alg)}: invalid key algorithm`);
    } else if (field === "crv" && kind !== "symmetricKey" && !kind.startsWith("rsa")) {
      crv = text();
      if (!CURVES.has(crv)) throw problem(`invalid EllipticCurveAlgorithm value: ${crv}`);
    } else if (field === "key_ops") checkOperations(value, problem);
    else if (TEXT_FIELDS.has(field)) {
      const read = text();
      if (field === "kid") kid = read;
    }
  }
  const missing = REQUIRED[kind].find((field) => (field === "crv" ? crv === "" : !bytes.has(field)));
  if (missing !== undefined) throw new CryptoError(`required field ${missing} is missing`);
  return { kind, alg, kid, crv, bytes };
}

const OPERATIONS: ReadonlySet<string> = new Set("sign verify encrypt decrypt wrapKey unwrapKey deriveKey deriveBits".split(" "));

function checkOperations(value: Value, problem: (message: string) => CryptoError): void {
  if (value === null) return;
  if (!Array.isArray(value)) throw problem(`json: cannot unmarshal ${jsonKind(value)} into Go value of type jwk.KeyOperationList`);
  for (const operation of value as readonly Value[]) {
    if (typeof operation !== "string")
      throw problem(`json: cannot unmarshal ${jsonKind(operation)} into Go value of type jwk.KeyOperation`);
    if (!OPERATIONS.has(operation)) throw problem(`invalid keyoperation ${operation}`);
  }
}

function validate(jwk: Jwk): string | undefined {
  const size = (field: string): number => jwk.bytes.get(field)?.length ?? 0;
  if (jwk.kind === "symmetricKey") return size("k") === 0 ? 'missing "k" field' : undefined;
  if (jwk.kind.startsWith("rsa")) return validateRsa(jwk);
  if (jwk.kind.startsWith("okp")) {
    if (size("x") === 0) return 'missing "x" field';
    const name = jwk.crv === "Ed25519" || jwk.crv === "X25519" ? jwk.crv.toLowerCase() : undefined;
    if (name !== undefined && size("x") !== 32) return `${name}: wrong public key size`;
    if (jwk.kind !== "okpPrivateKey") return undefined;
    if (size("d") === 0) return 'missing "d" field';
    return name !== undefined && size("d") !== 32 ? `${name}: wrong private key size` : undefined;
  }
  const bytes = CURVE_BYTES.get(jwk.crv);
  if (bytes === undefined) return `invalid curve algorithm "${jwk.crv}": curve is not registered for algorithm ${jwk.crv}`;
  for (const field of ["x", "y"]) if (size(field) !== bytes) return `invalid "${field}" length (${size(field)}) for curve "${jwk.crv}"`;
  if (publicKeyOf(jwk) === undefined) return "invalid ECDSA public key: point is not on the curve";
  return jwk.kind === "ecdsaPrivateKey" && size("d") !== bytes ? `invalid "d" length (${size("d")}) for curve "${jwk.crv}"` : undefined;
}

function validateRsa({ kind, bytes }: Jwk): string | undefined {
  const number = (field: string): bigint => BigInt(`0x${bytes.get(field)?.toString("hex") || "0"}`);
  if (number("n") === 0n) return 'missing "n" value';
  const e = number("e");
  if (e === 0n) return 'missing "e" value';
  if (e % 2n === 0n) return "invalid rsa public exponent: must be a positive odd integer";
  if (e >= 2n ** 63n) return `rsa public exponent too large for this platform: ${e.toString(2).length} bits (max 63)`;
  return kind === "rsaPrivateKey" && (bytes.get("d")?.length ?? 0) === 0 ? 'missing "d" value' : undefined;
}

const KTY: ReadonlyMap<string, string> = new Map([
  ["rsa", "RSA"],
  ["ecd", "EC"],
  ["okp", "OKP"],
]);

function nodeKey(jwk: Jwk, fields: readonly string[]): JsonWebKeyInput {
  const key: { [name: string]: string } = { kty: KTY.get(jwk.kind.slice(0, 3)) ?? "" };
  if (jwk.crv !== "") key["crv"] = jwk.crv;
  for (const field of fields) {
    const bytes = jwk.bytes.get(field);
    if (bytes !== undefined) key[field] = bytes.toString("base64url");
  }
  return { key, format: "jwk" };
}

/** Returns the public key of a JWK, or undefined when it has none or it is unusable. */
export function publicKeyOf(jwk: Jwk): KeyObject | undefined {
  if (jwk.kind === "symmetricKey") return undefined;
  try {
    return createPublicKey(nodeKey(jwk, ["n", "e", "x", "y"]));
  } catch {
    return undefined;
  }
}

/** Returns the private key of a JWK, or undefined when it has none or it is unusable. */
export function privateKeyOf(jwk: Jwk): KeyObject | undefined {
  if (!jwk.kind.endsWith("PrivateKey")) return undefined;
  try {
    return createPrivateKey(nodeKey(jwk, ["n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y"]));
  } catch {
    return undefined;
  }
}
