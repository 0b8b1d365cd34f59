/**
 * Merges networks into the fewest that cover the same addresses, as `net.cidr_merge` does. In: networks, with the text of those that
 * print differently from what they cover; out: texts. All addresses are compared as 128 bits, IPv4 mapped into IPv6.
 */
import { asSixteenBytes, lastOf, type Network, networkText } from "../text/ip.ts";

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  /** How a network prints that was not merged with any other. */
  readonly text: string | undefined;
}

const FOUR_FIRST = 0xffffn << 32n;
const FOUR_LAST = FOUR_FIRST | 0xffffffffn;

/** Returns the texts of the merged networks. */
export function mergeNetworks(networks: readonly { readonly network: Network; readonly text: string }[]): readonly string[] {
  const ranges: Range[] = networks.map(({ network, text }) => ({
    first: asSixteenBytes({ bits: network.bits, value: network.first, zone: "" }),
    last: asSixteenBytes({ bits: network.bits, value: lastOf(network), zone: "" }),
    text: text === "" ? networkText(network) : text,
  }));
  ranges.sort((a, b) => compare(a.last, b.last) || compare(a.first, b.first));
  const merged: Range[] = [];
  for (const range of ranges.toReversed()) {
    const current = merged.at(-1);
    if (current !== undefined && before(current.first) <= range.last) {
      merged[merged.length - 1] = { first: lesser(range.first, current.first), last: current.last, text: undefined };
    } else merged.push(range);
  }
  return merged.flatMap((range) => (range.text !== undefined ? [range.text] : networksOf(range.first, range.last)));
}

function lesser(a: bigint, b: bigint): bigint {
  return compare(a, b) < 0 ? a : b;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

// The first address of each family has none before it.
function before(value: bigint): bigint {
  return value === 0n || value === FOUR_FIRST ? value : value - 1n;
}

function networksOf(first: bigint, last: bigint): readonly string[] {
  const texts: string[] = [];
  for (let at = first; at <= last; ) {
    const isFour = at >= FOUR_FIRST && at <= FOUR_LAST;
    // A range that begins below the mapped addresses is one of IPv6 and passes over them.
    const end = isFour && first >= FOUR_FIRST && last > FOUR_LAST ? FOUR_LAST : last;
    const four = isFour && first >= FOUR_FIRST;
    let host = 0;
    while (host < (four ? 32 : 128) && (at >> BigInt(host)) % 2n === 0n && at + (1n << BigInt(host + 1)) - 1n <= end) host++;
    const network: Network = four ? { bits: 32, first: at & 0xffffffffn, prefix: 32 - host } : { bits: 128, first: at, prefix: 128 - host };
    texts.push(networkText(network));
    at += 1n << BigInt(host);
  }
  return texts;
}
