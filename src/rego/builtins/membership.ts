/**
 * The two forms of `in`: a member, or a key with its value. Anything but a collection has no members.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#membership-and-iteration-in
 */
import { equalValues } from "../values/compare.ts";
import { getKey, isObject } from "../values/object.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { Builtin } from "./define.ts";
import { elementAt } from "./objects.ts";
import { anyValue, row } from "./operands.ts";

/** Tells whether a value is among the members of an array or set or the values of an object. */
function isMember(value: Value, collection: Value): boolean {
  if (collection instanceof RegoSet) return collection.has(value);
  if (Array.isArray(collection)) return collection.some((member: Value) => equalValues(member, value));
  if (collection instanceof RegoObject) return collection.values.some((member) => equalValues(member, value));
  return isObject(collection) && Object.values(collection as object).some((member: Value) => equalValues(member, value));
}

/** Tells whether a collection has a value under a key; a set has its members under themselves. */
function isMemberWithKey(key: Value, value: Value, collection: Value): boolean {
  if (collection instanceof RegoSet) return collection.has(key) && equalValues(key, value);
  const found = Array.isArray(collection) ? elementAt(collection, key) : isObject(collection) ? getKey(collection, key) : undefined;
  return found !== undefined && equalValues(found, value);
}

/** The rows of this family. */
export const membership: readonly Builtin[] = [
  row("internal.member_2", "(any, any) => boolean", [anyValue, anyValue], (_, value, collection) => isMember(value, collection), {
    infix: "in",
  }),
  row(
    "internal.member_3",
    "(any, any, any) => boolean",
    [anyValue, anyValue, anyValue],
    (_, key, value, collection) => isMemberWithKey(key, value, collection),
    { infix: "in" },
  ),
];
