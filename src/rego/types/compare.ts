/**
 * The order of types, which is the order in which a union prints its members: null, boolean, number, string, arrays, objects, sets,
 * unions, functions; an unknown type comes first. Recursive types compare as what they stand for; a pair met again inside itself is
 * taken as equal, so that comparing ends.
 */
import { compareValues } from "../values/compare.ts";
import type { ArrayType, FunctionType, MaybeType, ObjectType } from "./type.ts";
import { unwrapType } from "./type.ts";

const RANK = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6, any: 7, function: 8, recursive: 9 } as const;

type Pairs = readonly (readonly [MaybeType, MaybeType])[];

/** Returns a negative number, zero or a positive number as `a` sorts before, with or after `b`. */
export function compareTypes(a: MaybeType, b: MaybeType, within: Pairs = []): number {
  if (a === b) return 0;
  if (a?.kind === "recursive" || b?.kind === "recursive") {
    if (within.some(([left, right]) => left === a && right === b)) return 0;
    return compareTypes(unwrapType(a), unwrapType(b), [...within, [a, b]]);
  }
  if (!a || !b) return a ? 1 : -1;
  const ranks = RANK[a.kind] - RANK[b.kind];
  if (ranks !== 0) return ranks;
  if (a.kind === "array" && b.kind === "array") return compareArrays(a, b, within);
  if (a.kind === "object" && b.kind === "object") return compareObjects(a, b, within);
  if (a.kind === "set" && b.kind === "set") return compareTypes(a.of, b.of, within);
  if (a.kind === "any" && b.kind === "any") return compareLists(a.of, b.of, within);
  if (a.kind === "function" && b.kind === "function") return compareFunctions(a, b, within);
  return 0;
}

/** Tells whether two types are the same type. */
export function equalTypes(a: MaybeType, b: MaybeType): boolean {
  return compareTypes(a, b) === 0;
}

function compareLists(a: readonly MaybeType[], b: readonly MaybeType[], within: Pairs): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareTypes(a[i], b[i], within);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareArrays(a: ArrayType, b: ArrayType, within: Pairs): number {
  return compareTypes(a.rest, b.rest, within) || compareLists(a.items, b.items, within);
}

function compareObjects(a: ObjectType, b: ObjectType, within: Pairs): number {
  if (!a.rest !== !b.rest) return a.rest ? 1 : -1;
  const rests = compareTypes(a.rest?.key, b.rest?.key, within) || compareTypes(a.rest?.value, b.rest?.value, within);
  if (rests !== 0) return rests;
  const shorter = Math.min(a.properties.length, b.properties.length);
  for (let i = 0; i < shorter; i++) {
    const left = a.properties[i];
    const right = b.properties[i];
    if (!left || !right) break;
    const order = compareValues(left.key, right.key) || compareTypes(left.type, right.type, within);
    if (order !== 0) return order;
  }
  return a.properties.length - b.properties.length;
}

function compareFunctions(a: FunctionType, b: FunctionType, within: Pairs): number {
  if (a.args.length !== b.args.length) return a.args.length - b.args.length;
  return compareLists(a.args, b.args, within) || compareTypes(a.result, b.result, within) || compareTypes(a.variadic, b.variadic, within);
}
