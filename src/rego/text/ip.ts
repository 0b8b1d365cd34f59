/**
 * IP addresses as Go's net and net/netip packages read and write them (https://pkg.go.dev/net/netip#ParseAddr): text in, a number of 32 or 128
 * bits or Go's error out. IPv4 octets have no leading zeros, an IPv6 address may end in an IPv4 one and carry a zone.
 */
import { quote } from "./quote.ts";

/** An address; `bits` tells how it was written, so `::ffff:1.2.3.4` has 128. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
  readonly zone: string;
}

/** A text that is no address; `message` is Go's. */
export class AddressError {
  readonly message: string;

  constructor(input: string, problem: string, at = "") {
    this.message = `ParseAddr(${quote(input)}): ${problem}${at === "" ? "" : ` (at ${quote(at)})`}`;
  }
}

const MAPPED = 0xffffn << 32n;

/** Reads an address. */
export function parseAddress(text: string): Address | AddressError {
  const first = /[.:%]/.exec(text)?.[0];
  if (first === undefined) return new AddressError(text, "unable to parse IP");
  if (first === "%") return new AddressError(text, "missing IPv6 address");
  if (first === ":") return parseSix(text);
  const value = parseFour(text, text);
  return value instanceof AddressError ? value : { bits: 32, value: BigInt(value), zone: "" };
}

function parseFour(text: string, input: string): number | AddressError {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter >= "0" && letter <= "9") {
      if (digits === 1 && octet === 0) return new AddressError(input, "IPv4 field has octet with leading zero");
      octet = octet * 10 + Number(letter);
      digits++;
      if (octet > 255) return new AddressError(input, "IPv4 field has value >255");
      continue;
    }
    if (letter !== ".") return new AddressError(input, "unexpected character", text.slice(i));
    if (digits === 0 || i === text.length - 1) return new AddressError(input, "IPv4 field must have at least one digit", text.slice(i));
    if (dots === 3) return new AddressError(input, "IPv4 address too long");
    value = value * 256 + octet;
    octet = 0;
    digits = 0;
    dots++;
  }
  return dots < 3 ? new AddressError(input, "IPv4 address too short") : value * 256 + octet;
}

interface SixReader {
  readonly input: string;
  rest: string;
  readonly groups: number[];
  ellipsis: number;
}

function parseSix(input: string): Address | AddressError {
  const percent = input.indexOf("%");
  const zone = percent < 0 ? "" : input.slice(percent + 1);
  if (percent >= 0 && zone === "") return new AddressError(input, "zone must be a non-empty string");
  const reader: SixReader = { input, rest: percent < 0 ? input : input.slice(0, percent), groups: [], ellipsis: -1 };
  if (reader.rest.startsWith("::")) {
    reader.ellipsis = 0;
    reader.rest = reader.rest.slice(2);
  }
  if (reader.rest !== "" || reader.ellipsis < 0) {
    const problem = readGroups(reader);
    if (problem !== undefined) return problem;
  }
  const { groups, ellipsis, rest } = reader;
  if (rest !== "") return new AddressError(input, "trailing garbage after address", rest);
  if (groups.length < 8) {
    if (ellipsis < 0) return new AddressError(input, "address string too short");
    groups.splice(ellipsis, 0, ...Array.from({ length: 8 - groups.length }, () => 0));
  } else if (ellipsis >= 0) return new AddressError(input, "the :: must expand to at least one field of zeros");
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n), zone };
}

function readGroups(reader: SixReader): AddressError | undefined {
  const { input, groups } = reader;
  while (groups.length < 8) {
    const { rest } = reader;
    const digits = /^[0-9A-Fa-f]*/.exec(rest)?.[0] ?? "";
    if (digits.length > 4) return new AddressError(input, "each group must have 4 or less digits", rest);
    if (digits === "") return new AddressError(input, "each colon-separated field must have at least one digit", rest);
    if (rest.charAt(digits.length) === ".") return readEmbeddedFour(reader);
    groups.push(Number.parseInt(digits, 16));
    reader.rest = rest.slice(digits.length);
    if (reader.rest === "") return undefined;
    if (!reader.rest.startsWith(":")) return new AddressError(input, "unexpected character, want colon", reader.rest);
    if (reader.rest.length === 1) return new AddressError(input, "colon must be followed by more characters", reader.rest);
    reader.rest = reader.rest.slice(1);
    if (!reader.rest.startsWith(":")) continue;
    if (reader.ellipsis >= 0) return new AddressError(input, "multiple :: in address", reader.rest);
    reader.ellipsis = groups.length;
    reader.rest = reader.rest.slice(1);
    if (reader.rest === "") return undefined;
  }
  return undefined;
}

function readEmbeddedFour(reader: SixReader): AddressError | undefined {
  const { input, groups, rest, ellipsis } = reader;
  if (ellipsis < 0 && groups.length !== 6) {
    return new AddressError(input, "embedded IPv4 address must replace the final 2 fields of the address", rest);
  }
  if (groups.length > 6) return new AddressError(input, "too many hex fields to fit an embedded IPv4 at the end of the address", rest);
  const value = parseFour(rest, input);
  if (value instanceof AddressError) return value;
  groups.push(Math.floor(value / 65536), value % 65536);
  reader.rest = "";
  return undefined;
}

/** Returns an address without zone the way Go's `net.IP` sees it: an IPv4 address in IPv6 notation is an IPv4 address. */
export function unmapped(address: Address): Address {
  if (address.bits === 32 || address.value >> 32n !== 0xffffn) return address;
  return { bits: 32, value: address.value & 0xffffffffn, zone: "" };
}

/** Returns an address as 128 bits, IPv4 mapped into IPv6. */
export function asSixteenBytes({ bits, value }: Address): bigint {
  return bits === 32 ? MAPPED | value : value;
}

/** Writes an address as Go's `net.IP` does. */
export function addressText(address: Address): string {
  const { bits, value } = unmapped(address);
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => Number((value >> shift) & 0xffffn));
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

/** A network: its first address and the length of its prefix. */
export interface Network {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly prefix: number;
}

/** Reads `address/prefix`; bits behind the prefix are cleared. Returns undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  if (address === undefined || address instanceof AddressError || address.zone !== "") return undefined;
  const digits = text.slice(slash + 1);
  if (!/^[0-9]+$/.test(digits) || Number(digits) > address.bits) return undefined;
  return networkOf(address, Number(digits));
}

/** Returns the network of a prefix; one in the range of mapped IPv4 addresses is an IPv4 network. */
function networkOf({ bits, value }: Address, prefix: number): Network {
  const host = BigInt(bits - prefix);
  const first = (value >> host) << host;
  if (bits === 128 && prefix >= 96 && first >> 32n === 0xffffn) return { bits: 32, first: first & 0xffffffffn, prefix: prefix - 96 };
  return { bits, first, prefix };
}

/** Returns the last address of a network. */
export function lastOf({ bits, first, prefix }: Network): bigint {
  return first | ((1n << BigInt(bits - prefix)) - 1n);
}

/** Tells whether a network holds an address. */
export function holds(network: Network, address: Address): boolean {
  const { bits, value } = unmapped(address);
  return bits === network.bits && value >= network.first && value <= lastOf(network);
}

/** Writes a network as Go does. */
export function networkText({ bits, first, prefix }: Network): string {
  return `${addressText({ bits, value: first, zone: "" })}/${prefix}`;
}
