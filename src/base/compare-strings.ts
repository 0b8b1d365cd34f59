/**
 * Orders strings by code point, which is the byte order of their UTF-8 form and the order Rego, Go and Kubernetes use.
 * JavaScript's `<` orders by UTF-16 unit and differs once a surrogate is involved, so the slow path runs only then.
 */

const FIRST_SURROGATE = 0xd800;

/** Returns a negative number, zero or a positive number as `a` sorts before, with or after `b`. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  const left = a.charCodeAt(i);
  const right = b.charCodeAt(i);
  return left < FIRST_SURROGATE || right < FIRST_SURROGATE ? left - right : compareByCodePoint(a, b, i);
}

function compareByCodePoint(a: string, b: string, at: number): number {
  // Units differ inside a pair whose high halves agree: step back to the start of the pair.
  const inside = at > 0 && isHigh(a.charCodeAt(at - 1)) && isLow(a.charCodeAt(at)) && isLow(b.charCodeAt(at));
  const start = inside ? at - 1 : at;
  return (a.codePointAt(start) ?? 0) - (b.codePointAt(start) ?? 0);
}

function isHigh(unit: number): boolean {
  return unit >= FIRST_SURROGATE && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
