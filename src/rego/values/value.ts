/**
 * What a Rego value is. Input and data stay exactly as `JSON.parse` made them; only what JSON cannot say has a class of its own.
 *
 * - null, booleans, strings: themselves. Strings hold UTF-16; a byte that is not valid UTF-8 (from base64.decode, hex.decode) is kept
 *   as the lone low surrogate U+DC00 + byte (U+DC80…U+DCFF), since a well-formed Rego string holds no lone surrogate. Such a
 *   surrogate prints as U+FFFD.
 * - numbers: a JavaScript number n stands for the number whose text is `String(n)`. Every other number (`1.0`, `1e3`, integers
 *   beyond 2^53-1, …) is a `RegoNumber` that keeps its text, because OPA prints a number as it was written until arithmetic touches it.
 *   Safe integers in plain notation are always JavaScript numbers, so `typeof v === "number"` is the fast path of everything.
 * - arrays: JavaScript arrays, never changed after they are visible to a policy.
 * - objects: plain objects when every key is a string, `RegoObject` exactly when some key is not. `__proto__`, `constructor` and
 *   `toString` are keys like any other: read own properties only, and write `__proto__` with `setKey`.
 * - sets: `RegoSet`.
 *
 * Rego's undefined is JavaScript's `undefined` and not a Value.
 */
import type { RegoNumber } from "./rego-number.ts";
import type { RegoObject } from "./rego-object.ts";
import type { RegoSet } from "./rego-set.ts";

/** An object all of whose keys are strings. */
export interface PlainObject {
  readonly [key: string]: Value;
}

/** Any number: see the essay above. */
export type NumberValue = number | RegoNumber;

/** Any Rego value. */
export type Value = null | boolean | string | NumberValue | readonly Value[] | PlainObject | RegoObject | RegoSet;
