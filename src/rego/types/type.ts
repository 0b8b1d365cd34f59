/**
 * What the compiler knows about a value: null, boolean, number, string; arrays, objects and sets with the types of what they hold;
 * unions; functions. `any` is the union of nothing, which stands for everything. A type nothing is known about is `undefined` (OPA
 * prints `???`). Types are plain, readonly and shared: two types may be one object, and comparing starts with identity.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#schema, and the signatures of
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#built-in-functions
 */
import { compareValues } from "../values/compare.ts";
import type { Value } from "../values/value.ts";

interface NullType {
  readonly kind: "null";
}

interface BooleanType {
  readonly kind: "boolean";
}

interface NumberType {
  readonly kind: "number";
}

interface StringType {
  readonly kind: "string";
}

/** An array: the types of its first items, and of every further one when there may be more. */
export interface ArrayType {
  readonly kind: "array";
  readonly items: readonly MaybeType[];
  readonly rest: MaybeType;
}

/** One known key of an object. */
export interface Property {
  readonly key: Value;
  readonly type: MaybeType;
}

/** An object: its known keys in order, and the types of further keys and their values when there may be more. */
export interface ObjectType {
  readonly kind: "object";
  readonly properties: readonly Property[];
  readonly rest: { readonly key: MaybeType; readonly value: MaybeType } | undefined;
}

/** A set and the type of its members. */
export interface SetType {
  readonly kind: "set";
  readonly of: MaybeType;
}

/** A union, its members in order and distinct; no member means any value. */
export interface AnyType {
  readonly kind: "any";
  readonly of: readonly Type[];
}

/** A function. `result` is undefined when it gives none (`print`); names are those of a signature. */
export interface FunctionType {
  readonly kind: "function";
  readonly args: readonly MaybeType[];
  readonly argNames: readonly (string | undefined)[];
  readonly result: MaybeType;
  readonly resultName: string | undefined;
  /** The type of every further argument. */
  readonly variadic: Type | undefined;
}

/** A type that contains itself, from a recursive JSON Schema; `target` is set once its definition has been read. */
export interface RecursiveType {
  readonly kind: "recursive";
  readonly name: string;
  target: MaybeType;
}

/** A known type. */
export type Type =
  | NullType
  | BooleanType
  | NumberType
  | StringType
  | ArrayType
  | ObjectType
  | SetType
  | AnyType
  | FunctionType
  | RecursiveType;

/** A type, or undefined where nothing is known. */
export type MaybeType = Type | undefined;

/** The type of null. */
export const nullType: Type = { kind: "null" };

/** The type of true and false. */
export const booleanType: Type = { kind: "boolean" };

/** The type of numbers. */
export const numberType: Type = { kind: "number" };

/** The type of strings. */
export const stringType: Type = { kind: "string" };

/** Every value. */
export const anyType: AnyType = { kind: "any", of: [] };

/** Any array, which an empty literal is. */
export const arrayOfAny: ArrayType = { kind: "array", items: [], rest: anyType };

/** Any object, which an empty literal is. */
export const objectOfAny: ObjectType = { kind: "object", properties: [], rest: { key: anyType, value: anyType } };

/** Any set, which an empty literal is. */
export const setOfAny: SetType = { kind: "set", of: anyType };

/** Makes an array type. */
export function arrayType(items: readonly MaybeType[], rest: MaybeType): ArrayType {
  return { kind: "array", items, rest };
}

/** Makes a set type. */
export function setType(of: MaybeType): SetType {
  return of === anyType ? setOfAny : { kind: "set", of };
}

/** Makes an object type; the properties are put in order. */
export function objectType(properties: readonly Property[], rest: ObjectType["rest"]): ObjectType {
  const sorted = properties.length > 1 ? [...properties].sort((a, b) => compareValues(a.key, b.key)) : properties;
  return { kind: "object", properties: sorted, rest };
}

/** Makes the type of a function a policy defines. */
export function functionType(args: readonly MaybeType[], result: MaybeType, variadic?: Type): FunctionType {
  return { kind: "function", args, argNames: [], result, resultName: undefined, variadic };
}

/** Returns the type a recursive type stands for, and any other type unchanged. */
export function unwrapType(type: MaybeType): MaybeType {
  return type?.kind === "recursive" ? type.target : type;
}
