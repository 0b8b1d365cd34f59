import { describe, expect, it } from "vitest";
import {
  bigIntOf,
  compareNumbers,
  equalNumbers,
  int64Of,
  isTooBig,
  numberFromBigInt,
  numberFromText,
  numberKey,
  textOfNumber,
} from "../../../src/rego/values/number.ts";
import { RegoNumber } from "../../../src/rego/values/rego-number.ts";

const n = numberFromText;

describe("numbers", () => {
  it("keep their text", () => {
    for (const text of ["1", "-0", "1.0", "1e3", "0.5", "1.50", "9007199254740993", "1e-7"]) expect(textOfNumber(n(text))).toBe(text);
    expect(n("-0")).toBeInstanceOf(RegoNumber);
    expect(n("1e21")).toBeInstanceOf(RegoNumber);
  });

  it("compare by value", () => {
    expect(equalNumbers(n("1"), n("1.00"))).toBe(true);
    expect(equalNumbers(n("10.0"), n("1"))).toBe(false);
    expect(equalNumbers(n("-0"), n("0.0"))).toBe(true);
    expect(compareNumbers(n("1e400"), n("1e399"))).toBeGreaterThan(0);
    expect(compareNumbers(n("-1e400"), n("1e-400"))).toBeLessThan(0);
    expect(compareNumbers(n("0.1"), n("0.10000000000000000001"))).toBeLessThan(0);
    expect(compareNumbers(n("1e99999999999999999999"), n("5"))).toBeGreaterThan(0);
    expect(numberKey(n("1.0"))).toBe(numberKey(1));
  });

  it("stay quick however many zeros they have", () => {
    const long = `1${"0".repeat(200_000)}1`;
    expect(equalNumbers(n(long), n(`${long}.0`))).toBe(true);
    expect(isTooBig(n("1e400001"))).toBe(true);
    expect(isTooBig(n(long))).toBe(false);
  });

  it("tell integers by spelling and by value", () => {
    expect(int64Of(n("9223372036854775807"))).toBe(9223372036854775807n);
    expect(int64Of(n("9223372036854775808"))).toBeUndefined();
    expect(int64Of(n("1.0"))).toBeUndefined();
    expect(int64Of(n("-0"))).toBe(0n);
    expect(bigIntOf(n("1.5e1"))).toBe(15n);
    expect(bigIntOf(n("1.5"))).toBeUndefined();
    expect(numberFromBigInt(2n ** 53n)).toEqual(new RegoNumber("9007199254740992"));
    expect(numberFromBigInt(-5n)).toBe(-5);
  });
});
