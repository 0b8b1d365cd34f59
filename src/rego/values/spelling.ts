/** Tells whether equal values are also written alike: `1` and `1.0` are one number with two texts, and which of them an answer shows depends on order. */
import { textOfNumber } from "./number.ts";
import { RegoNumber } from "./rego-number.ts";
import { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import { comparePair } from "./shared-parts.ts";
import type { NumberValue, PlainObject, Value } from "./value.ts";

/** Tells whether every number in two equal values has the same text. */
export function sameSpelling(a: Value, b: Value): boolean {
  if (a === b || a === null || b === null) return true;
  if (a instanceof RegoNumber || b instanceof RegoNumber) return textOfNumber(a as NumberValue) === textOfNumber(b as NumberValue);
  if (typeof a !== "object" || typeof b !== "object") return true;
  return comparePair(a as object, b as object, true, compositesAlike);
}

function compositesAlike(a: object, b: object): boolean {
  if (Array.isArray(a)) return a.every((item, i) => sameSpelling(item as Value, (b as readonly Value[])[i] as Value));
  if (a instanceof RegoSet) return a.items.every((item) => sameSpelling(item, (b as RegoSet).items[(b as RegoSet).find(item)] as Value));
  if (a instanceof RegoObject) return keyedAlike(a, b as RegoObject);
  const [left, right] = [a as PlainObject, b as PlainObject];
  for (const key in left) if (!sameSpelling(left[key] as Value, right[key] as Value)) return false;
  return true;
}

function keyedAlike(a: RegoObject, b: RegoObject): boolean {
  return a.keys.every((key, i) => {
    const at = b.find(key);
    return sameSpelling(key, b.keys[at] as Value) && sameSpelling(a.values[i] as Value, b.values[at] as Value);
  });
}
