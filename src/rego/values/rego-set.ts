/**
 * A set of values. Up to eight members a linear scan beats every hash (measured); above that a `ValueIndex` finds members.
 * Members come out in insertion order from `items` and in Rego's order from `sorted()`, which keeps its own array, so that
 * sorting never disturbs a running iteration.
 */
import { compareValues, equalValues } from "./compare.ts";
import { sortStrings } from "./sorted-keys.ts";
import type { Value } from "./value.ts";
import { ValueIndex } from "./value-index.ts";

const SCAN_LIMIT = 8;

/** A set under construction or finished; nobody adds once a policy has seen it. */
export class RegoSet {
  /** The empty set, for those who give it away finished. */
  static readonly EMPTY = new RegoSet();

  /** Members in insertion order. */
  readonly items: Value[] = [];
  #index: ValueIndex | undefined = undefined;
  #sorted: readonly Value[] | undefined = undefined;

  static of(values: Iterable<Value>): RegoSet {
    const set = new RegoSet();
    for (const value of values) set.add(value);
    return set;
  }

  get size(): number {
    return this.items.length;
  }

  has(value: Value): boolean {
    return this.find(value) >= 0;
  }

  /** Returns the position of an equal member in `items`, or -1. */
  find(value: Value): number {
    const { items } = this;
    if (this.#index !== undefined) return this.#index.find(value, items);
    if (typeof value === "string") return items.indexOf(value);
    for (let i = 0; i < items.length; i++) if (equalValues(items[i] as Value, value)) return i;
    return -1;
  }

  /** Adds a value; the first spelling of equal values stays. Returns whether the set grew. */
  add(value: Value): boolean {
    if (this.find(value) >= 0) return false;
    const at = this.items.push(value) - 1;
    this.#sorted = undefined;
    if (this.#index !== undefined) this.#index.insert(value, at);
    else if (at + 1 > SCAN_LIMIT) this.#index = ValueIndex.over(this.items);
    return true;
  }

  /** Returns the members in Rego's total order. */
  sorted(): readonly Value[] {
    if (this.#sorted === undefined) this.#sorted = this.items.length < 2 ? this.items : sortValues(this.items);
    return this.#sorted;
  }
}

function sortValues(items: readonly Value[]): readonly Value[] {
  if (!items.every((item) => typeof item === "string")) return [...items].sort(compareValues);
  const texts = [...(items as readonly string[])];
  sortStrings(texts);
  return texts;
}
