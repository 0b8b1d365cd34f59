/**
 * CEL's `==`: values of different types are unequal, except that int, uint and double compare by value; lists and maps compare deeply.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#equality
 */
import { adapt } from "./classify.ts";
import { isMap, keyIdentity, type MapValue, mapGet, mapKeys, mapSize } from "./map.ts";
import { compareIntegerDouble, isDouble, isInt } from "./number.ts";
import { CelType, sameType } from "./type.ts";
import { CelDouble, CelDuration, CelOpaque, CelOptional, CelTimestamp, CelUint, type CelValue } from "./value.ts";

/** Levels that are compared: far more than the API server lets an object nest, and far less than the stack holds. */
const MAX_DEPTH = 2_000;

/** Tells whether two values are equal; throws a `RangeError` when they nest too deeply to be compared. */
export function equal(a: CelValue, b: CelValue, depth = 0): boolean {
  if (typeof a === "string" || typeof a === "boolean" || a === null) return a === b;
  if (typeof a === "number" && typeof b === "number") return a === b;
  return equalObjects(adapt(a), adapt(b), depth + 1);
}

function equalObjects(a: CelValue, b: CelValue, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new RangeError("values nest too deeply");
  if (isNumeric(a)) return isNumeric(b) && equalNumbers(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, depth);
  if (isMap(a)) return isMap(b) && equalMaps(a, b, depth);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b);
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nanos === b.nanos;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanos === b.nanos;
  if (a instanceof CelType) return b instanceof CelType && equalTypes(a, b);
  if (a instanceof CelOptional) return b instanceof CelOptional && equalOptionals(a, b, depth);
  if (a instanceof CelOpaque) return b instanceof CelOpaque && sameType(a.type, b.type) && equalOpaque(a.value, b.value);
  return a === b;
}

function equalOpaque(a: unknown, b: unknown): boolean {
  if (typeof a === "object" && a !== null && "equals" in a && typeof a.equals === "function") return a.equals(b) === true;
  return a === b;
}

// Types are told apart by name alone at run time: `type([1]) == list`.
function equalTypes(a: CelType, b: CelType): boolean {
  return a.name === b.name;
}

type Numeric = number | bigint | CelDouble | CelUint;

/** Tells whether a value is an int, a uint or a double. */
export function isNumeric(value: CelValue): value is Numeric {
  const kind = typeof value;
  return kind === "number" || kind === "bigint" || value instanceof CelDouble || value instanceof CelUint;
}

function equalNumbers(a: Numeric, b: Numeric): boolean {
  if (isDouble(a)) return equalToDouble(b, a);
  if (isDouble(b)) return equalToDouble(a, b);
  return integerOf(a) === integerOf(b);
}

function equalToDouble(a: Numeric, b: number | CelDouble): boolean {
  const double = typeof b === "number" ? b : b.value;
  if (Number.isNaN(double)) return false;
  if (isDouble(a)) return (typeof a === "number" ? a : a.value) === double;
  return compareIntegerDouble(integerOf(a), double) === 0;
}

function integerOf(value: Numeric): bigint {
  if (value instanceof CelUint) return value.value;
  return isInt(value) ? BigInt(value) : 0n;
}

function equalLists(a: readonly CelValue[], b: readonly CelValue[], depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equal(a[i] ?? null, b[i] ?? null, depth)) return false;
  return true;
}

function equalMaps(a: MapValue, b: MapValue, depth: number): boolean {
  if (mapSize(a) !== mapSize(b)) return false;
  for (const key of mapKeys(a)) {
    const other = mapGet(b, key);
    const own = mapGet(a, key);
    if (other === undefined || own === undefined || keyIdentity(key) === undefined || !equal(own, other, depth)) return false;
  }
  return true;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function equalOptionals(a: CelOptional, b: CelOptional, depth: number): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equal(a.value, b.value, depth);
}
