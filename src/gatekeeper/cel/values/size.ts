/** Sizes of values: code points of strings, bytes, elements, entries. The cost tracker measures with the same ruler. */
import { isMap, mapSize } from "./map.ts";
import { CelOpaque, CelOptional, type CelResult } from "./value.ts";

const SURROGATE = /[\ud800-\udbff]/;

/** Up to this length a loop is faster than calling a regular expression. */
const SHORT = 24;

function hasSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) return true;
  return false;
}

/** Counts the code points of a string. */
export function codePointCount(text: string): number {
  if (text.length <= SHORT ? !hasSurrogate(text) : !SURROGATE.test(text)) return text.length;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const next = text.charCodeAt(i + 1);
    if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) i++;
    count++;
  }
  return count;
}

/** Yields the size of a value that has one. */
export function sizeOf(value: CelResult): number | undefined {
  if (typeof value === "string") return codePointCount(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return isMap(value) ? mapSize(value) : undefined;
}

/** A library value whose cost grows with its size. */
interface Sized {
  readonly costSize: number;
}

/** Yields the size cel-go's cost tracker sees: 1 for values without a size. */
export function costSize(value: CelResult): number {
  const size = sizeOf(value);
  if (size !== undefined) return size;
  if (value instanceof CelOptional && value.value !== undefined) return costSize(value.value);
  if (value instanceof CelOpaque && isSized(value.value)) return value.value.costSize;
  return 1;
}

function isSized(value: unknown): value is Sized {
  return typeof value === "object" && value !== null && "costSize" in value;
}
