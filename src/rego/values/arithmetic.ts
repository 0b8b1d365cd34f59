/**
 * Arithmetic on numbers: exact for integers of any size, 64-bit binary floating point for everything else, as OPA computes.
 * Results are numbers, or a text that says why there is none (`divide by zero`).
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#numbers
 */
import type { BigFloat } from "./big-float.ts";
import {
  floatFromBigInt,
  floatFromDecimal,
  floatFromHalves,
  floatText,
  isInteger,
  negated,
  product,
  quotient,
  sum,
  truncated,
} from "./big-float.ts";
import { bigIntOf, decimalOf, isTooBig, MOST_DIGITS, numberFromBigInt, numberFromText, textOfNumber } from "./number.ts";
import type { NumberValue } from "./value.ts";

/** A number or the reason why there is none. */
export type Computed = NumberValue | string;

/** Why a number with hundreds of thousands of digits is refused. */
export const TOO_BIG = "number too big";

/** Returns `a + b`. */
export function add(a: NumberValue, b: NumberValue): Computed {
  if (typeof a === "number" && typeof b === "number") {
    const result = a + b;
    if (Number.isSafeInteger(result) && Number.isInteger(a) && Number.isInteger(b)) return result;
  }
  return combine(a, b, (x, y) => x + y, sum);
}

/** Returns `a - b`. */
export function subtract(a: NumberValue, b: NumberValue): Computed {
  if (typeof a === "number" && typeof b === "number") {
    const result = a - b;
    if (Number.isSafeInteger(result) && Number.isInteger(a) && Number.isInteger(b)) return result;
  }
  return combine(
    a,
    b,
    (x, y) => x - y,
    (x, y) => sum(x, negated(y)),
  );
}

/** Returns `a * b`. */
export function multiply(a: NumberValue, b: NumberValue): Computed {
  if (typeof a === "number" && typeof b === "number") {
    const result = a * b;
    // Adding zero turns -0 into 0.
    if (Number.isSafeInteger(result) && Number.isInteger(a) && Number.isInteger(b)) return result + 0;
  }
  return combine(a, b, (x, y) => x * y, product);
}

/** Returns `a / b` to 64 bits. */
export function divide(a: NumberValue, b: NumberValue): Computed {
  if (typeof a === "number" && typeof b === "number" && a !== 0 && b !== 0) {
    const result = a / b;
    if (Number.isSafeInteger(result) && Number.isInteger(a) && Number.isInteger(b) && a % b === 0) return result;
  }
  if (isTooBig(a) || isTooBig(b)) return TOO_BIG;
  const divisor = floatOf(b);
  return divisor.mantissa === 0n ? "divide by zero" : numberFromFloat(quotient(floatOf(a), divisor));
}

/** Returns the remainder of `a / b`, with the sign of `a`; integers only. */
export function remainder(a: NumberValue, b: NumberValue): Computed {
  if (typeof a === "number" && typeof b === "number" && b !== 0 && Number.isInteger(a) && Number.isInteger(b)) return (a % b) + 0;
  if (isTooBig(a) || isTooBig(b)) return TOO_BIG;
  const x = bigIntOf(a);
  const y = bigIntOf(b);
  if (x === undefined || y === undefined) return "modulo on floating-point number";
  return y === 0n ? "modulo by zero" : numberFromBigInt(x % y);
}

function combine(
  a: NumberValue,
  b: NumberValue,
  exact: (x: bigint, y: bigint) => bigint,
  inexact: (x: BigFloat, y: BigFloat) => BigFloat,
): Computed {
  if (isTooBig(a) || isTooBig(b)) return TOO_BIG;
  const x = bigIntOf(a);
  const y = x === undefined ? undefined : bigIntOf(b);
  return x === undefined || y === undefined ? numberFromFloat(inexact(floatOf(a), floatOf(b))) : numberFromBigInt(exact(x, y));
}

const WRITTEN = /^([-+]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?$/;

/** Returns a number as a 64-bit float. The number is not too big. */
export function floatOf(value: NumberValue): BigFloat {
  const [, sign = "", whole = "", fraction = "", power = "0"] = WRITTEN.exec(textOfNumber(value)) ?? [];
  return floatFromDecimal(sign === "-", BigInt(whole + fraction || "0"), Number(power) - fraction.length);
}

/** Returns a float as a number with the shortest text that names it. */
function numberFromFloat(value: BigFloat): NumberValue {
  return numberFromText(floatText(value));
}

/** Returns `|a|`. */
export function absolute(a: NumberValue): Computed {
  if (typeof a === "number" && Number.isInteger(a)) return Math.abs(a);
  return throughFloat(a, (x) => ({ ...x, negative: false }));
}

/** Returns `a` rounded to an integer, halves away from zero. */
export function round(a: NumberValue): Computed {
  if (typeof a === "number" && Number.isInteger(a)) return a;
  return throughFloat(a, (x) => floatFromBigInt(truncated(sum(x, floatFromHalves(x.negative ? -1 : 1)))));
}

/** Returns the least integer that is not below `a`. */
export function ceiling(a: NumberValue): Computed {
  if (typeof a === "number" && Number.isInteger(a)) return a;
  return throughFloat(a, (x) => {
    const whole = floatFromBigInt(truncated(x));
    return x.negative || isInteger(x) ? whole : sum(whole, floatFromHalves(2));
  });
}

/** Returns the greatest integer that is not above `a`. */
export function floor(a: NumberValue): Computed {
  if (typeof a === "number" && Number.isInteger(a)) return a;
  return throughFloat(a, (x) => {
    const whole = floatFromBigInt(truncated(x));
    return !x.negative || isInteger(x) ? whole : sum(whole, floatFromHalves(-2));
  });
}

function throughFloat(a: NumberValue, change: (x: BigFloat) => BigFloat): Computed {
  return isTooBig(a) ? TOO_BIG : numberFromFloat(change(floatOf(a)));
}

/** Returns the sum of some numbers: exact when all are integers. */
export function sumOf(numbers: readonly NumberValue[]): Computed {
  let total = 0;
  for (const number of numbers) {
    if (typeof number !== "number" || !Number.isInteger(number) || !Number.isSafeInteger(total)) return sumSlowly(numbers);
    total += number;
  }
  return Number.isSafeInteger(total) ? total : sumSlowly(numbers);
}

function sumSlowly(numbers: readonly NumberValue[]): Computed {
  return accumulate(numbers, 0n, (x, y) => x + y, sum);
}

const MOST_DIGITS_OF_PRODUCT = 5 * MOST_DIGITS;

function digitsOf(value: NumberValue): number {
  return textOfNumber(value).length + (typeof value === "number" ? 0 : Math.abs(decimalOf(value).exponent));
}

/** Returns the product of some numbers: exact when all are integers. */
export function productOf(numbers: readonly NumberValue[]): Computed {
  // The digits of a product of integers add up: stop before there are millions.
  const digits = numbers.reduce((sum: number, number) => sum + (isTooBig(number) ? MOST_DIGITS : digitsOf(number)), 0);
  if (digits > MOST_DIGITS_OF_PRODUCT) return TOO_BIG;
  return accumulate(numbers, 1n, (x, y) => x * y, product);
}

function accumulate(
  numbers: readonly NumberValue[],
  start: bigint,
  exact: (x: bigint, y: bigint) => bigint,
  inexact: (x: BigFloat, y: BigFloat) => BigFloat,
): Computed {
  if (numbers.some(isTooBig)) return TOO_BIG;
  const integers = numbers.map(bigIntOf);
  if (integers.every((integer) => integer !== undefined)) {
    let total = start;
    for (const integer of integers) total = exact(total, integer);
    return numberFromBigInt(total);
  }
  let total = floatFromHalves(Number(start) * 2);
  for (const number of numbers) total = inexact(total, floatOf(number));
  return numberFromFloat(total);
}
