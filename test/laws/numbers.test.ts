import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, divide, floatOf, multiply, remainder, subtract, sumOf } from "../../src/rego/values/arithmetic.ts";
import type { BigFloat } from "../../src/rego/values/big-float.ts";
import { bitLength, floatFromDecimal, floatText, product, quotient, sum } from "../../src/rego/values/big-float.ts";
import {
  compareNumbers,
  decimalOf,
  equalNumbers,
  numberFromBigInt,
  numberFromText,
  numberKey,
  textOfNumber,
} from "../../src/rego/values/number.ts";
import type { NumberValue } from "../../src/rego/values/value.ts";
import { number } from "../support/arbitraries/values.ts";

const OPTIONS = { seed: 20240229, numRuns: 600 };

/** The reference: exact fractions. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const power = (base: bigint, exponent: number): Fraction =>
  exponent >= 0 ? { over: base ** BigInt(exponent), under: 1n } : { over: 1n, under: base ** BigInt(-exponent) };
const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });
const plus = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under });
const order = (a: Fraction, b: Fraction): number => {
  const difference = a.over * b.under - b.over * a.under;
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
};
const size = (a: bigint): bigint => (a < 0n ? -a : a);

function exactly(value: NumberValue): Fraction {
  const { digits, exponent } = decimalOf(value);
  return times({ over: digits, under: 1n }, power(10n, exponent));
}

function ofFloat(float: BigFloat): Fraction {
  return times({ over: float.negative ? -float.mantissa : float.mantissa, under: 1n }, power(2n, float.exponent));
}

/** Whether a float is within half a unit in its last place of the exact value. */
function isNearest(float: BigFloat, exact: Fraction): boolean {
  const unit = power(2n, float.exponent + bitLength(float.mantissa) - float.precision);
  const off = plus(ofFloat(float), { over: -exact.over, under: exact.under });
  return 2n * size(off.over) * unit.under <= size(unit.over * off.under);
}

const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

describe("numbers", () => {
  it("compare as exact fractions do", () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const expected = order(exactly(a), exactly(b));
        expect(Math.sign(compareNumbers(a, b)) + 0).toBe(expected);
        expect(equalNumbers(a, b)).toBe(expected === 0);
        expect(numberKey(a) === numberKey(b)).toBe(expected === 0);
      }),
      OPTIONS,
    );
  });

  it("keep the text they were given", () => {
    fc.assert(
      fc.property(number, (a) => {
        expect(textOfNumber(numberFromText(textOfNumber(a)))).toBe(textOfNumber(a));
      }),
      OPTIONS,
    );
  });
});

describe("integer arithmetic", () => {
  it("is exact at any size", () => {
    fc.assert(
      fc.property(integer, integer, (x, y) => {
        const [a, b] = [numberFromBigInt(x), numberFromBigInt(y)];
        expect(add(a, b)).toEqual(numberFromBigInt(x + y));
        expect(subtract(a, b)).toEqual(numberFromBigInt(x - y));
        expect(multiply(a, b)).toEqual(numberFromBigInt(x * y));
        expect(sumOf([a, b, a])).toEqual(numberFromBigInt(x + y + x));
        if (y !== 0n) expect(remainder(a, b)).toEqual(numberFromBigInt(x % y));
      }),
      OPTIONS,
    );
  });
});

describe("64-bit floats", () => {
  const decimals = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: -40, max: 40 }));
  const float = decimals.map(([negative, digits, exponent]) => floatFromDecimal(negative, digits, exponent));

  it("are the nearest to the text they are read from", () => {
    fc.assert(
      fc.property(decimals, ([negative, digits, exponent]) => {
        const exact = times({ over: negative ? -digits : digits, under: 1n }, power(10n, exponent));
        expect(isNearest(floatFromDecimal(negative, digits, exponent), exact)).toBe(true);
      }),
      OPTIONS,
    );
  });

  it("are the nearest to the exact result of an operation", () => {
    fc.assert(
      fc.property(float, float, (x, y) => {
        expect(isNearest(sum(x, y), plus(ofFloat(x), ofFloat(y)))).toBe(true);
        expect(isNearest(product(x, y), times(ofFloat(x), ofFloat(y)))).toBe(true);
        const { over, under } = ofFloat(y);
        if (over !== 0n) expect(isNearest(quotient(x, y), times(ofFloat(x), { over: under, under: over }))).toBe(true);
      }),
      OPTIONS,
    );
  });

  it("come back from the text they write", () => {
    fc.assert(
      fc.property(float, (x) => {
        expect(order(ofFloat(floatOf(numberFromText(floatText(x)))), ofFloat(x))).toBe(0);
      }),
      OPTIONS,
    );
  });

  it("divide and multiply back within a unit", () => {
    expect(divide(1, 3)).toEqual(numberFromText("0.33333333333333333334"));
    expect(multiply(numberFromText("0.33333333333333333334"), 3)).toEqual(1);
  });
});
