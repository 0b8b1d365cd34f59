/**
 * Arithmetic, rounding, ranges, random numbers and conversions between numbers and text.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#numbers
 */
import type { Computed } from "../values/arithmetic.ts";
import { absolute, add, ceiling, divide, floatOf, floor, multiply, remainder, round, subtract, TOO_BIG } from "../values/arithmetic.ts";
import { truncated } from "../values/big-float.ts";
import { bigIntOf, int64Of, isTooBig, numberFromBigInt, textOfNumber } from "../values/number.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { NumberValue, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { readNumber } from "./number-text.ts";
import type { Operand } from "./operands.ts";
import { builtinError, number, operandError, operandTypeError, row, string } from "./operands.ts";
import { setDifference } from "./sets.ts";

// More numbers than this are no range anyone loops over, and would take gigabytes.
const MOST_NUMBERS = 10_000_000;

function unary(name: string, compute: (x: NumberValue) => Computed): Builtin {
  return row(name, "(x: number) => y: number", [number], (_, x) => answer(name, compute(x)));
}

function binary(name: string, infix: string, compute: (x: NumberValue, y: NumberValue) => Computed): Builtin {
  const body = (_: BuiltinContext, x: NumberValue, y: NumberValue) => answer(name, compute(x, y));
  return row(name, "(x: number, y: number) => z: number", [number, number], body, { infix });
}

/** Turns what arithmetic answers into what a builtin answers. */
export function answer(name: string, computed: Computed): BuiltinResult {
  return typeof computed === "string" ? builtinError(name, computed) : computed;
}

function minus(_: BuiltinContext, x: Value | undefined, y: Value | undefined): BuiltinResult {
  const a = x as Value;
  const b = y as Value;
  if (isNumber(a) && isNumber(b)) return answer("minus", subtract(a, b));
  if (a instanceof RegoSet && b instanceof RegoSet) return setDifference(a, b);
  if (!isNumber(a) && !(a instanceof RegoSet)) return operandTypeError("minus", 1, a, ["number", "set"]);
  return operandTypeError("minus", 2, b, [isNumber(b) ? "set" : "number"]);
}

function isNumber(value: Value): value is NumberValue {
  return typeof value === "number" || value instanceof RegoNumber;
}

/** Takes a number that stands for an integer of any size, however it is written (`1e3`). */
export const wholeNumber: Operand<bigint> = (value, position, name) => {
  if (!isNumber(value)) return operandTypeError(name, position, value, ["integer"]);
  if (isTooBig(value)) return builtinError(name, TOO_BIG);
  return bigIntOf(value) ?? operandError(name, position, "must be integer number but got floating-point number");
};

interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly step: bigint;
}

function range(name: string, context: BuiltinContext, { from, to, step }: Span): BuiltinResult {
  const distance = to >= from ? to - from : from - to;
  const count = Number(distance / step) + 1;
  context.spend(count);
  if (count > MOST_NUMBERS) return builtinError(name, "too many numbers in range");
  const result: NumberValue[] = [];
  const stride = to >= from ? step : -step;
  for (let i = 0, next = from; i < count; i++, next += stride) result.push(numberFromBigInt(next));
  return result;
}

function randomBelow(context: BuiltinContext, key: string, limit: NumberValue): BuiltinResult {
  const whole = int64Of(limit);
  if (whole === undefined) return operandError("rand.intn", 2, "must be integer number but got floating-point number");
  if (whole === 0n) return 0;
  const bound = whole < 0n ? -whole : whole;
  const place = `rand.intn ${bound} ${key}`;
  const known = context.memo.get(place);
  if (known !== undefined) return known;
  // 96 random bits against 63 wanted: the remainder favours no number noticeably.
  const bits = (BigInt(context.random()) << 64n) | (BigInt(context.random()) << 32n) | BigInt(context.random());
  const chosen = numberFromBigInt(bits % bound);
  context.memo.set(place, chosen);
  return chosen;
}

const BASES: ReadonlyMap<string, number> = new Map([
  ["2", 2],
  ["8", 8],
  ["10", 10],
  ["16", 16],
]);

function formatInteger(value: NumberValue, base: NumberValue): BuiltinResult {
  const radix = BASES.get(textOfNumber(base));
  if (radix === undefined) return operandError("format_int", 2, "must be one of {2, 8, 10, 16}");
  if (typeof value === "number" && Number.isInteger(value)) return value.toString(radix);
  if (isTooBig(value)) return builtinError("format_int", TOO_BIG);
  // Only a number written as a plain integer is exact at any size; others pass through 64 bits, as in OPA.
  const plain = /^[-+]?[0-9]+$/.test(textOfNumber(value)) ? bigIntOf(value) : undefined;
  return (plain ?? truncated(floatOf(value))).toString(radix);
}

function toNumber(_: BuiltinContext, operand: Value | undefined): BuiltinResult {
  const value = operand as Value;
  if (isNumber(value)) return value;
  if (value === null || value === false) return 0;
  if (value === true) return 1;
  if (typeof value !== "string") return operandTypeError("to_number", 1, value, ["null", "boolean", "number", "string"]);
  if (/^[-+]*(?:inf|infinity|nan)$/i.test(value)) return operandTypeError("to_number", 1, value, ["valid number string"]);
  const read = readNumber(value);
  return typeof read === "string" ? builtinError("to_number", read) : read;
}

const OR_SET = "any<number, set[any]>";

/** The rows of this family. */
export const numbers: readonly Builtin[] = [
  binary("plus", "+", add),
  define("minus", `(x: ${OR_SET}, y: ${OR_SET}) => z: ${OR_SET}`, minus, { infix: "-" }),
  binary("mul", "*", multiply),
  binary("div", "/", divide),
  binary("rem", "%", remainder),
  unary("abs", absolute),
  unary("round", round),
  unary("ceil", ceiling),
  unary("floor", floor),
  row("numbers.range", "(a: number, b: number) => range: array[number]", [wholeNumber, wholeNumber], (context, from, to) =>
    range("numbers.range", context, { from, to, step: 1n }),
  ),
  row(
    "numbers.range_step",
    "(a: number, b: number, step: number) => range: array[number]",
    [wholeNumber, wholeNumber, wholeNumber],
    (context, from, to, step) =>
      step > 0n
        ? range("numbers.range_step", context, { from, to, step })
        : builtinError("numbers.range_step", "numbers.range_step: step must be a positive integer"),
  ),
  row("rand.intn", "(str: string, n: number) => y: number", [string, number], (context, key, limit) => randomBelow(context, key, limit), {
    nondeterministic: true,
  }),
  row("format_int", "(number: number, base: number) => output: string", [number, number], (_, value, base) => formatInteger(value, base)),
  define("to_number", "(x: any<null, boolean, number, string>) => num: number", toNumber),
];
