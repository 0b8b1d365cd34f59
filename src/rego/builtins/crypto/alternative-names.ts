/** Reads subject alternative names (https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.6). */
import type { Buffer } from "node:buffer";
import { addressText } from "../../text/ip.ts";
import { quote } from "../../text/quote.ts";
import { parseUrl, type Url, UrlError, urlText } from "../../text/url.ts";
import type { Value } from "../../values/value.ts";
import { DerReader, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";

/** Names by kind. */
export interface AlternativeNames {
  readonly dnsNames: string[];
  readonly emails: string[];
  readonly addresses: Buffer[];
  readonly uris: { readonly text: string; readonly json: Value }[];
}

/** Reads the names in an extension. */
export function readAlternativeNames(value: Buffer): AlternativeNames {
  const reader = need(new DerReader(value).enter(TAG.sequence), "x509: invalid subject alternative names");
  const names: AlternativeNames = { dnsNames: [], emails: [], addresses: [], uris: [] };
  while (!reader.isEmpty) {
    const { tag, body } = need(reader.any(), "x509: invalid subject alternative name");
    if (tag === 0x81) names.emails.push(plainText(body, "rfc822Name"));
    else if (tag === 0x82) names.dnsNames.push(plainText(body, "dNSName"));
    else if (tag === 0x86) names.uris.push(readUri(plainText(body, "uniformResourceIdentifier")));
    else if (tag === 0x87) {
      if (body.length !== 4 && body.length !== 16) throw new CryptoError(`x509: cannot parse IP address of length ${body.length}`);
      names.addresses.push(body);
    }
  }
  return names;
}

function plainText(body: Buffer, what: string): string {
  if (body.some((byte) => byte >= 0x80)) throw new CryptoError(`x509: SAN ${what} is malformed`);
  return body.toString("latin1");
}

function readUri(text: string): { readonly text: string; readonly json: Value } {
  const url = parseUrl(text);
  if (url instanceof UrlError) throw new CryptoError(`x509: cannot parse URI ${quote(text)}: ${url.message}`);
  if (url.host !== "" && !isDomain(url.host)) throw new CryptoError(`x509: cannot parse URI ${quote(text)}: invalid domain`);
  return { text: urlText(url), json: urlJson(url, text) };
}

/** Tells whether a text is a domain name; `constraint` allows a dot in front. */
export function isDomain(text: string, constraint = false): boolean {
  const name = constraint && text.startsWith(".") ? text.slice(1) : text;
  if (name === "" && constraint && text === "") return true;
  return name !== "" && name.split(".").every((label) => label !== "" && /^[!-~]+$/.test(label));
}

function urlJson(url: Url, text: string): Value {
  const { user, password } = url;
  return {
    Scheme: url.scheme,
    Opaque: url.opaque,
    User: user === undefined && password === undefined ? null : {},
    Host: url.host,
    Path: url.path,
    Fragment: url.fragment,
    RawQuery: url.rawQuery,
    RawPath: url.rawPath,
    RawFragment: url.rawFragment === url.fragment ? "" : url.rawFragment,
    ForceQuery: /^[^#]*\?(?:#|$)/.test(text) && url.rawQuery === "",
    OmitHost: url.scheme !== "" && url.host === "" && url.path.startsWith("/") && !text.slice(url.scheme.length + 1).startsWith("//"),
  };
}

/** Returns the text of an address given as bytes. */
export function addressJson(bytes: Buffer): string {
  return addressText({ bits: bytes.length === 4 ? 32 : 128, value: BigInt(`0x${bytes.toString("hex")}`), zone: "" });
}
