/**
 * Functions of objects: look-up by key or path, merging, choosing keys, and the subset relation.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#object
 */

import { equalValues } from "../values/compare.ts";
import { int64Of } from "../values/number.ts";
import { eachEntry, getKey, isObject, ObjectBuilder } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { Failure } from "./failure.ts";
import { mergeObjects } from "./object-merge.ts";
import type { Operand } from "./operands.ts";
import { anyValue, array, elementError, object, operandTypeError, row } from "./operands.ts";
import { isSubset } from "./subset.ts";

const ANY_OBJECT = "object[any: any]";
const KEYS = "any<array[any], object[any: any], set[any]>";

/** Returns the element of an array under an index written as a plain integer, or undefined. */
export function elementAt(list: readonly Value[], index: Value): Value | undefined {
  if (typeof index === "number") return list[index];
  const whole = index instanceof RegoNumber ? int64Of(index) : undefined;
  return whole === undefined ? undefined : list[Number(whole)];
}

/** Returns what a collection has under a key: a value, an element, the member itself. */
export function child(value: Value, key: Value): Value | undefined {
  if (Array.isArray(value)) return elementAt(value, key);
  if (value instanceof RegoSet) return value.has(key) ? key : undefined;
  return isObject(value) ? getKey(value, key) : undefined;
}

function get(from: PlainObject | RegoObject, path: Value, otherwise: Value): Value {
  if (!Array.isArray(path)) return orElse(getKey(from, path), otherwise);
  let at: Value | undefined = from;
  for (const key of path as readonly Value[]) {
    at = child(at, key);
    if (at === undefined) return otherwise;
  }
  return at;
}

// Not `??`, which takes null for absent: null is a value like any other.
function orElse(found: Value | undefined, otherwise: Value): Value {
  return found === undefined ? otherwise : found;
}

// The keys of an object, or the members of an array or a set.
const keys: Operand<RegoSet> = (value, position, name) => {
  if (value instanceof RegoSet) return value;
  if (Array.isArray(value)) return RegoSet.of(value);
  return isObject(value) ? keysOf(value) : operandTypeError(name, position, value, ["object", "set", "array"]);
};

function keysOf(from: PlainObject | RegoObject): RegoSet {
  return RegoSet.of(from instanceof RegoObject ? from.keys : Object.keys(from));
}

function choose(from: PlainObject | RegoObject, wanted: (key: Value) => boolean): BuiltinResult {
  const result = new ObjectBuilder();
  eachEntry(from, (key, value) => {
    if (wanted(key)) result.set(key, value);
  });
  return result.finish();
}

function unionAll(list: readonly Value[]): BuiltinResult {
  const wrong = list.find((member) => !isObject(member));
  if (wrong !== undefined) return elementError("object.union_n", 1, list, wrong, ["object"]);
  return mergeObjects(list as readonly (PlainObject | RegoObject)[]);
}

/** The rows of this family. */
export const objects: readonly Builtin[] = [
  row(
    "object.get",
    `(object: ${ANY_OBJECT}, key: any, default: any) => value: any`,
    [object, anyValue, anyValue],
    (_, from, key, otherwise) => get(from, key, otherwise),
  ),
  row("object.keys", `(object: ${ANY_OBJECT}) => value: set[any]`, [object], (_, from) => keysOf(from)),
  row("object.filter", `(object: ${ANY_OBJECT}, keys: ${KEYS}) => filtered: ${ANY_OBJECT}`, [object, keys], (_, from, wanted) =>
    choose(from, (key) => wanted.has(key)),
  ),
  row("object.remove", `(object: ${ANY_OBJECT}, keys: ${KEYS}) => output: ${ANY_OBJECT}`, [object, keys], (_, from, unwanted) =>
    choose(from, (key) => !unwanted.has(key)),
  ),
  row("object.union", `(a: ${ANY_OBJECT}, b: ${ANY_OBJECT}) => output: ${ANY_OBJECT}`, [object, object], (_, a, b) =>
    equalValues(a, b) ? a : mergeObjects([a, b]),
  ),
  row("object.union_n", `(objects: array[${ANY_OBJECT}]) => output: ${ANY_OBJECT}`, [array], (_, list) => unionAll(list)),
  row("object.subset", `(super: ${KEYS}, sub: ${KEYS}) => result: boolean`, [anyValue, anyValue], (_, whole, part) => {
    const answer = isSubset(part, whole);
    return (
      answer ?? new Failure("eval_type_error", "object.subset: both arguments object.subset must be of the same type or array and set")
    );
  }),
];
