/**
 * Finds values in a list in constant time. Scalars go into a native Map; composites are bucketed by a cheap fingerprint (sizes and
 * scalars near the surface, blind to the order of sets and object keys) and confirmed with `equalValues`.
 */
import { equalValues } from "./compare.ts";
import { fingerprint } from "./fingerprint.ts";
import { numberKey } from "./number.ts";
import { RegoNumber } from "./rego-number.ts";
import type { Value } from "./value.ts";

type ScalarKey = null | boolean | number | string;

/** Positions of values in a list that the owner keeps. */
export class ValueIndex {
  readonly #scalars = new Map<ScalarKey, number>();
  readonly #wideNumbers = new Map<string, number>();
  readonly #composites = new Map<number, number[]>();

  static over(values: readonly Value[]): ValueIndex {
    const index = new ValueIndex();
    for (let i = 0; i < values.length; i++) index.insert(values[i] as Value, i);
    return index;
  }

  /** Returns the position of a value equal to `value` in `values`, the list this index was built over, or -1. */
  find(value: Value, values: readonly Value[]): number {
    if (value instanceof RegoNumber) {
      const key = numberKey(value);
      return (typeof key === "number" ? this.#scalars.get(key) : this.#wideNumbers.get(key)) ?? -1;
    }
    if (typeof value !== "object" || value === null) return this.#scalars.get(value) ?? -1;
    const bucket = this.#composites.get(fingerprint(value));
    if (bucket === undefined) return -1;
    for (const at of bucket) if (equalValues(values[at] as Value, value)) return at;
    return -1;
  }

  /** Records that `value`, not yet present, stands at `position`. */
  insert(value: Value, position: number): void {
    if (value instanceof RegoNumber) {
      const key = numberKey(value);
      if (typeof key === "number") this.#scalars.set(key, position);
      else this.#wideNumbers.set(key, position);
      return;
    }
    if (typeof value !== "object" || value === null) {
      this.#scalars.set(value, position);
      return;
    }
    const print = fingerprint(value);
    const bucket = this.#composites.get(print);
    if (bucket === undefined) this.#composites.set(print, [position]);
    else bucket.push(position);
  }
}
