/** Reads the distinguished names of certificates into the form of Go's pkix.Name (https://pkg.go.dev/crypto/x509/pkix#Name). */
import type { Buffer } from "node:buffer";
import { fromUtf8Bytes } from "../../text/bytes.ts";
import type { Value } from "../../values/value.ts";
import { type DerReader, type Element, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";

/** A name as JSON. */
export type NameJson = { readonly [field: string]: Value };

/** One attribute of a name. */
export interface Attribute {
  readonly type: readonly number[];
  /** Null where the value is no text and nobody minds. */
  readonly value: string | null;
}

/** Reads the attributes of a name; `loose` accepts values that are no texts. */
export function readName(reader: DerReader | undefined, loose = false): readonly Attribute[] {
  const sequence = need(reader, "x509: invalid RDNSequence");
  const attributes: Attribute[] = [];
  while (!sequence.isEmpty) {
    const set = need(sequence.enter(TAG.set), "x509: invalid RDNSequence");
    while (!set.isEmpty) {
      const pair = need(set.enter(TAG.sequence), "x509: invalid RDNSequence: invalid attribute");
      const type = need(pair.oid(), "x509: invalid RDNSequence: invalid attribute type");
      const value = need(pair.any(), "x509: invalid RDNSequence: invalid attribute value");
      attributes.push({ type, value: loose && !TEXT_TAGS.has(value.tag) ? null : readText(value) });
    }
  }
  return attributes;
}

const TEXT_TAGS: ReadonlySet<number> = new Set([
  TAG.t61String,
  TAG.printableString,
  TAG.utf8String,
  TAG.bmpString,
  TAG.ia5String,
  TAG.numericString,
]);

function readText({ tag, body }: Element): string {
  const text = textOf(tag, body);
  if (typeof text === "string") return text;
  throw new CryptoError(`x509: invalid RDNSequence: invalid attribute value: ${text.problem}`);
}

function textOf(tag: number, body: Buffer): string | { readonly problem: string } {
  switch (tag) {
    case TAG.t61String:
      return body.toString("latin1");
    case TAG.printableString:
      return /^[A-Za-z0-9 '()+,\-./:=?*&]*$/.test(body.toString("latin1"))
        ? body.toString("latin1")
        : { problem: "invalid PrintableString" };
    case TAG.utf8String: {
      const text = fromUtf8Bytes(body);
      return text.isWellFormed() ? text : { problem: "invalid UTF-8 string" };
    }
    case TAG.bmpString:
      return bmpText(body);
    case TAG.ia5String:
      return body.every((byte) => byte < 0x80) ? body.toString("latin1") : { problem: "invalid IA5String" };
    case TAG.numericString:
      return /^[0-9 ]*$/.test(body.toString("latin1")) ? body.toString("latin1") : { problem: "invalid NumericString" };
    default:
      return { problem: `unsupported string type: ${tag}` };
  }
}

function bmpText(body: Buffer): string | { readonly problem: string } {
  let text = "";
  for (let i = 0; i + 1 < body.length; i += 2) text += String.fromCharCode(body.readUInt16BE(i));
  if (text.endsWith("\0")) text = text.slice(0, -1);
  return body.length % 2 !== 0 || /[\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff]/.test(text) ? { problem: "invalid BMPString" } : text;
}

// Attributes 2.5.4.x that have fields of their own.
const LISTS: ReadonlyMap<number, string> = new Map([
  [6, "Country"],
  [7, "Locality"],
  [8, "Province"],
  [9, "StreetAddress"],
  [10, "Organization"],
  [11, "OrganizationalUnit"],
  [17, "PostalCode"],
]);
const SINGLES: ReadonlyMap<number, string> = new Map([
  [3, "CommonName"],
  [5, "SerialNumber"],
]);

/** Returns the JSON of a name. */
export function nameJson(attributes: readonly Attribute[]): NameJson {
  const name: { [field: string]: Value } = { ExtraNames: null, CommonName: "", SerialNumber: "" };
  for (const field of LISTS.values()) name[field] = null;
  for (const { type, value } of attributes) {
    const [a, b, c, d = -1] = type;
    if (value === null || type.length !== 4 || a !== 2 || b !== 5 || c !== 4) continue;
    const single = SINGLES.get(d);
    if (single !== undefined) name[single] = value;
    const list = LISTS.get(d);
    if (list !== undefined) name[list] = [...((name[list] as readonly Value[] | null) ?? []), value];
  }
  name["Names"] = attributes.length === 0 ? null : attributes.map(({ type, value }) => ({ Type: type, Value: value }));
  return name;
}
