/** What is inside a type: the type at a key, of all its keys, of all its values; and the type of a constant. */

import { compareValues } from "../values/compare.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import { equalTypes } from "./compare.ts";
import type { ArrayType, MaybeType, ObjectType, SetType } from "./type.ts";
import { anyType, arrayType, booleanType, nullType, numberType, objectType, stringType, unwrapType } from "./type.ts";
import { containsType, noFunction, unionTypes } from "./union.ts";

/** Returns the type of what a constant key selects, or undefined when the type has no such key. */
export function selectType(type: MaybeType, key: Value): MaybeType {
  const of = unwrapType(type);
  switch (of?.kind) {
    case "array":
      return selectItem(of, key);
    case "object":
      return selectProperty(of, key);
    case "set":
      return selectMember(of, key);
    case "any":
      if (of.of.length === 0) return anyType;
      return of.of.reduce<MaybeType>((sum, member) => unionTypes(selectType(member, key), sum), undefined);
    default:
      return undefined;
  }
}

function selectItem(array: ArrayType, key: Value): MaybeType {
  const position = typeof key === "number" ? key : key instanceof RegoNumber ? indexFromText(key) : -1;
  if (!Number.isInteger(position) || position < 0) return undefined;
  return position < array.items.length ? array.items[position] : array.rest;
}

const LARGEST_INDEX = 2n ** 63n - 1n;

// Only plain integers of 64 bits are indices: `1.0` is none.
function indexFromText({ text }: RegoNumber): number {
  if (!/^-?[0-9]{1,19}$/.test(text) || BigInt(text) > LARGEST_INDEX) return -1;
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

function selectProperty(object: ObjectType, key: Value): MaybeType {
  let low = 0;
  let high = object.properties.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const property = object.properties[middle];
    if (property && compareValues(property.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  const found = object.properties[low];
  if (found && compareValues(found.key, key) === 0) return found.type;
  return object.rest && containsType(object.rest.key, typeOfValue(key)) ? object.rest.value : undefined;
}

function selectMember(set: SetType, key: Value): MaybeType {
  const wanted = typeOfValue(key);
  if (equalTypes(set.of, wanted)) return set.of;
  return set.of?.kind === "any" && containsType(set.of, wanted) ? wanted : undefined;
}

/** Returns the type of all keys: numbers for an array, the members for a set; undefined when the type has no keys. */
export function keysOfType(type: MaybeType): MaybeType {
  const of = unwrapType(type);
  switch (of?.kind) {
    case "array":
      return numberType;
    case "object":
      return unionTypes(
        of.properties.reduce<MaybeType>((sum, property) => unionTypes(sum, typeOfValue(property.key)), undefined),
        of.rest?.key,
      );
    case "set":
      return of.of;
    case "any":
      if (of.of.length === 0) return anyType;
      return of.of.reduce<MaybeType>((sum, member) => unionTypes(keysOfType(member), sum), undefined);
    default:
      return undefined;
  }
}

/** Returns the type of all values; undefined when the type holds none. */
export function valuesOfType(type: MaybeType): MaybeType {
  const union = unionOfValues(type);
  return union === noFunction ? undefined : union;
}

function unionOfValues(type: MaybeType): MaybeType {
  const of = unwrapType(type);
  switch (of?.kind) {
    case "array":
      return unionTypes(
        of.items.reduce<MaybeType>((sum, item) => unionTypes(sum, item), undefined),
        of.rest,
      );
    case "object":
      return unionTypes(
        of.properties.reduce<MaybeType>((sum, property) => unionTypes(sum, property.type), undefined),
        of.rest?.value,
      );
    case "set":
      return of.of;
    case "any":
      if (of.of.length === 0) return anyType;
      return of.of.reduce<MaybeType>((sum, member) => unionTypes(valuesOfType(member), sum), undefined);
    default:
      return undefined;
  }
}

// A set has become an array by then: keys of types are JSON.
function typeOfValue(value: Value): MaybeType {
  if (value === null) return nullType;
  if (typeof value === "boolean") return booleanType;
  if (typeof value === "string") return stringType;
  if (typeof value === "number" || value instanceof RegoNumber) return numberType;
  if (value instanceof RegoSet) return arrayType(value.sorted().map(typeOfValue), undefined);
  if (Array.isArray(value)) return arrayType(value.map(typeOfValue), undefined);
  if (value instanceof RegoObject) {
    return objectType(
      value.keys.map((key, at) => ({ key, type: typeOfValue(value.values[at] ?? null) })),
      undefined,
    );
  }
  return objectType(
    Object.entries(value).map(([key, item]) => ({ key, type: typeOfValue(item) })),
    undefined,
  );
}

/** Tells whether something inside a type is unknown. Unions and what recursive types repeat are not looked into. */
export function isUnknownType(type: MaybeType, seen?: Set<MaybeType>): boolean {
  const of = unwrapType(type);
  if (!of) return true;
  if (of.kind === "set") return isUnknownType(of.of, seen);
  if (of.kind === "function") return of.args.some((arg) => isUnknownType(arg, seen)) || isUnknownType(of.result, seen);
  if (of.kind !== "array" && of.kind !== "object") return false;
  if (seen?.has(of)) return false;
  // Only a recursive type can lead back here, but it can do so from anywhere below.
  const visited = (seen ?? new Set()).add(of);
  if (of.kind === "array") return of.items.some((item) => isUnknownType(item, visited)) || (!!of.rest && isUnknownType(of.rest, visited));
  if (of.properties.some((property) => isUnknownType(property.type, visited))) return true;
  return !!of.rest && (isUnknownType(of.rest.key, visited) || isUnknownType(of.rest.value, visited));
}
