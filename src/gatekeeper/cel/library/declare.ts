/**
 * How library functions are declared: rows of overloads. A row names the overload as cel-go does, the kinds of its parameters, its result
 * and the function itself; kinds carry both the type for the checker and the test for run time, so a function body receives what it asked for.
 */
import type { CheckedTree } from "../check/check.ts";
import type { Call } from "../syntax/ast.ts";
import type { Issue } from "../syntax/issue.ts";
import type { Macro } from "../syntax/macro.ts";
import { adapt } from "../values/classify.ts";
import { isMap, type MapValue } from "../values/map.ts";
import { type CelInt, isDouble, isInt } from "../values/number.ts";
import * as t from "../values/type.ts";
import {
  type CelDouble,
  CelDuration,
  CelOpaque,
  CelOptional,
  type CelResult,
  CelTimestamp,
  CelUint,
  type CelValue,
} from "../values/value.ts";

/** A kind of parameter: its type, and a test whether a value is of it. */
export interface Kind<T extends CelValue = CelValue> {
  readonly type: t.CelType;
  /** Absent when every value passes. */
  readonly test: ((value: CelValue) => boolean) | undefined;
  /** Never set; carries the TypeScript type. */
  readonly sample?: T;
}

function kind<T extends CelValue>(type: t.CelType, test: ((value: CelValue) => boolean) | undefined): Kind<T> {
  return { type, test };
}

export const dyn = kind<CelValue>(t.dynType, undefined);
export const bool = kind<boolean>(t.boolType, (value) => typeof value === "boolean");
export const int = kind<CelInt>(t.intType, isInt);
export const uint = kind<CelUint>(t.uintType, (value) => value instanceof CelUint);
export const double = kind<number | CelDouble>(t.doubleType, isDouble);
export const string = kind<string>(t.stringType, (value) => typeof value === "string");
export const bytes = kind<Uint8Array>(t.bytesType, (value) => value instanceof Uint8Array);
export const timestamp = kind<CelTimestamp>(t.timestampType, (value) => value instanceof CelTimestamp);
export const duration = kind<CelDuration>(t.durationType, (value) => value instanceof CelDuration);

/** A type parameter: any value, the same type wherever the name is used. */
export function param(name: string): Kind {
  return kind(t.typeParameter(name), undefined);
}

/** Lists of a kind; like cel-go, the first element speaks for all. */
export function list(element: Kind): Kind<readonly CelValue[]> {
  const { test } = element;
  const accept = (value: CelValue) => Array.isArray(value) && (test === undefined || value.length === 0 || test(adapt(value[0] ?? null)));
  return kind(t.listOf(element.type), accept);
}

/** Maps from a kind to a kind; the entries are not tested. */
export function map(key: Kind, value: Kind): Kind<MapValue> {
  return kind(t.mapOf(key.type, value.type), isMap);
}

/** Optional values of a kind. */
export function optional(value: Kind): Kind<CelOptional> {
  return kind(t.optionalOf(value.type), (each) => each instanceof CelOptional);
}

/** Values of a library's own type. */
export function opaque<T>(type: t.CelType): Kind<CelOpaque<T>> {
  return kind(type, (value) => value instanceof CelOpaque && value.type.name === type.name);
}

/** What a call costs beyond its arguments. */
export type CallCost = (args: readonly CelValue[], result: CelResult) => number;

/** One overload of a function. */
export interface Overload {
  readonly id: string;
  /** Called as `target.name(…)`; the target is the first parameter. */
  readonly member: boolean;
  readonly parameters: readonly Kind[];
  readonly result: t.CelType;
  readonly run: (...args: readonly never[]) => CelResult;
  /** Absent: 1. */
  readonly cost?: CallCost;
}

type ValuesOf<P extends readonly Kind[]> = { readonly [I in keyof P]: P[I] extends Kind<infer T> ? T : never };

type Run<P extends readonly Kind[]> = (...args: ValuesOf<P>) => CelResult;

/** Declares an overload called as `name(…)`. */
export function free<const P extends readonly Kind[]>(id: string, parameters: P, result: Kind, run: Run<P>, cost?: CallCost): Overload {
  return { id, member: false, parameters, result: result.type, run: run as Overload["run"], ...(cost === undefined ? {} : { cost }) };
}

/** Declares an overload called as `target.name(…)`. */
export function method<const P extends readonly Kind[]>(id: string, parameters: P, result: Kind, run: Run<P>, cost?: CallCost): Overload {
  return { id, member: true, parameters, result: result.type, run: run as Overload["run"], ...(cost === undefined ? {} : { cost }) };
}

/**
 * How a call that fits no overload is reported: bare, with the name and the argument types, or, for functions that dispatch on their first
 * operand, bare when that operand is of one of the types named and with the function's name otherwise.
 */
type MismatchText = "bare" | "signature" | { readonly firstOperand: ReadonlySet<string> };

/** A function: its name and overloads. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
  readonly mismatch: MismatchText;
  /** The cost of a call whatever its overload; wins over the overload's own, which counts only when the checker found it alone. */
  readonly cost?: CallCost;
  /** Looks at a constant argument when the call is planned; a message refuses the expression. */
  readonly constantCheck?: Omit<LiteralCheck, "name">;
}

/** Choices of a function. */
export type FunctionOptions = Partial<Pick<FunctionDeclaration, "mismatch" | "cost" | "constantCheck">>;

/** Declares a function. */
export function func(name: string, overloads: readonly Overload[], options: FunctionOptions = {}): FunctionDeclaration {
  return { name, overloads, mismatch: "signature", ...options };
}

/** A library: functions, macros and types that come together. */
export interface Library {
  readonly name: string;
  readonly functions: readonly FunctionDeclaration[];
  readonly macros?: readonly Macro[];
  /** Types that expressions may name. */
  readonly types?: readonly t.CelType[];
  /** Checks calls with literal arguments when the expression is compiled. */
  readonly literalChecks?: readonly LiteralCheck[];
  /** Checks calls that literal arguments alone do not decide. */
  readonly callChecks?: readonly CallCheck[];
}

/** Finds what is wrong with a call before it ever runs. */
export type CallCheck = (call: Call, checked: CheckedTree) => Issue | undefined;

/** A check of a literal argument: `message` says what is wrong with it, or nothing. */
export interface LiteralCheck {
  readonly name: string;
  /** Which argument, the target not counted. */
  readonly argument: number;
  message(value: CelValue): string | undefined;
}
