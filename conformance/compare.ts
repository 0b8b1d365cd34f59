/** Compares answers with expectations as OPA's own runner does: values as JSON, numbers by value, rows as sets. */
import {
  compareValues,
  equalValues,
  isPlainObject,
  type PlainObject,
  RegoNumber,
  RegoObject,
  RegoSet,
  setKey,
  termText,
  textOfNumber,
  toJson,
  type Value,
} from "../src/rego/index.ts";

/** Returns the JSON form of a row's bindings (sets sorted into arrays, keys as text). */
export function rowToJson(row: { readonly [name: string]: Value }): PlainObject {
  return wellFormed(toJson(row as Value) as Value) as PlainObject;
}

/** Shows bytes that are no UTF-8 as JSON output shows them. */
function wellFormed(value: Value): Value {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map((item) => wellFormed(item as Value));
  if (!isPlainObject(value)) return value;
  const object: { [key: string]: Value } = {};
  for (const [key, item] of Object.entries(value)) setKey(object, key.toWellFormed(), wellFormed(item));
  return object;
}

/** Sorts each binding that is an array, top level only. */
export function sortBindings(row: PlainObject): PlainObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort(compareValues) : value]),
  );
}

/** Tells whether two lists of rows hold the same rows; order and repetition do not count. */
export function sameRows(actual: readonly Value[], expected: readonly Value[]): boolean {
  const within = (row: Value, rows: readonly Value[]) => rows.some((other) => equalValues(row, other));
  return actual.every((row) => within(row, expected)) && expected.every((row) => within(row, actual));
}

/** Tells whether two values that are equal also spell their numbers alike. */
export function sameNumberTexts(a: Value, b: Value): boolean {
  if (typeof a === "number" || a instanceof RegoNumber)
    return (typeof b === "number" || b instanceof RegoNumber) && textOfNumber(a) === textOfNumber(b);
  if (Array.isArray(a)) return Array.isArray(b) && a.every((item, i) => sameNumberTexts(item, b[i] as Value));
  if (isPlainObject(a))
    return isPlainObject(b) && Object.entries(a).every(([key, item]) => Object.hasOwn(b, key) && sameNumberTexts(item, b[key] as Value));
  return true;
}

/** Tells whether two texts hold the same lines, in any order: OPA's order of several errors varies from run to run. */
export function sameLines(a: string, b: string): boolean {
  return a === b || a.split("\n").sort().join("\n") === b.split("\n").sort().join("\n");
}

/** Returns the Rego text of the row values that JSON cannot say whole, sorted. */
export function lossyTerms(rows: readonly { readonly [name: string]: Value }[]): readonly string[] {
  const lossy = rows.flatMap((row) => Object.values(row)).filter(isLossy);
  return [...new Set(lossy.map((value) => termText(value)))].sort();
}

function isLossy(value: Value): boolean {
  if (value instanceof RegoSet || value instanceof RegoObject) return true;
  if (Array.isArray(value)) return value.some(isLossy);
  return typeof value === "object" && value !== null && Object.values(value).some((item) => isLossy(item as Value));
}
