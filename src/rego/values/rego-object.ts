/**
 * An object with at least one key that is not a string. Objects with string keys only are plain JavaScript objects; build with
 * `ObjectBuilder` (object.ts), which picks the right one.
 */
import { compareValues, equalValues } from "./compare.ts";
import type { Value } from "./value.ts";
import { ValueIndex } from "./value-index.ts";

const SCAN_LIMIT = 8;

/** Keys and values side by side, in insertion order. */
export class RegoObject {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  #index: ValueIndex | undefined = undefined;
  #order: readonly number[] | undefined = undefined;

  get size(): number {
    return this.keys.length;
  }

  /** Returns the position of an equal key, or -1. */
  find(key: Value): number {
    const { keys } = this;
    if (this.#index !== undefined) return this.#index.find(key, keys);
    for (let i = 0; i < keys.length; i++) if (equalValues(keys[i] as Value, key)) return i;
    return -1;
  }

  get(key: Value): Value | undefined {
    const at = this.find(key);
    return at < 0 ? undefined : this.values[at];
  }

  /** Sets a key; an equal key keeps its first spelling and takes the new value. Only while under construction. */
  set(key: Value, value: Value): void {
    const at = this.find(key);
    if (at >= 0) {
      this.values[at] = value;
      return;
    }
    const position = this.keys.push(key) - 1;
    this.values.push(value);
    this.#order = undefined;
    if (this.#index !== undefined) this.#index.insert(key, position);
    else if (position + 1 > SCAN_LIMIT) this.#index = ValueIndex.over(this.keys);
  }

  /** Returns the positions of the keys in Rego's total order of keys. */
  order(): readonly number[] {
    if (this.#order === undefined) {
      const { keys } = this;
      this.#order = keys.map((_, i) => i).sort((a, b) => compareValues(keys[a] as Value, keys[b] as Value));
    }
    return this.#order;
  }
}
