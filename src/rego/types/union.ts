/** The union of types: a type that holds every value of both. A union keeps its members in order, distinct and flat. */
import { compareTypes, equalTypes } from "./compare.ts";
import type { AnyType, FunctionType, MaybeType, Type } from "./type.ts";
import { functionType } from "./type.ts";

/**
 * What two functions that cannot unite leave behind: united with a further function it is that function, with anything else it is unknown.
 * OPA comes to this by accident (a nil function inside a type), and a query over a package of functions shows it.
 */
export const noFunction: FunctionType = functionType([], undefined);

/** Returns the union of two types; an unknown type adds nothing. A function and another thing have no union. */
export function unionTypes(a: MaybeType, b: MaybeType): MaybeType {
  if (a === b || !b) return a;
  if (!a) return b;
  if (a === noFunction) return b.kind === "function" ? b : undefined;
  if (b === noFunction) return a.kind === "function" ? a : undefined;
  if (a.kind === "function" && b.kind === "function") return unionFunctions(a, b);
  if (a.kind === "function" || b.kind === "function") return undefined;
  if (a.kind === "any") return b.kind === "any" ? mergeUnions(a, b) : addMember(a, b);
  if (b.kind === "any") return addMember(b, a);
  const order = compareTypes(a, b);
  if (order === 0) return a;
  return { kind: "any", of: order < 0 ? [a, b] : [b, a] };
}

/** Tells whether `a` is the same type as `b` or a union that has it as a member. */
export function containsType(a: MaybeType, b: MaybeType): boolean {
  return a?.kind === "any" ? hasMember(a, b) : equalTypes(a, b);
}

function hasMember(union: AnyType, type: MaybeType): boolean {
  if (type?.kind === "function") return false;
  return union.of.length === 0 || equalTypes(union.of[placeOf(union, type)], type);
}

// Members are in order: the first that does not sort before the type.
function placeOf(union: AnyType, type: MaybeType): number {
  let low = 0;
  let high = union.of.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTypes(union.of[middle], type) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addMember(union: AnyType, type: Type): AnyType {
  return hasMember(union, type) ? union : { kind: "any", of: union.of.toSpliced(placeOf(union, type), 0, type) };
}

function mergeUnions(a: AnyType, b: AnyType): AnyType {
  if (a.of.length === 0 || b.of.length === 0) return a.of.length === 0 ? a : b;
  const merged: Type[] = [];
  let i = 0;
  let j = 0;
  while (i < a.of.length || j < b.of.length) {
    const left = a.of[i];
    const right = b.of[j];
    const order = left && right ? compareTypes(left, right) : left ? -1 : 1;
    if (order <= 0) i++;
    if (order >= 0) j++;
    const next = order <= 0 ? left : right;
    if (next) merged.push(next);
  }
  if (merged.length === a.of.length) return a;
  return merged.length === b.of.length ? b : { kind: "any", of: merged };
}

// Functions unite argument by argument; other arities, or only one variadic, have no union.
function unionFunctions(a: FunctionType, b: FunctionType): FunctionType {
  if (a.args.length !== b.args.length || !a.variadic !== !b.variadic) return noFunction;
  const args = a.args.map((arg, i) => unionTypes(arg, b.args[i]));
  return functionType(args, unionTypes(a.result, b.result), unionTypes(a.variadic, b.variadic));
}
