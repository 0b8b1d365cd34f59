/**
 * The one total order of values and the equality that agrees with it: null < booleans < numbers < strings < arrays < objects < sets
 * (https://www.openpolicyagent.org/docs/latest/policy-reference/#comparison). Depth is the caller's duty: values that
 * reach a policy are no deeper than the reader's limit.
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { compareNumbers, equalNumbers } from "./number.ts";
import { RegoNumber } from "./rego-number.ts";
import { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import { comparePair } from "./shared-parts.ts";
import { sortedKeys } from "./sorted-keys.ts";
import type { PlainObject, Value } from "./value.ts";

function rank(value: Value): number {
  switch (typeof value) {
    case "string":
      return 3;
    case "number":
      return 2;
    case "boolean":
      return 1;
    default:
      if (value === null) return 0;
      if (Array.isArray(value)) return 4;
      if (value instanceof RegoNumber) return 2;
      return value instanceof RegoSet ? 6 : 5;
  }
}

/** Returns a negative number, zero or a positive number as `a` sorts before, with or after `b`. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : 1;
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return ranks;
  if (typeof a === "boolean") return a ? 1 : -1;
  if (typeof a === "number" || a instanceof RegoNumber) return compareNumbers(a, b as number | RegoNumber);
  return comparePair(a as object, b as object, 0, compareComposites);
}

function compareComposites(a: object, b: object): number {
  if (Array.isArray(a)) return compareLists(a as readonly Value[], b as readonly Value[]);
  if (a instanceof RegoSet) return compareLists(a.sorted(), (b as RegoSet).sorted());
  return compareObjects(a as PlainObject | RegoObject, b as PlainObject | RegoObject);
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareValues(a[i] as Value, b[i] as Value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

// OPA compares sorted keys pairwise and, at each position, the key before the value.
function compareObjects(a: PlainObject | RegoObject, b: PlainObject | RegoObject): number {
  if (!(a instanceof RegoObject) && !(b instanceof RegoObject)) return comparePlain(a, b);
  const left = sortedEntries(a);
  const right = sortedEntries(b);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const [leftKey, leftValue] = left[i] as readonly [Value, Value];
    const [rightKey, rightValue] = right[i] as readonly [Value, Value];
    const order = compareValues(leftKey, rightKey) || compareValues(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePlain(a: PlainObject, b: PlainObject): number {
  const left = sortedKeys(a);
  const right = sortedKeys(b);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const leftKey = left[i] as string;
    const rightKey = right[i] as string;
    const order = compareStrings(leftKey, rightKey) || compareValues(a[leftKey] as Value, b[rightKey] as Value);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function sortedEntries(object: PlainObject | RegoObject): readonly (readonly [Value, Value])[] {
  if (object instanceof RegoObject) return object.order().map((at) => [object.keys[at] as Value, object.values[at] as Value] as const);
  return sortedKeys(object).map((key) => [key, object[key] as Value] as const);
}

/** Tells whether two values are equal; fails on the first difference and never sorts. */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object") return mixedNumbers(a, b);
  if (a === null || b === null) return false;
  if (a instanceof RegoNumber) return b instanceof RegoNumber && equalNumbers(a, b);
  return comparePair(a as object, b as object, true, equalComposites);
}

function equalComposites(a: object, b: object): boolean {
  if (isPlain(a) && isPlain(b)) return equalPlain(a as PlainObject, b as PlainObject);
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a as readonly Value[], b as readonly Value[]);
  if (a instanceof RegoSet) return b instanceof RegoSet && equalSets(a, b);
  if (a instanceof RegoObject) return b instanceof RegoObject && equalKeyed(a, b);
  if (Array.isArray(b) || b instanceof RegoNumber || b instanceof RegoSet || b instanceof RegoObject) return false;
  return equalPlain(a as PlainObject, b as PlainObject);
}

// A JavaScript number may equal a RegoNumber (1 and 1.0).
function mixedNumbers(a: Value, b: Value): boolean {
  if (typeof a === "number" && b instanceof RegoNumber) return equalNumbers(a, b);
  return typeof b === "number" && a instanceof RegoNumber && equalNumbers(a, b);
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalValues(a[i] as Value, b[i] as Value)) return false;
  return true;
}

function equalSets(a: RegoSet, b: RegoSet): boolean {
  if (a.size !== b.size) return false;
  for (const item of a.items) if (!b.has(item)) return false;
  return true;
}

function equalKeyed(a: RegoObject, b: RegoObject): boolean {
  if (a.size !== b.size) return false;
  for (let i = 0; i < a.size; i++) {
    const other = b.get(a.keys[i] as Value);
    if (other === undefined || !equalValues(a.values[i] as Value, other)) return false;
  }
  return true;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function equalPlain(a: PlainObject, b: PlainObject): boolean {
  let count = 0;
  for (const key in a) {
    // An inherited name gives a function, which equals nothing; only this one gives an object.
    if (key === "__proto__" && !Object.hasOwn(b, key)) return false;
    const other = b[key];
    if (other === undefined || !equalValues(a[key] as Value, other)) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}
