/** The `crypto.x509.*` builtins and `crypto.parse_private_keys` (https://www.openpolicyagent.org/docs/latest/policy-reference/#crypto). */
import { Buffer } from "node:buffer";
import { compareStrings } from "../../../base/compare-strings.ts";
import { toBinary } from "../../text/bytes.ts";
import { int64Of } from "../../values/number.ts";
import { getKey } from "../../values/object.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import { RegoObject } from "../../values/rego-object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import { typeName } from "../../values/type-name.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import type { BuiltinContext } from "../context.ts";
import type { Builtin, BuiltinResult, BuiltinTraits } from "../define.ts";
import { define } from "../define.ts";
import { object, row, string } from "../operands.ts";
import { type Certificate, certificateJson, readCertificate, readCertificates } from "./certificate.ts";
import { certificateRequestJson } from "./certificate-request.ts";
import { type ChainOptions, verifyChain } from "./chain.ts";
import { CryptoError, decodeStandard } from "./encoded.ts";
import { guarded } from "./guarded.ts";
import { USAGE_NAMES } from "./key-usages.ts";
import { decodePem } from "./pem.ts";
import { goKeyJson, jwkJson, matchesPublicKey, type PrivateKey, readAnyPrivateKey, readPrivateKey } from "./private-keys.ts";

/** Reads certificates from PEM, from base64 of PEM, or from base64 of DER. */
function certificatesIn(text: string): readonly Certificate[] {
  const binary = toBinary(text);
  if (binary.startsWith("-----BEGIN")) return certificatesInPem(binary);
  const decoded = decodeStandard(binary);
  const inner = decoded.toString("latin1");
  return inner.startsWith("-----BEGIN") ? certificatesInPem(inner) : readCertificates(decoded);
}

function certificatesInPem(binary: string): readonly Certificate[] {
  const ders: Buffer[] = [];
  for (let block = decodePem(binary); block !== undefined; block = decodePem(block.rest)) {
    if (block.type !== "CERTIFICATE") throw new CryptoError(`PEM block type is '${block.type}', expected CERTIFICATE`);
    ders.push(block.bytes);
  }
  return readCertificates(Buffer.concat(ders));
}

function verify(text: string, readOptions: () => ChainOptions, withUris: boolean): Value {
  const invalid: Value = [false, []];
  let certificates: readonly Certificate[];
  try {
    certificates = certificatesIn(text);
  } catch (error) {
    if (error instanceof CryptoError) return invalid;
    throw error;
  }
  const chain = verifyChain(certificates, readOptions());
  return chain === undefined ? invalid : [true, chain.map((certificate) => certificateJson(certificate, withUris))];
}

// Options ------------------------------------------------------------------------------------------------------------------------

function isNumber(value: Value): value is number | RegoNumber {
  return typeof value === "number" || value instanceof RegoNumber;
}

function readChainOptions(options: PlainObject | RegoObject, nowNanos: bigint): ChainOptions {
  const keys =
    options instanceof RegoObject ? options.order().map((at) => options.keys[at] as Value) : Object.keys(options).sort(compareStrings);
  const read: { dnsName?: string; time: number; usages: readonly number[] } = { time: Number(nowNanos / 1_000_000n), usages: [] };
  for (const key of keys) {
    if (typeof key !== "string") continue;
    const value = getKey(options, key) ?? null;
    if (key === "DNSName") {
      if (typeof value !== "string") throw new CryptoError("'DNSName' should be a string");
      read.dnsName = value.replace(/^"+|"+$/g, "");
    } else if (key === "CurrentTime") {
      const nanos = readInteger(value, "'CurrentTime' should be a number", "'CurrentTime' should be a valid int64 number");
      read.time = Number(nanos / 1_000_000n);
    } else if (key === "MaxConstraintComparisons") {
      readInteger(value, "'MaxConstraintComparisons' should be a number", "'MaxConstraintComparisons' should be a valid number");
    } else if (key === "KeyUsages") read.usages = readUsages(value);
    else throw new CryptoError("invalid key option");
  }
  return read;
}

function readInteger(value: Value, wrongType: string, notInteger: string): bigint {
  if (!isNumber(value)) throw new CryptoError(wrongType);
  const integer = int64Of(value);
  if (integer === undefined) throw new CryptoError(notInteger);
  return integer;
}

function readUsages(value: Value): readonly number[] {
  if (!Array.isArray(value) && !(value instanceof RegoSet)) throw new CryptoError("'KeyUsages' should be an Array or Set");
  const members: readonly Value[] = value instanceof RegoSet ? value.sorted() : (value as readonly Value[]);
  const names = members.filter((name) => typeof name === "string").map((name) => name.replace(/^"+|"+$/g, ""));
  const unknown = names.filter((name) => !USAGE_NAMES.has(name));
  if (unknown.length > 0) throw new CryptoError(`invalid entries for 'KeyUsages' found: [${unknown.join(" ")}]`);
  return names.map((name) => USAGE_NAMES.get(name) ?? 0);
}

// Keys ---------------------------------------------------------------------------------------------------------------------------

function privateKeysIn(binary: string): readonly PrivateKey[] {
  const keys: PrivateKey[] = [];
  for (let block = decodePem(binary); block !== undefined; block = decodePem(block.rest)) {
    const key = readPrivateKey(block.type, block.bytes);
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

/** Decodes base64 where a text is that, and leaves it otherwise. */
function maybeDecoded(binary: string): string {
  try {
    return decodeStandard(binary).toString("latin1");
  } catch {
    return binary;
  }
}

function parsePrivateKeys(text: string): Value {
  return text === "" ? null : privateKeysIn(maybeDecoded(toBinary(text))).map(goKeyJson);
}

function firstPrivateKey(text: string): Value {
  if (text === "") throw new CryptoError("input PEM data was empty");
  const binary = toBinary(text);
  const pem = binary.startsWith("-----BEGIN") ? binary : decodeStandard(binary).toString("latin1");
  const [key] = privateKeysIn(maybeDecoded(pem));
  return key === undefined ? null : jwkJson(key);
}

function certificateRequest(text: string): Value {
  const binary = toBinary(text);
  const bytes = binary.startsWith("-----BEGIN CERTIFICATE REQUEST-----") ? Buffer.from(binary, "latin1") : decodeStandard(binary);
  const block = decodePem(bytes.toString("latin1"));
  if (block !== undefined && block.type !== "CERTIFICATE REQUEST") {
    throw new CryptoError("invalid PEM-encoded certificate signing request");
  }
  return certificateRequestJson(block?.bytes ?? bytes);
}

function keyPair(...[certificateText = null, keyText = null]: readonly Value[]): Value {
  const [certificateBinary, keyBinary] = [certificateText, keyText].map((value) => {
    if (typeof value !== "string") throw new CryptoError(`operand 1 must be string but got ${typeName(value)}`, true);
    return toBinary(value);
  });
  const decoded = (binary = ""): string => (binary.startsWith("-----BEGIN ") ? binary : decodeStandard(binary).toString("latin1"));
  const [certificates, key] = [decoded(certificateBinary), decoded(keyBinary)];
  const ders = certificates.startsWith("-----BEGIN ") ? certificateBlocks(certificates) : [Buffer.from(certificates, "latin1")];
  const keyDer = key.startsWith("-----BEGIN") ? keyBlock(key) : Buffer.from(key, "latin1");
  const leaf = readCertificate(ders[0] ?? Buffer.alloc(0));
  const privateKey = readAnyPrivateKey(keyDer);
  if (privateKey === undefined) throw new CryptoError("tls: failed to parse private key");
  if (privateKey.kind === "x25519") throw new CryptoError("tls: found unknown private key type in PKCS#8 wrapping");
  const kind = ["", "rsa", "dsa", "ec", "ed25519"][leaf.publicKey.algorithm] ?? "";
  if (kind === "" || kind === "dsa") throw new CryptoError("tls: unknown public key algorithm");
  if (kind !== privateKey.kind) throw new CryptoError("tls: private key type does not match public key type");
  if (!matchesPublicKey(privateKey, leaf.rawKeyInfo)) throw new CryptoError("tls: private key does not match public key");
  return {
    Certificate: ders.map((der) => der.toString("base64")),
    PrivateKey: goKeyJson(privateKey),
    SupportedSignatureAlgorithms: null,
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    Leaf: certificateJson(leaf, false),
  };
}

function certificateBlocks(pem: string): readonly Buffer[] {
  const ders: Buffer[] = [];
  const skipped: string[] = [];
  for (let block = decodePem(pem); block !== undefined; block = decodePem(block.rest)) {
    if (block.type === "CERTIFICATE") ders.push(block.bytes);
    else skipped.push(block.type);
  }
  if (ders.length > 0) return ders;
  if (skipped.length === 0) throw new CryptoError("tls: failed to find any PEM data in certificate input");
  if (skipped.length === 1 && skipped[0]?.endsWith("PRIVATE KEY")) {
    throw new CryptoError(
      "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
    );
  }
  const types = `[${skipped.join(" ")}]`;
  throw new CryptoError(
    `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${types}`,
  );
}

function keyBlock(pem: string): Buffer {
  const skipped: string[] = [];
  for (let block = decodePem(pem); block !== undefined; block = decodePem(block.rest)) {
    if (block.type === "PRIVATE KEY" || block.type.endsWith(" PRIVATE KEY")) return block.bytes;
    skipped.push(block.type);
  }
  if (skipped.length === 0) throw new CryptoError("tls: failed to find any PEM data in key input");
  if (skipped.length === 1 && skipped[0] === "CERTIFICATE") {
    throw new CryptoError("tls: found a certificate rather than a key in the PEM for the private key");
  }
  const types = `[${skipped.join(" ")}]`;
  throw new CryptoError(
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${types}`,
  );
}

// Rows ---------------------------------------------------------------------------------------------------------------------------

function textRow(
  name: string,
  signature: string,
  body: (text: string, context: BuiltinContext) => Value,
  traits: BuiltinTraits = {},
): Builtin {
  return row(name, signature, [string], (context, text): BuiltinResult => guarded(name, () => body(text, context)), traits);
}

const WITH_OPTIONS = "crypto.x509.parse_and_verify_certificates_with_options";

/** Certificates and keys. */
// biome-ignore format: table
export const x509: readonly Builtin[] = [
  textRow("crypto.x509.parse_certificates", "(certs: string) => output: array[object[string: any]]",
    (text) => certificatesIn(text).map((certificate) => certificateJson(certificate, true))),
  textRow("crypto.x509.parse_and_verify_certificates", "(certs: string) => output: array<boolean, array[object[string: any]]>",
    (text, { nowNanos }) => verify(text, () => ({ time: Number(nowNanos / 1_000_000n), usages: [] }), true), { readsTime: true }),
  row(WITH_OPTIONS, "(certs: string, options: object[string: any]) => output: array<boolean, array[object[string: any]]>", [string, object],
    (context, text, options) => guarded(WITH_OPTIONS, () => verify(text, () => readChainOptions(options, context.nowNanos), false)), { readsTime: true }),
  textRow("crypto.x509.parse_certificate_request", "(csr: string) => output: object[string: any]", certificateRequest),
  define("crypto.x509.parse_keypair", "(cert: string, pem: string) => output: object[string: any]",
    (_, certificate = null, key = null) => guarded("crypto.x509.parse_keypair", () => keyPair(certificate, key))),
  textRow("crypto.x509.parse_rsa_private_key", "(pem: string) => output: object[string: any]", firstPrivateKey),
  textRow("crypto.parse_private_keys", "(keys: string) => output: array[object[string: any]]", parsePrivateKeys),
];
