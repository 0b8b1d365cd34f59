/**
 * Reads X.509 certificates (https://datatracker.ietf.org/doc/html/rfc5280) with Go's strictness and error texts. In: DER; out: the
 * certificate's JSON as Go marshals it, and what verifying a chain needs.
 */
import type { Buffer } from "node:buffer";
import { civilTimeOf, DAY, daysSinceEpoch } from "../../text/calendar.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { DerReader, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";
import { type Extension, type ExtensionFields, emptyExtensions, readExtension, readExtensionInto } from "./extensions.ts";
import { type Attribute, nameJson, readName } from "./names.ts";
import { type AlgorithmId, bigNumber, type PublicKey, readAlgorithm, readPublicKey } from "./public-key.ts";
import { signatureAlgorithmNumber } from "./signature-algorithms.ts";

/** A certificate. */
export interface Certificate {
  readonly raw: Buffer;
  readonly tbs: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: AlgorithmId;
  readonly version: number;
  readonly serial: bigint;
  readonly rawIssuer: Buffer;
  readonly rawSubject: Buffer;
  readonly issuer: readonly Attribute[];
  readonly subject: readonly Attribute[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly rawKeyInfo: Buffer;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  readonly fields: ExtensionFields;
}

/** Reads certificates one after the other. */
export function readCertificates(der: Buffer): readonly Certificate[] {
  const certificates: Certificate[] = [];
  for (let rest = der; rest.length > 0; ) {
    const certificate = readFirst(rest);
    certificates.push(certificate);
    rest = rest.subarray(certificate.raw.length);
  }
  return certificates;
}

/** Reads exactly one certificate. */
export function readCertificate(der: Buffer): Certificate {
  const certificate = readFirst(der);
  if (certificate.raw.length !== der.length) throw new CryptoError("x509: trailing data");
  return certificate;
}

function readFirst(der: Buffer): Certificate {
  const outer = need(new DerReader(der).element(TAG.sequence), "x509: malformed certificate");
  const input = new DerReader(outer.body);
  const tbsElement = need(input.element(TAG.sequence), "x509: malformed tbs certificate");
  const tbs = new DerReader(tbsElement.body);
  const version = readVersion(tbs);
  const serial = need(tbs.integer(), "x509: malformed serial number");
  if (serial < 0n) throw new CryptoError("x509: negative serial number");
  const inner = need(tbs.body(TAG.sequence), "x509: malformed signature algorithm identifier");
  const same = need(input.body(TAG.sequence), "x509: malformed algorithm identifier");
  if (!inner.equals(same)) throw new CryptoError("x509: inner and outer signature algorithm identifiers don't match");
  const signatureAlgorithm = readAlgorithm(new DerReader(inner));
  const issuerElement = need(tbs.element(TAG.sequence), "x509: malformed issuer");
  const issuer = readName(new DerReader(issuerElement.body));
  const validity = need(tbs.enter(TAG.sequence), "x509: malformed validity");
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  const subjectElement = need(tbs.element(TAG.sequence), "x509: malformed issuer");
  const subject = readName(new DerReader(subjectElement.body));
  const keyInfo = need(tbs.element(TAG.sequence), "x509: malformed spki");
  const publicKey = readPublicKey(keyInfo.raw);
  const extensions = version > 1 ? readExtensions(tbs, version) : [];
  const fields = emptyExtensions();
  for (const extension of extensions) readExtensionInto(fields, extension);
  const signature = need(input.bits(), "x509: malformed signature");
  return {
    raw: outer.raw,
    tbs: tbsElement.raw,
    signature,
    signatureAlgorithm,
    version,
    serial,
    rawIssuer: issuerElement.raw,
    rawSubject: subjectElement.raw,
    issuer,
    subject,
    notBefore,
    notAfter,
    rawKeyInfo: keyInfo.raw,
    publicKey,
    extensions,
    fields,
  };
}

function readVersion(tbs: DerReader): number {
  if (tbs.peekTag() !== 0xa0) return 1;
  const version = need(tbs.enter(0xa0)?.integer(), "x509: malformed version");
  if (version < 0n) throw new CryptoError("x509: malformed version");
  if (version > 2n) throw new CryptoError("x509: invalid version");
  return Number(version) + 1;
}

function readTime(validity: DerReader): number {
  const tag = validity.peekTag();
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw new CryptoError("x509: unsupported time format");
  const what = tag === TAG.utcTime ? "x509: malformed UTCTime" : "x509: malformed GeneralizedTime";
  const text = need(validity.body(tag), what).toString("latin1");
  const found = need(/^([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/.exec(text) ?? undefined, what);
  const [, yearText = "", month = "", day = "", hour = "", minute = "", second = ""] = found;
  if (yearText.length !== (tag === TAG.utcTime ? 2 : 4)) throw new CryptoError(what);
  // Two digits mean 1950 to 2049.
  const year = tag === TAG.utcTime ? Number(yearText) + (Number(yearText) >= 50 ? 1900 : 2000) : Number(yearText);
  const millis =
    daysSinceEpoch(year, Number(month), Number(day)) * DAY * 1000 + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  const { year: y, month: m, day: d } = civilTimeOf(millis / 1000);
  if (!isTime || y !== year || m !== Number(month) || d !== Number(day)) throw new CryptoError(what);
  return millis;
}

function timeText(millis: number): string {
  const { year, month, day, hour, minute, second } = civilTimeOf(millis / 1000);
  const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}Z`;
}

function readExtensions(tbs: DerReader, version: number): readonly Extension[] {
  for (const [tag, what] of [
    [0x81, "issuerUniqueID"],
    [0x82, "subjectUniqueID"],
  ] as const) {
    if (tbs.peekTag() === tag) need(tbs.any(), `x509: malformed ${what}`);
  }
  if (version !== 3 || tbs.peekTag() !== 0xa3) return [];
  const list = need(tbs.enter(0xa3)?.enter(TAG.sequence), "x509: malformed extensions");
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!list.isEmpty) {
    const extension = readExtension(need(list.enter(TAG.sequence), "x509: malformed extension"));
    const oid = extension.id.join(".");
    if (seen.has(oid)) throw new CryptoError(`x509: certificate contains duplicate extension with OID "${oid}"`);
    seen.add(oid);
    extensions.push(extension);
  }
  return extensions;
}

/** Returns the JSON of extensions as they are, null for none. */
export function extensionsJson(extensions: readonly Extension[]): Value {
  if (extensions.length === 0) return null;
  return extensions.map(({ id, critical, value }) => ({ Id: id, Critical: critical, Value: value.toString("base64") }));
}

/** Returns the JSON of a certificate; `withUris` adds the field that OPA adds. */
export function certificateJson(certificate: Certificate, withUris: boolean): PlainObject {
  const { fields } = certificate;
  return {
    Raw: certificate.raw.toString("base64"),
    RawTBSCertificate: certificate.tbs.toString("base64"),
    RawSubjectPublicKeyInfo: certificate.rawKeyInfo.toString("base64"),
    RawSubject: certificate.rawSubject.toString("base64"),
    RawIssuer: certificate.rawIssuer.toString("base64"),
    Signature: certificate.signature.toString("base64"),
    SignatureAlgorithm: signatureAlgorithmNumber(certificate.signatureAlgorithm),
    PublicKeyAlgorithm: certificate.publicKey.algorithm,
    PublicKey: certificate.publicKey.json,
    Version: certificate.version,
    SerialNumber: bigNumber(certificate.serial),
    Issuer: nameJson(certificate.issuer),
    Subject: nameJson(certificate.subject),
    NotBefore: timeText(certificate.notBefore),
    NotAfter: timeText(certificate.notAfter),
    Extensions: extensionsJson(certificate.extensions),
    ExtraExtensions: null,
    ...fields.json,
    ...(withUris ? { URIStrings: fields.uris.length === 0 ? null : fields.uris } : {}),
  };
}
