/**
 * The relation behind `object.subset`: objects key by key and deeply, sets by members, arrays as a run of neighbours, an array over a set by
 * occurrence. https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-object-objectsubset
 */
import { equalValues } from "../values/compare.ts";
import { getKey, isObject } from "../values/object.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";

/** Tells whether `part` is contained in `whole`; undefined when their types do not go together. */
export function isSubset(part: Value, whole: Value): boolean | undefined {
  if (whole instanceof RegoSet) return part instanceof RegoSet ? part.items.every((member) => whole.has(member)) : undefined;
  if (Array.isArray(whole)) {
    if (Array.isArray(part)) return isRun(part, whole);
    return part instanceof RegoSet ? occursIn(part, whole) : undefined;
  }
  return isObject(whole) && isObject(part) ? isObjectSubset(part, whole) : undefined;
}

// Pairs wait in a list rather than on the stack: objects may nest as deep as JSON allows.
function isObjectSubset(part: Value, whole: Value): boolean {
  const pairs: [Value, Value][] = [[part, whole]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [inner, outer] = pair;
    if (isObject(inner) && isObject(outer)) {
      const names: readonly Value[] = inner instanceof RegoObject ? inner.keys : Object.keys(inner);
      for (const name of names) {
        const there = getKey(outer, name);
        if (there === undefined) return false;
        pairs.push([getKey(inner, name) as Value, there]);
      }
    } else if (Array.isArray(outer) && inner instanceof RegoSet) return false;
    else if (!(isSubset(inner, outer) ?? equalValues(inner, outer))) return false;
  }
  return true;
}

// Knuth, Morris and Pratt: never looks at an element of `whole` twice.
function isRun(part: readonly Value[], whole: readonly Value[]): boolean {
  if (part.length === 0) return true;
  const borders = bordersOf(part);
  let matched = 0;
  for (const element of whole) {
    while (matched > 0 && !equalValues(element, part[matched] as Value)) matched = borders[matched - 1] ?? 0;
    if (equalValues(element, part[matched] as Value)) matched++;
    if (matched === part.length) return true;
  }
  return false;
}

// For each beginning of a list, how long a proper beginning it also ends with.
function bordersOf(list: readonly Value[]): readonly number[] {
  const borders: number[] = [0];
  let length = 0;
  for (let i = 1; i < list.length; i++) {
    while (length > 0 && !equalValues(list[i] as Value, list[length] as Value)) length = borders[length - 1] ?? 0;
    if (equalValues(list[i] as Value, list[length] as Value)) length++;
    borders.push(length);
  }
  return borders;
}

function occursIn(part: RegoSet, whole: readonly Value[]): boolean {
  const seen = new RegoSet();
  for (const member of whole) if (part.has(member)) seen.add(member);
  return seen.size === part.size;
}
