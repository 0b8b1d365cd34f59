/** Tells whether any of many texts starts with any of many others, in time that grows with the sum of both, not their product. */
import { compareStrings } from "../../base/compare-strings.ts";
import { toBinary } from "../text/bytes.ts";

/** Returns true when some text starts with some prefix. */
export function startsWithAny(texts: readonly string[], prefixes: readonly string[]): boolean {
  const sorted = texts.map(toBinary).sort(compareStrings);
  return prefixes.map(toBinary).some((prefix) => sorted[firstNotBelow(sorted, prefix)]?.startsWith(prefix) === true);
}

// Texts that start with a prefix follow directly on the place where the prefix itself would stand.
function firstNotBelow(sorted: readonly string[], prefix: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareStrings(sorted[middle] ?? "", prefix) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
