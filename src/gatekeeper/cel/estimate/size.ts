/**
 * Sizes and costs as the estimate of a rule counts them: whole numbers of 64 bits that stop at the largest one instead of overflowing. A
 * size is a range; of a cost only the most it can be is of interest.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions
 */

/** The largest size or cost. */
export const MOST = 2n ** 64n - 1n;

/** How long a text, list or map can be. */
export interface Size {
  readonly min: bigint;
  readonly max: bigint;
}

/** The size of what nothing is known about. */
export const UNKNOWN: Size = { min: 0n, max: MOST };

/** What walking over one character costs. */
export const TRAVERSAL = 0.1;

/** What one character of a regular expression costs per unit of text. */
export const REGEX_LENGTH = 0.25;

/** Makes the size of something whose length is known. */
export function exactly(length: bigint | number): Size {
  const size = BigInt(length);
  return { min: size, max: size };
}

/** Adds two numbers. */
export function plus(a: bigint, b: bigint): bigint {
  return a + b > MOST ? MOST : a + b;
}

/** Multiplies two numbers. */
export function times(a: bigint, b: bigint): bigint {
  return a * b > MOST ? MOST : a * b;
}

/** Multiplies a number by a factor that need not be whole, rounding up. */
export function scale(value: bigint, factor: number): bigint {
  const product = Math.ceil(Number(value) * factor);
  return product >= 2 ** 64 ? MOST : BigInt(product);
}

/** Returns what a number is after an overflow of 64 bits. */
export function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** Returns the smaller of two numbers. */
export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** Returns the larger of two numbers. */
export function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

/** Adds two sizes. */
export function addSizes(a: Size, b: Size): Size {
  return { min: plus(a.min, b.min), max: plus(a.max, b.max) };
}

/** Multiplies two sizes. */
export function multiplySizes(a: Size, b: Size): Size {
  return { min: times(a.min, b.min), max: times(a.max, b.max) };
}

/** Returns the smallest range around two sizes. */
export function spanSizes(a: Size, b: Size): Size {
  return { min: smaller(a.min, b.min), max: larger(a.max, b.max) };
}
