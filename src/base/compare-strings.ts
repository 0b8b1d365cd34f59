/**
 * Orders strings by code point, which is the byte order of their UTF-8 form and the order Rego, Go and Kubernetes use.
 * JavaScript's `<` orders by UTF-16 unit and differs once a surrogate is involved, so the slow path runs only then.
 */

const SURROGATE = /[\ud800-\udfff]/;

/** Returns a negative number, zero or a positive number as `a` sorts before, with or after `b`. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  return compareByCodePoint(a, b);
}

function compareByCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  // Units differ inside a pair whose high halves agree: step back to the start of the pair.
  if (i > 0 && isHigh(a.charCodeAt(i - 1)) && isLow(a.charCodeAt(i)) && isLow(b.charCodeAt(i))) i--;
  return (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
