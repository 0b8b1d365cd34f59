import { describe, expect, it } from "vitest";
import {
  bitLength,
  floatFromBigInt,
  floatFromDecimal,
  floatText,
  isInteger,
  quotient,
  sum,
  truncated,
} from "../../../src/rego/values/big-float.ts";

const decimal = (digits: bigint, exponent: number) => floatFromDecimal(digits < 0n, digits < 0n ? -digits : digits, exponent);

describe("big floats", () => {
  it("write the fewest digits that name them", () => {
    expect(floatText(quotient(decimal(1n, 0), decimal(3n, 0)))).toBe("0.33333333333333333334");
    expect(floatText(sum(decimal(1n, -1), decimal(2n, -1)))).toBe("0.3");
    expect(floatText(decimal(-15n, -8))).toBe("-1.5e-07");
    expect(floatText(decimal(12345675n, -1))).toBe("1.2345675e+06");
    expect(floatText(decimal(1n, 30))).toBe("1000000000000000000000000000000");
    expect(floatText(decimal(0n, 5))).toBe("0");
  });

  it("keep every bit of an integer", () => {
    const value = 2n ** 200n + 1n;
    expect(truncated(floatFromBigInt(value))).toBe(value);
    expect(bitLength(value)).toBe(201);
    expect(isInteger(decimal(15n, -1))).toBe(false);
    expect(truncated(decimal(-19n, -1))).toBe(-1n);
  });
});
