/**
 * IP addresses and networks: `ip("…")`, `cidr("…")` and what can be asked of them.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library
 */
import { type Address, AddressError, addressText, parseAddress, quote } from "../../../rego/index.ts";
import { noSuchOverload } from "../values/order.ts";
import { costSize } from "../values/size.ts";
import { opaqueType } from "../values/type.ts";
import { CelError, CelOpaque, type CelResult, type CelValue } from "../values/value.ts";
import { doubleTraversal, traversal, unit } from "./costs.ts";
import { bool, type CallCost, free, func, int, type Library, method, opaque, string } from "./declare.ts";

class Ip {
  readonly address: Address;
  readonly costSize: number;

  constructor(address: Address) {
    this.address = address;
    this.costSize = address.bits / 8;
  }

  equals(other: unknown): boolean {
    return other instanceof Ip && other.address.bits === this.address.bits && other.address.value === this.address.value;
  }
}

class Cidr {
  readonly address: Address;
  readonly prefix: number;
  readonly costSize: number;

  constructor(address: Address, prefix: number) {
    this.address = address;
    this.prefix = prefix;
    this.costSize = Math.ceil(prefix / 8);
  }

  equals(other: unknown): boolean {
    return other instanceof Cidr && other.prefix === this.prefix && new Ip(other.address).equals(new Ip(this.address));
  }
}

const ipType = opaqueType("net.IP");
const cidrType = opaqueType("net.CIDR");
const ip = opaque<Ip>(ipType);
const cidr = opaque<Cidr>(cidrType);

function isMapped({ bits, value }: Address): boolean {
  return bits === 128 && value >> 32n === 0xffffn;
}

function readAddress(text: string): Address | CelError {
  const address = parseAddress(text);
  if (address instanceof AddressError) {
    return new CelError(`IP Address ${quote(text)} parse error during conversion from string: ${address.message}`);
  }
  if (address.zone !== "") return new CelError(`IP address ${quote(text)} with zone value is not allowed`);
  return isMapped(address) ? new CelError(`IPv4-mapped IPv6 address ${quote(text)} is not allowed`) : address;
}

function readIp(text: string): CelResult {
  const address = readAddress(text);
  return address instanceof CelError ? address : new CelOpaque(ipType, new Ip(address));
}

const CONVERSION = "network address parse error during conversion from string";

function readNetwork(text: string): Cidr | CelError {
  const wrong = (problem: string) => new CelError(`${CONVERSION}: netip.ParsePrefix(${quote(text)}): ${problem}`);
  const slash = text.lastIndexOf("/");
  if (slash < 0) return wrong("no '/'");
  const address = parseAddress(text.slice(0, slash));
  if (address instanceof AddressError) return wrong(address.message);
  if (address.zone !== "") return wrong("IPv6 zones cannot be present in a prefix");
  const length = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d*)$/.test(length)) return wrong(`bad bits after slash: ${quote(length)}`);
  if (Number(length) > address.bits) return wrong("prefix length out of range");
  if (isMapped(address)) return new CelError(`IPv4-mapped IPv6 address ${quote(text)} is not allowed`);
  return new Cidr(address, Number(length));
}

function readCidr(text: string): CelResult {
  const network = readNetwork(text);
  return network instanceof CelError ? new CelError(`${CONVERSION}: ${network.message}`) : new CelOpaque(cidrType, network);
}

function maskedValue({ bits, value }: Address, prefix: number): bigint {
  const host = BigInt(bits - prefix);
  return (value >> host) << host;
}

function containsIp(network: Cidr, address: Address): boolean {
  if (network.address.bits !== address.bits) return false;
  return maskedValue(network.address, network.prefix) === maskedValue(address, network.prefix);
}

function containsCidr(network: Cidr, other: Cidr): boolean {
  return network.prefix <= other.prefix && containsIp(network, other.address);
}

function masked({ value }: CelOpaque<Cidr>): CelResult {
  const address = { ...value.address, value: maskedValue(value.address, value.prefix) };
  return new CelOpaque(cidrType, new Cidr(address, value.prefix));
}

type Six = (value: bigint) => boolean;
type Four = (value: number) => boolean;

function property(id: string, four: Four, six: Six) {
  const holds = ({ value }: CelOpaque<Ip>) => {
    const { bits, value: number } = value.address;
    return bits === 32 ? four(Number(number)) : six(number);
  };
  return [method(id, [ip], bool, holds)];
}

const isLoopback4: Four = (value) => value >>> 24 === 127;
const isMulticast4: Four = (value) => value >>> 28 === 14;
const isLinkLocal4: Four = (value) => value >>> 16 === 0xa9fe;
const isMulticast6: Six = (value) => value >> 120n === 0xffn;
const isLinkLocal6: Six = (value) => value >> 118n === 0xfe80n >> 6n;

function isGlobal4(value: number): boolean {
  return value !== 0xffffffff && value !== 0 && !isLoopback4(value) && !isMulticast4(value) && !isLinkLocal4(value);
}

function isGlobal6(value: bigint): boolean {
  return value > 1n && !isMulticast6(value) && !isLinkLocal6(value);
}

// A text that is no address is refused like a value of the wrong type.
function containsIpText(network: Cidr, text: string): CelResult {
  const address = readAddress(text);
  return address instanceof CelError ? noSuchOverload : containsIp(network, address);
}

const containsCost =
  (factor: number, extra: number): CallCost =>
  (args) => {
    const network = costSize(args[0] ?? null);
    const other: CelValue = args[1] ?? null;
    const parse = typeof other === "string" ? Math.ceil(costSize(other) * 0.1) : 0;
    return Math.ceil(network * 2 * 0.1) + Math.ceil(network * factor * 0.1) + extra + parse;
  };

const nominal = { cost: unit };
const walk = { cost: traversal };
const withText =
  <T>(read: (text: string) => T | CelError, use: (value: T) => CelResult) =>
  (text: string) => {
    const value = read(text);
    return value instanceof CelError ? value : use(value);
  };

/** The library. */
export const netLibrary: Library = {
  name: "kubernetes.net",
  types: [ipType, cidrType],
  functions: [
    func(
      "ip",
      [
        free("string_to_ip", [string], ip, readIp),
        method("cidr_ip", [cidr], ip, ({ value }) => new CelOpaque(ipType, new Ip(value.address))),
      ],
      {
        cost: (args, result) => (args[0] instanceof CelOpaque ? 1 : traversal(args, result)),
      },
    ),
    func("isIP", [free("is_ip", [string], bool, (text) => !(readAddress(text) instanceof CelError))], walk),
    func(
      "ip.isCanonical",
      [free("ip_is_canonical", [string], bool, (text) => withText(readAddress, (address) => addressText(address) === text)(text))],
      { cost: doubleTraversal },
    ),
    func("family", [method("ip_family", [ip], int, ({ value }) => (value.address.bits === 32 ? 4 : 6))], nominal),
    func(
      "isUnspecified",
      property(
        "ip_is_unspecified",
        (value) => value === 0,
        (value) => value === 0n,
      ),
      nominal,
    ),
    func(
      "isLoopback",
      property("ip_is_loopback", isLoopback4, (value) => value === 1n),
      nominal,
    ),
    func(
      "isLinkLocalMulticast",
      property(
        "ip_is_link_local_multicast",
        (value) => value >>> 8 === 0xe00000,
        (value) => isMulticast6(value) && ((value >> 112n) & 0xfn) === 2n,
      ),
      nominal,
    ),
    func("isLinkLocalUnicast", property("ip_is_link_local_unicast", isLinkLocal4, isLinkLocal6), nominal),
    func("isGlobalUnicast", property("ip_is_global_unicast", isGlobal4, isGlobal6), nominal),
    func("string", [
      free("ip_to_string", [ip], string, ({ value }) => addressText(value.address)),
      free("cidr_to_string", [cidr], string, ({ value }) => `${addressText(value.address)}/${value.prefix}`),
    ]),
    func("cidr", [free("string_to_cidr", [string], cidr, readCidr)], walk),
    func("isCIDR", [free("is_cidr", [string], bool, (text) => !(readNetwork(text) instanceof CelError))], walk),
    func(
      "containsIP",
      [
        method("cidr_contains_ip_string", [cidr, string], bool, ({ value }, text) => containsIpText(value, text)),
        method("cidr_contains_ip_ip", [cidr, ip], bool, (network, address) => containsIp(network.value, address.value.address)),
      ],
      { cost: containsCost(0, 0) },
    ),
    func(
      "containsCIDR",
      [
        method("cidr_contains_cidr_string", [cidr, string], bool, ({ value }, text) => {
          const other = readNetwork(text);
          return other instanceof CelError ? new CelError(`${CONVERSION}: ${other.message}`) : containsCidr(value, other);
        }),
        method("cidr_contains_cidr", [cidr, cidr], bool, (network, other) => containsCidr(network.value, other.value)),
      ],
      { cost: containsCost(1, 1) },
    ),
    func("prefixLength", [method("cidr_prefix_length", [cidr], int, ({ value }) => value.prefix)], nominal),
    func("masked", [method("cidr_masked", [cidr], cidr, masked)], nominal),
  ],
};
