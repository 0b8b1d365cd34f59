/**
 * Checks what a builtin is called with, once and with OPA's words. In: the operands as values; out: the same operands with their types known,
 * or a `Failure`. A family's rows are made with `row`, which puts the checks before the function.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#built-in-functions
 */
import { int64Of } from "../values/number.ts";
import { isObject } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import { typeName } from "../values/type-name.ts";
import type { NumberValue, PlainObject, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinFunction, BuiltinResult, BuiltinTraits } from "./define.ts";
import { define } from "./define.ts";
import { Failure } from "./failure.ts";

/** Reads one operand: what the function wants, or a failure that names the operand. */
export type Operand<T> = (value: Value, position: number, name: string) => T | Failure;

type Values<Operands extends readonly Operand<unknown>[]> = {
  [K in keyof Operands]: Operands[K] extends Operand<infer T> ? Exclude<T, Failure> : never;
};

type Checked<Operands extends readonly Operand<unknown>[]> = (context: BuiltinContext, ...values: Values<Operands>) => BuiltinResult;

/** Makes a row of the builtin table whose function runs only on operands that passed their checks, first to last. */
export function row<const Operands extends readonly Operand<unknown>[]>(
  name: string,
  signature: string,
  operands: Operands,
  body: Checked<Operands>,
  traits?: BuiltinTraits,
): Builtin {
  return define(name, signature, checked(name, operands, body as Checked<readonly Operand<unknown>[]>), traits);
}

type Loose = (context: BuiltinContext, ...values: readonly unknown[]) => BuiltinResult;

// One closure for each usual number of operands: calls of builtins are the inner loop of many policies.
function checked(name: string, operands: readonly Operand<unknown>[], body: Loose): BuiltinFunction {
  const [first, second] = operands;
  if (first !== undefined && operands.length === 1)
    return (context, a) => {
      const x = first(a as Value, 1, name);
      return x instanceof Failure ? x : body(context, x);
    };
  if (first !== undefined && second !== undefined && operands.length === 2)
    return (context, a, b) => {
      const x = first(a as Value, 1, name);
      if (x instanceof Failure) return x;
      const y = second(b as Value, 2, name);
      return y instanceof Failure ? y : body(context, x, y);
    };
  return (context, ...given) => {
    const values: unknown[] = [];
    for (let i = 0; i < operands.length; i++) {
      const value = (operands[i] as Operand<unknown>)(given[i] as Value, i + 1, name);
      if (value instanceof Failure) return value;
      values.push(value);
    }
    return body(context, ...values);
  };
}

/** Returns the failure of a call that cannot give a value. */
export function builtinError(name: string, message: string): Failure {
  return new Failure("eval_builtin_error", `${name}: ${message}`);
}

/** Returns the failure of a call with a wrong operand; `claim` continues `operand 1 …`. */
export function operandError(name: string, position: number, claim: string): Failure {
  return new Failure("eval_type_error", `${name}: operand ${position} ${claim}`);
}

/** Returns the failure of an operand whose type is none of `expected`. */
export function operandTypeError(name: string, position: number, got: Value, expected: readonly string[]): Failure {
  return operandError(name, position, `must be ${oneOf(expected)} but got ${typeName(got)}`);
}

/** Returns the failure of a collection with a member whose type is none of `expected`. */
export function elementError(name: string, position: number, collection: Value, member: Value, expected: readonly string[]): Failure {
  const type = typeName(collection);
  const members = expected.length === 1 ? `${expected[0]}s` : `(any of) {${expected.join(", ")}}`;
  return operandError(name, position, `must be ${type} of ${members} but got ${type} containing ${typeName(member)}`);
}

function oneOf(expected: readonly string[]): string {
  return expected.length === 1 ? `${expected[0]}` : `one of {${expected.join(", ")}}`;
}

/** Takes any value. */
export const anyValue: Operand<Value> = (value) => value;

/** Takes a string. */
export const string: Operand<string> = (value, position, name) =>
  typeof value === "string" ? value : operandTypeError(name, position, value, ["string"]);

/** Takes a number. */
export const number: Operand<NumberValue> = (value, position, name) =>
  typeof value === "number" || value instanceof RegoNumber ? value : operandTypeError(name, position, value, ["number"]);

/** Takes a number written as a plain 64-bit integer; one beyond JavaScript's safe integers is rounded, which no index notices. */
export const integer: Operand<number> = (value, position, name) => {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  const checkedNumber = number(value, position, name);
  if (checkedNumber instanceof Failure) return checkedNumber;
  const int64 = int64Of(checkedNumber);
  return int64 === undefined ? operandError(name, position, "must be integer number but got floating-point number") : Number(int64);
};

/** Takes a number written as a plain 64-bit integer, exactly. */
export const int64: Operand<bigint> = (value, position, name) => {
  const checkedNumber = number(value, position, name);
  if (checkedNumber instanceof Failure) return checkedNumber;
  return int64Of(checkedNumber) ?? operandError(name, position, "must be integer number but got floating-point number");
};

/** Takes an array. */
export const array: Operand<readonly Value[]> = (value, position, name) =>
  Array.isArray(value) ? (value as readonly Value[]) : operandTypeError(name, position, value, ["array"]);

/** Takes a set. */
export const set: Operand<RegoSet> = (value, position, name) =>
  value instanceof RegoSet ? value : operandTypeError(name, position, value, ["set"]);

/** Takes an object. */
export const object: Operand<PlainObject | RegoObject> = (value, position, name) =>
  isObject(value) ? value : operandTypeError(name, position, value, ["object"]);

/** Takes an array, or a set as its sorted members; `expected` gives the order in which the message names the two. */
export function members(...expected: readonly string[]): Operand<readonly Value[]> {
  return (value, position, name) => membersOf(value) ?? operandTypeError(name, position, value, expected);
}

/** Returns the members of an array or a set in order, or undefined for any other value. */
export function membersOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value as readonly Value[];
  return value instanceof RegoSet ? value.sorted() : undefined;
}
