/** Reads name constraints and applies them to the names of a leaf (https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.10). */
import { Buffer } from "node:buffer";
import { AddressError, parseAddress } from "../../text/ip.ts";
import { quote } from "../../text/quote.ts";
import { parseUrl, splitHost, UrlError } from "../../text/url.ts";
import type { Value } from "../../values/value.ts";
import { addressJson, isDomain } from "./alternative-names.ts";
import { DerReader, need, TAG } from "./der.ts";
import { CryptoError } from "./encoded.ts";

/** Names of one side, permitted or excluded. */
interface NameSet {
  readonly dns: string[];
  /** Address and mask, in hexadecimal. */
  readonly ranges: { readonly address: string; readonly mask: string }[];
  readonly emails: string[];
  readonly uris: string[];
}

/** The names of a leaf. */
export interface LeafNames {
  readonly dnsNames: readonly string[];
  readonly emails: readonly string[];
  /** Bytes of addresses, in hexadecimal. */
  readonly addresses: readonly string[];
  readonly uris: readonly string[];
}

/** What a certificate allows in those below it. */
export interface NameConstraints {
  readonly permitted: NameSet;
  readonly excluded: NameSet;
}

function emptySet(): NameSet {
  return { dns: [], ranges: [], emails: [], uris: [] };
}

/** Returns constraints that constrain nothing. */
export function emptyConstraints(): NameConstraints {
  return { permitted: emptySet(), excluded: emptySet() };
}

/** Reads the extension; `complete` is false when it holds names of other kinds. */
export function readNameConstraints(value: Buffer): {
  readonly constraints: NameConstraints;
  readonly json: { readonly [field: string]: Value };
  readonly complete: boolean;
} {
  const what = "x509: invalid NameConstraints extension";
  const outer = new DerReader(value);
  const top = need(outer.enter(TAG.sequence), what);
  const permittedBody = top.peekTag() === 0xa0 ? need(top.body(0xa0), what) : undefined;
  const excludedBody = top.peekTag() === 0xa1 ? need(top.body(0xa1), what) : undefined;
  if (!outer.isEmpty || !top.isEmpty) throw new CryptoError(what);
  if ((permittedBody?.length ?? 0) + (excludedBody?.length ?? 0) === 0) throw new CryptoError("x509: empty name constraints extension");
  const permitted = readSet(permittedBody, what);
  const excluded = readSet(excludedBody, what);
  return {
    constraints: { permitted: permitted.set, excluded: excluded.set },
    json: { ...setJson("Permitted", permitted.set), ...setJson("Excluded", excluded.set) },
    complete: permitted.complete && excluded.complete,
  };
}

function setJson(side: string, { dns, ranges, emails, uris }: NameSet): { readonly [field: string]: Value } {
  const list = (values: readonly Value[]): Value => (values.length === 0 ? null : values);
  return {
    [`${side}DNSDomains`]: list(dns),
    [`${side}IPRanges`]: list(
      ranges.map(({ address, mask }) => ({ IP: addressJson(bytesOf(address)), Mask: bytesOf(mask).toString("base64") })),
    ),
    [`${side}EmailAddresses`]: list(emails),
    [`${side}URIDomains`]: list(uris),
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}

function readSet(body: Buffer | undefined, what: string): { readonly set: NameSet; readonly complete: boolean } {
  const set = emptySet();
  let complete = true;
  const reader = body === undefined ? undefined : new DerReader(body);
  while (reader !== undefined && !reader.isEmpty) {
    const { tag, body: name } = need(reader.enter(TAG.sequence)?.any(), what);
    if (tag === 0x87) set.ranges.push(readRange(name));
    else if (tag === 0x82) set.dns.push(readDomain(name, "dnsName"));
    else if (tag === 0x81) set.emails.push(readEmail(name));
    else if (tag === 0x86) set.uris.push(readUriDomain(name));
    else complete = false;
  }
  return { set, complete };
}

function readRange(bytes: Buffer): NameSet["ranges"][number] {
  if (bytes.length !== 8 && bytes.length !== 32) throw new CryptoError(`x509: IP constraint contained value of length ${bytes.length}`);
  const half = bytes.length / 2;
  const mask = bytes.subarray(half).toString("hex");
  const bits = [...bytes.subarray(half)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  if (!/^1*0*$/.test(bits)) throw new CryptoError(`x509: IP constraint contained invalid mask ${mask}`);
  return { address: bytes.subarray(0, half).toString("hex"), mask };
}

function ascii(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  const bad = [...text].find((letter) => letter > "\u007f");
  if (bad !== undefined) throw new CryptoError(`x509: invalid constraint value: x509: ${quote(text)} cannot be encoded as an IA5String`);
  return text;
}

function readDomain(bytes: Buffer, kind: string): string {
  const domain = ascii(bytes);
  if (!isDomain(domain, true)) throw new CryptoError(`x509: failed to parse ${kind} constraint ${quote(domain)}`);
  return domain;
}

function readEmail(bytes: Buffer): string {
  const text = ascii(bytes);
  const ok = text.includes("@") ? /^[^@\s]+@[^@\s]+$/.test(text) : isDomain(text, true);
  if (!ok) throw new CryptoError(`x509: failed to parse rfc822Name constraint ${quote(text)}`);
  return text;
}

function readUriDomain(bytes: Buffer): string {
  const domain = ascii(bytes);
  if (!(parseAddress(domain) instanceof AddressError)) {
    throw new CryptoError(`x509: failed to parse URI constraint ${quote(domain)}: cannot be IP address`);
  }
  if (!isDomain(domain, true)) throw new CryptoError(`x509: failed to parse URI constraint ${quote(domain)}`);
  return domain;
}

// Applying -----------------------------------------------------------------------------------------------------------------------

function domainMatches(domain: string, constraint: string, withSubdomains: boolean): boolean {
  if (constraint === "") return true;
  const labels = domain.toLowerCase().split(".").reverse();
  const mustHaveMore = constraint.startsWith(".");
  const wanted = (mustHaveMore ? constraint.slice(1) : constraint).toLowerCase().split(".").reverse();
  if (labels.length < wanted.length || (mustHaveMore && labels.length === wanted.length)) return false;
  if (!withSubdomains && !mustHaveMore && labels.length !== wanted.length) return false;
  return wanted.every((label, i) => label === labels[i]);
}

function emailMatches(email: string, constraint: string): boolean {
  const at = email.lastIndexOf("@");
  const constraintAt = constraint.lastIndexOf("@");
  if (constraintAt >= 0) {
    const sameUser = email.slice(0, at) === constraint.slice(0, constraintAt);
    return sameUser && email.slice(at).toLowerCase() === constraint.slice(constraintAt).toLowerCase();
  }
  return domainMatches(email.slice(at + 1), constraint, false);
}

function addressMatches(address: string, { address: wanted, mask }: NameSet["ranges"][number]): boolean {
  if (address.length !== wanted.length) return false;
  const [a, b, m] = [BigInt(`0x${address}`), BigInt(`0x${wanted}`), BigInt(`0x${mask}`)];
  return (a & m) === (b & m);
}

function uriHost(uri: string): string {
  const url = parseUrl(uri);
  return url instanceof UrlError ? "" : splitHost(url.host).name;
}

/** Tells whether the names of a leaf are allowed. */
export function namesAllowed({ permitted, excluded }: NameConstraints, leaf: LeafNames): boolean {
  const allowed = <N, C>(
    names: readonly N[],
    kinds: readonly [readonly C[], readonly C[]],
    matches: (name: N, constraint: C) => boolean,
  ): boolean =>
    names.every((name) => !kinds[1].some((c) => matches(name, c)) && (kinds[0].length === 0 || kinds[0].some((c) => matches(name, c))));
  return (
    allowed(leaf.dnsNames, [permitted.dns, excluded.dns], (name, c) => domainMatches(name, c, true)) &&
    allowed(leaf.emails, [permitted.emails, excluded.emails], emailMatches) &&
    allowed(leaf.addresses, [permitted.ranges, excluded.ranges], addressMatches) &&
    allowed(leaf.uris.map(uriHost), [permitted.uris, excluded.uris], (host, c) => domainMatches(host, c, false))
  );
}
