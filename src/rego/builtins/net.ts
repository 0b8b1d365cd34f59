/**
 * The `net.*` builtins: CIDR arithmetic on addresses of both families, and the DNS lookup, which asks the host
 * (https://www.openpolicyagent.org/docs/latest/policy-reference/#net).
 */

import { compareStrings } from "../../base/compare-strings.ts";
import { type Address, AddressError, addressText, holds, lastOf, type Network, parseAddress, parseNetwork, unmapped } from "../text/ip.ts";
import { isPlainObject } from "../values/object.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { Failure } from "./failure.ts";
import { mergeNetworks } from "./net-merge.ts";
import { builtinError, membersOf, operandTypeError, row, string } from "./operands.ts";

/** Reads a network; OPA calls every operand of these builtins the first. */
function network(value: Value, name: string): Network | Failure {
  if (typeof value !== "string") return operandTypeError(name, 1, value, ["string"]);
  return parseNetwork(value) ?? builtinError(name, `invalid CIDR address: ${value}`);
}

/** Reads an address without zone, or returns undefined. */
function plainAddress(text: string): Address | undefined {
  const address = parseAddress(text);
  return address instanceof AddressError || address.zone !== "" ? undefined : address;
}

function contains(name: string, outerText: Value, inner: Value): boolean | Failure {
  const outer = network(outerText, name);
  if (outer instanceof Failure) return outer;
  const ends = endsOf(name, inner);
  return ends instanceof Failure ? ends : ends.every((end) => holds(outer, end));
}

/** Reads an address, or the first and last of a network. */
function endsOf(name: string, inner: Value): readonly Address[] | Failure {
  if (typeof inner !== "string") return operandTypeError(name, 1, inner, ["string"]);
  const address = plainAddress(inner);
  if (address !== undefined) return [address];
  const net = parseNetwork(inner);
  if (net === undefined) return builtinError(name, `not a valid textual representation of an IP address or CIDR: ${inner}`);
  return [
    { ...net, value: net.first, zone: "" },
    { ...net, value: lastOf(net), zone: "" },
  ];
}

function containsRow(name: string) {
  return (_: BuiltinContext, ...[outer = null, inner = null]: readonly Value[]): BuiltinResult => contains(name, outer, inner);
}

function intersects(_: BuiltinContext, ...[first = null, second = null]: readonly Value[]): BuiltinResult {
  const name = "net.cidr_intersects";
  const a = network(first, name);
  if (a instanceof Failure) return a;
  const b = network(second, name);
  if (b instanceof Failure) return b;
  return holds(a, { ...b, value: b.first, zone: "" }) || holds(b, { ...a, value: a.first, zone: "" });
}

// Matches ------------------------------------------------------------------------------------------------------------------------

const MATCHES = "net.cidr_contains_matches";

interface Candidate {
  readonly cidr: Value;
  readonly index: Value;
}

function candidates(value: Value): readonly (readonly [Value, Value])[] {
  if (typeof value === "string") return [[value, value]];
  if (Array.isArray(value)) return value.map((item: Value, i: number) => [item, i] as const);
  if (value instanceof RegoSet) return value.sorted().map((item) => [item, item] as const);
  if (value instanceof RegoObject) return value.order().map((at) => [value.values[at] ?? null, value.keys[at] ?? null] as const);
  if (isPlainObject(value)) {
    return Object.keys(value)
      .sort(compareStrings)
      .map((key) => [value[key] ?? null, key] as const);
  }
  return [];
}

function readCandidate(position: number, [item, index]: readonly [Value, Value]): Candidate | Failure {
  if (typeof item === "string") return { cidr: item, index };
  const first = Array.isArray(item) ? (item[0] as Value | undefined) : undefined;
  return first === undefined
    ? builtinError(MATCHES, `operand ${position}: element must be string or non-empty array`)
    : { cidr: first, index };
}

function containsMatches(context: BuiltinContext, ...[outers = null, inners = null]: readonly Value[]): BuiltinResult {
  const result = new RegoSet();
  const inner = candidates(inners);
  // Each is read once, when it is first met.
  const read: { readonly index: Value; readonly ends: readonly Address[] }[] = [];
  for (const pair of candidates(outers)) {
    const outer = readCandidate(1, pair);
    if (outer instanceof Failure) return outer;
    context.spend(inner.length + 1);
    let net: Network | undefined;
    for (let i = 0; i < inner.length; i++) {
      const candidate = read[i] === undefined ? readCandidate(2, inner[i] ?? [null, null]) : undefined;
      if (candidate instanceof Failure) return candidate;
      const known = net ?? network(outer.cidr, MATCHES);
      if (known instanceof Failure) return known;
      net = known;
      if (candidate !== undefined) {
        const ends = endsOf(MATCHES, candidate.cidr);
        if (ends instanceof Failure) return ends;
        read[i] = { index: candidate.index, ends };
      }
      const { index, ends } = read[i] ?? { index: null, ends: [] };
      if (ends.every((end) => holds(known, end))) result.add([outer.index, index]);
    }
  }
  return result;
}

// Lists --------------------------------------------------------------------------------------------------------------------------

function expand(context: BuiltinContext, text: string): BuiltinResult {
  const net = parseNetwork(text);
  if (net === undefined) return builtinError("net.cidr_expand", `invalid CIDR address: ${text}`);
  const hosts = new RegoSet();
  const last = lastOf(net);
  for (let value = net.first; value <= last; value++) {
    const host = addressText({ bits: net.bits, value, zone: "" });
    // A member of a set takes about as much as so many characters.
    context.spend(host.length + 100);
    hosts.add(host);
  }
  return hosts;
}

function merge(context: BuiltinContext, value: Value): BuiltinResult {
  const name = "net.cidr_merge";
  const members = membersOf(value);
  if (members === undefined) return builtinError(name, "operand must be an array");
  const networks: { readonly network: Network; readonly text: string }[] = [];
  for (const member of members) {
    if (typeof member !== "string") return builtinError(name, "element must be string");
    const found = classfulNetwork(member, name);
    if (found instanceof Failure) return found;
    networks.push(found);
  }
  context.spend(networks.length);
  return RegoSet.of(mergeNetworks(networks));
}

// An IPv4 address alone stands for the network of its class, host bits and all.
function classfulNetwork(text: string, name: string): { readonly network: Network; readonly text: string } | Failure {
  const address = plainAddress(text);
  if (address === undefined) {
    const net = network(text, name);
    return net instanceof Failure ? net : { network: net, text: "" };
  }
  const { bits, value } = unmapped(address);
  if (bits === 128) return builtinError(name, "IPv6 invalid: needs prefix length");
  const prefix = value < 0x80000000n ? 8 : value < 0xc0000000n ? 16 : 24;
  const host = BigInt(32 - prefix);
  return { network: { bits, first: (value >> host) << host, prefix }, text: `${addressText(address)}/${prefix}` };
}

// DNS ----------------------------------------------------------------------------------------------------------------------------

function lookup(context: BuiltinContext, host: string): BuiltinResult {
  const name = "net.lookup_ip_addr";
  if (context.allowedHosts !== undefined && !context.allowedHosts.includes(host)) return builtinError(name, `unallowed host: ${host}`);
  const answer = context.ask(`${name}:${host}`, { builtin: name, operands: [host] });
  return answer instanceof Error ? builtinError(name, answer.message) : answer;
}

/** Networks. */
// biome-ignore format: table
export const net: readonly Builtin[] = [
  define("net.cidr_contains", "(cidr: string, cidr_or_ip: string) => result: boolean", containsRow("net.cidr_contains")),
  define("net.cidr_overlap", "(string, string) => boolean", containsRow("net.cidr_overlap"), { deprecated: true }),
  define("net.cidr_intersects", "(cidr1: string, cidr2: string) => result: boolean", intersects),
  define(MATCHES, "(cidrs: any<string, array[any<string, array[any]>], object[string: any<string, array[any]>], set[any<string, array[any]>]>, cidrs_or_ips: any<string, array[any<string, array[any]>], object[string: any<string, array[any]>], set[any<string, array[any]>]>) => output: set[array<any, any>]", containsMatches),
  row("net.cidr_expand", "(cidr: string) => hosts: set[string]", [string], expand),
  define("net.cidr_is_valid", "(cidr: string) => result: boolean", (_, text) => typeof text === "string" && parseNetwork(text) !== undefined),
  define("net.cidr_merge", "(addrs: any<array[any<string>], set[string]>) => output: set[string]", merge),
  row("net.lookup_ip_addr", "(name: string) => addrs: set[string]", [string], lookup, { nondeterministic: true, needs: "network" }),
];
