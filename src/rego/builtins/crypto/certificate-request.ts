/** Reads certificate signing requests (https://datatracker.ietf.org/doc/html/rfc2986) into Go's JSON, with the errors of its ASN.1 reader. */
import type { Buffer } from "node:buffer";
import type { PlainObject, Value } from "../../values/value.ts";
import { addressJson, readAlternativeNames } from "./alternative-names.ts";
import { CERTIFICATE_REQUEST, checkAsn1 } from "./asn1.ts";
import { extensionsJson } from "./certificate.ts";
import { DerReader, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";
import { type Extension, readExtension } from "./extensions.ts";
import { nameJson, readName } from "./names.ts";
import { readAlgorithm, readPublicKey } from "./public-key.ts";
import { signatureAlgorithmNumber } from "./signature-algorithms.ts";

const TRUNCATED = "asn1: syntax error: data truncated";
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/** Returns the JSON of a request. */
export function certificateRequestJson(der: Buffer): PlainObject {
  const checked = checkAsn1(der, CERTIFICATE_REQUEST);
  if ("fault" in checked) throw new CryptoError(checked.fault);
  if (checked.rest > 0) throw new CryptoError("asn1: syntax error: trailing data");
  const outer = need(new DerReader(der).element(TAG.sequence), TRUNCATED);
  const input = new DerReader(outer.body);
  const tbsElement = need(input.element(TAG.sequence), TRUNCATED);
  const tbs = new DerReader(tbsElement.body);
  const version = need(tbs.integer(), TRUNCATED);
  const subjectElement = need(tbs.element(TAG.sequence), TRUNCATED);
  const keyInfo = need(tbs.element(TAG.sequence), TRUNCATED);
  const rawAttributes = tbs.peekTag() === 0xa0 ? need(tbs.enter(0xa0), TRUNCATED) : undefined;
  const signatureAlgorithm = readAlgorithm(need(input.enter(TAG.sequence), TRUNCATED));
  const signature = need(input.bits(), TRUNCATED);
  const publicKey = readPublicKey(keyInfo.raw);
  const subject = readSubject(subjectElement.body);
  const { attributes, extensions } = readAttributes(rawAttributes);
  return {
    Raw: outer.raw.toString("base64"),
    RawTBSCertificateRequest: tbsElement.raw.toString("base64"),
    RawSubjectPublicKeyInfo: keyInfo.raw.toString("base64"),
    RawSubject: subjectElement.raw.toString("base64"),
    Version: Number(version),
    Signature: signature.toString("base64"),
    SignatureAlgorithm: signatureAlgorithmNumber(signatureAlgorithm),
    PublicKeyAlgorithm: publicKey.algorithm,
    PublicKey: publicKey.json,
    Subject: subject,
    Attributes: attributes.length === 0 ? null : attributes,
    Extensions: extensionsJson(extensions),
    ExtraExtensions: null,
    ...namesJson(extensions),
  };
}

function readSubject(body: Buffer): Value {
  try {
    return nameJson(readName(new DerReader(body), true));
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    const isOid = error.message.endsWith("invalid attribute type");
    throw new CryptoError(isOid ? "asn1: syntax error: zero length OBJECT IDENTIFIER" : `asn1: ${error.message}`);
  }
}

interface Attributes {
  readonly attributes: readonly Value[];
  readonly extensions: readonly Extension[];
}

// Attributes of other shapes than a list of lists of pairs are left out.
function readAttributes(reader: DerReader | undefined): Attributes {
  const attributes: Value[] = [];
  const extensions: Extension[] = [];
  while (reader !== undefined && !reader.isEmpty) {
    const attribute = need(reader.enter(TAG.sequence), TRUNCATED);
    const type = attribute.oid();
    const values = attribute.enter(TAG.set);
    if (type === undefined || values === undefined) continue;
    const lists: Value[] = [];
    let wellFormed = true;
    while (!values.isEmpty && wellFormed) {
      const element = values.element(TAG.sequence);
      const pairs = element === undefined ? undefined : readPairs(new DerReader(element.body));
      if (element === undefined || pairs === undefined) wellFormed = false;
      else {
        lists.push(pairs);
        if (type.join(".") === EXTENSION_REQUEST && lists.length === 1) extensions.push(...readRequested(new DerReader(element.body)));
      }
    }
    if (wellFormed) attributes.push({ Type: type, Value: lists });
  }
  return { attributes, extensions };
}

function readPairs(reader: DerReader): readonly Value[] | undefined {
  const pairs: Value[] = [];
  while (!reader.isEmpty) {
    const pair = reader.enter(TAG.sequence);
    const type = pair?.oid();
    if (pair === undefined || type === undefined) return undefined;
    const value = pair.any();
    if (value === undefined || !pair.isEmpty) return undefined;
    pairs.push({ Type: type, Value: value.tag === TAG.octetString ? value.body.toString("base64") : value.body.toString("utf8") });
  }
  return pairs;
}

function readRequested(reader: DerReader): readonly Extension[] {
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!reader.isEmpty) {
    const extension = readExtension(need(reader.enter(TAG.sequence), TRUNCATED));
    if (seen.has(extension.id.join("."))) throw new CryptoError("x509: certificate request contains duplicate requested extensions");
    seen.add(extension.id.join("."));
    extensions.push(extension);
  }
  return extensions;
}

function namesJson(extensions: readonly Extension[]): PlainObject {
  const found = extensions.find(({ id }) => id.join(".") === "2.5.29.17");
  const names = found === undefined ? undefined : readAlternativeNames(found.value);
  const list = (values: readonly Value[] | undefined): Value => (values === undefined || values.length === 0 ? null : values);
  return {
    DNSNames: list(names?.dnsNames),
    EmailAddresses: list(names?.emails),
    IPAddresses: list(names?.addresses.map(addressJson)),
    URIs: list(names?.uris.map(({ json }) => json)),
  };
}
