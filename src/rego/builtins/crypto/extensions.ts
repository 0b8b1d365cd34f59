/**
 * Reads the extensions of certificates into the fields of Go's x509.Certificate, with its error texts
 * (https://datatracker.ietf.org/doc/html/rfc5280#section-4.2).
 */
import type { Buffer } from "node:buffer";
import type { Value } from "../../values/value.ts";
import { addressJson, readAlternativeNames } from "./alternative-names.ts";
import { DerReader, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";
import { EXTENDED_USAGES } from "./key-usages.ts";
import { emptyConstraints, type NameConstraints, readNameConstraints } from "./name-constraints.ts";

/** An extension as it stands. */
export interface Extension {
  readonly id: readonly number[];
  readonly critical: boolean;
  readonly value: Buffer;
}

/** The fields of a certificate that come from extensions: their JSON, and what the verification looks at. */
export interface ExtensionFields {
  readonly json: { [field: string]: Value };
  keyUsage: number;
  extendedUsages: readonly number[];
  hasUnknownUsages: boolean;
  hasBasicConstraints: boolean;
  isCa: boolean;
  /** -1 = no limit. */
  maxPathLength: number;
  hasUnhandledCritical: boolean;
  subjectKeyId: Buffer | undefined;
  authorityKeyId: Buffer | undefined;
  dnsNames: readonly string[];
  emails: readonly string[];
  /** Bytes of addresses, in hexadecimal. */
  addresses: readonly string[];
  uris: readonly string[];
  constraints: NameConstraints;
}

const NULLS = [
  "AuthorityKeyId CRLDistributionPoints DNSNames EmailAddresses ExcludedDNSDomains ExcludedEmailAddresses ExcludedIPRanges ExcludedURIDomains",
  "ExtKeyUsage IPAddresses IssuingCertificateURL OCSPServer PermittedDNSDomains PermittedEmailAddresses PermittedIPRanges PermittedURIDomains",
  "Policies PolicyIdentifiers PolicyMappings SubjectKeyId URIs UnhandledCriticalExtensions UnknownExtKeyUsage",
].flatMap((line) => line.split(" "));
const ZEROS = ["InhibitAnyPolicy", "InhibitPolicyMapping", "KeyUsage", "MaxPathLen", "RequireExplicitPolicy"];
const FALSES = [
  "BasicConstraintsValid",
  "InhibitAnyPolicyZero",
  "InhibitPolicyMappingZero",
  "IsCA",
  "MaxPathLenZero",
  "PermittedDNSDomainsCritical",
  "RequireExplicitPolicyZero",
];

/** Returns the fields of a certificate without extensions. */
export function emptyExtensions(): ExtensionFields {
  const json: { [field: string]: Value } = {};
  for (const field of NULLS) json[field] = null;
  for (const field of ZEROS) json[field] = 0;
  for (const field of FALSES) json[field] = false;
  return {
    json,
    keyUsage: 0,
    extendedUsages: [],
    hasUnknownUsages: false,
    hasBasicConstraints: false,
    isCa: false,
    maxPathLength: 0,
    hasUnhandledCritical: false,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    dnsNames: [],
    emails: [],
    addresses: [],
    uris: [],
    constraints: emptyConstraints(),
  };
}

/** Reads one extension. */
export function readExtension(reader: DerReader): Extension {
  const id = need(reader.oid(), "x509: malformed extension OID field");
  let critical = false;
  if (reader.peekTag() === TAG.boolean) critical = need(readBoolean(reader), "x509: malformed extension critical field");
  return { id, critical, value: need(reader.body(TAG.octetString), "x509: malformed extension value field") };
}

function readBoolean(reader: DerReader): boolean | undefined {
  const body = reader.body(TAG.boolean);
  if (body?.length !== 1 || (body[0] !== 0 && body[0] !== 0xff)) return undefined;
  return body[0] === 0xff;
}

/** Reads what an extension says into the fields. */
export function readExtensionInto(fields: ExtensionFields, extension: Extension): void {
  const read = READERS.get(extension.id.join("."));
  const handled = read !== undefined && read(fields, extension) !== false;
  if (handled || !extension.critical) return;
  fields.hasUnhandledCritical = true;
  append(fields, "UnhandledCriticalExtensions", extension.id);
}

/** Puts an extension's meaning into the fields; false = it holds something we do not understand. */
type ExtensionReader = (fields: ExtensionFields, extension: Extension) => undefined | boolean;

function append(fields: ExtensionFields, field: string, value: Value): void {
  fields.json[field] = [...((fields.json[field] as readonly Value[] | null) ?? []), value];
}

function listOrNull(values: readonly Value[]): Value {
  return values.length === 0 ? null : values;
}

const READERS: ReadonlyMap<string, ExtensionReader> = new Map<string, ExtensionReader>([
  ["2.5.29.14", readSubjectKeyId],
  ["2.5.29.15", readKeyUsage],
  ["2.5.29.17", readSubjectNames],
  ["2.5.29.19", readBasicConstraints],
  ["2.5.29.30", readConstraints],
  ["2.5.29.31", readDistributionPoints],
  ["2.5.29.32", readPolicies],
  ["2.5.29.33", readPolicyMappings],
  ["2.5.29.35", readAuthorityKeyId],
  ["2.5.29.36", readPolicyConstraints],
  ["2.5.29.37", readExtendedUsages],
  ["2.5.29.54", readInhibitAnyPolicy],
  ["1.3.6.1.5.5.7.1.1", readAuthorityInfo],
]);

function readSubjectKeyId(fields: ExtensionFields, { critical, value }: Extension): undefined {
  if (critical) throw new CryptoError("x509: subject key identifier incorrectly marked critical");
  const id = need(new DerReader(value).body(TAG.octetString), "x509: invalid subject key identifier");
  fields.subjectKeyId = id;
  fields.json["SubjectKeyId"] = id.toString("base64");
}

function readAuthorityKeyId(fields: ExtensionFields, { critical, value }: Extension): undefined {
  if (critical) throw new CryptoError("x509: authority key identifier incorrectly marked critical");
  const reader = need(new DerReader(value).enter(TAG.sequence), "x509: invalid authority key identifier");
  if (reader.peekTag() !== 0x80) return;
  const id = need(reader.body(0x80), "x509: invalid authority key identifier");
  fields.authorityKeyId = id;
  fields.json["AuthorityKeyId"] = id.toString("base64");
}

function readKeyUsage(fields: ExtensionFields, { value }: Extension): undefined {
  const bits = need(new DerReader(value).bits(), "x509: invalid key usage");
  let usage = 0;
  for (let i = 0; i < 9; i++) if (((bits[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) usage |= 1 << i;
  fields.keyUsage = usage;
  fields.json["KeyUsage"] = usage;
}

function readBasicConstraints(fields: ExtensionFields, { value }: Extension): undefined {
  const what = "x509: invalid basic constraints";
  const reader = need(new DerReader(value).enter(TAG.sequence), what);
  if (reader.peekTag() === TAG.boolean) fields.isCa = need(readBoolean(reader), what);
  fields.maxPathLength = -1;
  if (reader.peekTag() === TAG.integer) {
    const length = need(reader.integer(), what);
    if (length < 0n || length >= 2n ** 63n) throw new CryptoError(what);
    fields.maxPathLength = Number(length);
  }
  fields.hasBasicConstraints = true;
  Object.assign(fields.json, {
    BasicConstraintsValid: true,
    IsCA: fields.isCa,
    MaxPathLen: fields.maxPathLength,
    MaxPathLenZero: fields.maxPathLength === 0,
  });
}

function readSubjectNames(fields: ExtensionFields, { value }: Extension): boolean {
  const names = readAlternativeNames(value);
  fields.dnsNames = names.dnsNames;
  fields.emails = names.emails;
  fields.addresses = names.addresses.map((bytes) => bytes.toString("hex"));
  fields.uris = names.uris.map(({ text }) => text);
  Object.assign(fields.json, {
    DNSNames: listOrNull(names.dnsNames),
    EmailAddresses: listOrNull(names.emails),
    IPAddresses: listOrNull(names.addresses.map(addressJson)),
    URIs: listOrNull(names.uris.map(({ json }) => json)),
  });
  return names.dnsNames.length + names.emails.length + names.addresses.length + names.uris.length > 0;
}

function readConstraints(fields: ExtensionFields, { critical, value }: Extension): boolean {
  const { constraints, json, complete } = readNameConstraints(value);
  fields.constraints = constraints;
  Object.assign(fields.json, json, { PermittedDNSDomainsCritical: critical });
  return complete;
}

function readDistributionPoints(fields: ExtensionFields, { value }: Extension): undefined {
  const points = need(new DerReader(value).enter(TAG.sequence), "x509: invalid CRL distribution points");
  while (!points.isEmpty) {
    const what = "x509: invalid CRL distribution point";
    const point = need(points.enter(TAG.sequence), what);
    if (point.peekTag() !== 0xa0) continue;
    const names = need(point.enter(0xa0)?.enter(0xa0), what);
    while (names.peekTag() === 0x86) append(fields, "CRLDistributionPoints", need(names.body(0x86), what).toString("latin1"));
  }
}

function readPolicies(fields: ExtensionFields, { value }: Extension): undefined {
  const what = "x509: invalid certificate policies";
  const policies = need(new DerReader(value).enter(TAG.sequence), what);
  const seen = new Set<string>();
  fields.json["PolicyIdentifiers"] = [];
  while (!policies.isEmpty) {
    const oid = need(policies.enter(TAG.sequence)?.oid(), what);
    const text = oid.join(".");
    if (seen.has(text)) throw new CryptoError(what);
    seen.add(text);
    append(fields, "Policies", text);
    append(fields, "PolicyIdentifiers", oid);
  }
}

function readPolicyMappings(fields: ExtensionFields, { value }: Extension): undefined {
  const what = "x509: invalid policy mappings extension";
  const mappings = need(new DerReader(value).enter(TAG.sequence), what);
  while (!mappings.isEmpty) {
    const pair = need(mappings.enter(TAG.sequence), what);
    const [issuer, subject] = [need(pair.oid(), what), need(pair.oid(), what)];
    append(fields, "PolicyMappings", { IssuerDomainPolicy: issuer.join("."), SubjectDomainPolicy: subject.join(".") });
  }
}

function readPolicyConstraints(fields: ExtensionFields, { value }: Extension): undefined {
  const what = "x509: invalid policy constraints extension";
  const reader = need(new DerReader(value).enter(TAG.sequence), what);
  for (const [tag, field] of [
    [0x80, "RequireExplicitPolicy"],
    [0x81, "InhibitPolicyMapping"],
  ] as const) {
    if (reader.peekTag() !== tag) continue;
    const number = Number(need(reader.integer(tag), what));
    Object.assign(fields.json, { [field]: number, [`${field}Zero`]: number === 0 });
  }
}

function readExtendedUsages(fields: ExtensionFields, { value }: Extension): undefined {
  const what = "x509: invalid extended key usages";
  const reader = need(new DerReader(value).enter(TAG.sequence), what);
  const usages: number[] = [];
  while (!reader.isEmpty) {
    const oid = need(reader.oid(), what);
    const usage = EXTENDED_USAGES.get(oid.join("."));
    if (usage !== undefined) usages.push(usage);
    else {
      append(fields, "UnknownExtKeyUsage", oid);
      fields.hasUnknownUsages = true;
    }
  }
  fields.extendedUsages = usages;
  fields.json["ExtKeyUsage"] = listOrNull(usages);
}

function readInhibitAnyPolicy(fields: ExtensionFields, { value }: Extension): undefined {
  const number = Number(need(new DerReader(value).integer(), "x509: invalid inhibit any policy extension"));
  Object.assign(fields.json, { InhibitAnyPolicy: number, InhibitAnyPolicyZero: number === 0 });
}

function readAuthorityInfo(fields: ExtensionFields, { critical, value }: Extension): undefined {
  if (critical) throw new CryptoError("x509: authority info access incorrectly marked critical");
  const what = "x509: invalid authority info access";
  const reader = need(new DerReader(value).enter(TAG.sequence), what);
  while (!reader.isEmpty) {
    const access = need(reader.enter(TAG.sequence), what);
    const method = need(access.oid(), what).join(".");
    if (access.peekTag() !== 0x86) continue;
    const url = need(access.body(0x86), what).toString("latin1");
    if (method === "1.3.6.1.5.5.7.48.1") append(fields, "OCSPServer", url);
    else if (method === "1.3.6.1.5.5.7.48.2") append(fields, "IssuingCertificateURL", url);
  }
}
