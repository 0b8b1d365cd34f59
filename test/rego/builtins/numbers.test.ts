import { describe, expect, it } from "vitest";
import { answerIn, answerOf, contextOf, num, setOf } from "../../support/call-builtin.ts";

describe("arithmetic", () => {
  it.each([
    ["plus", 1, 2, "3"],
    ["plus", num("9007199254740991"), 1, "9007199254740992"],
    ["plus", num("0.1"), num("0.2"), "0.3"],
    ["plus", num("1.1"), num("2.2"), "3.3000000000000000002"],
    ["plus", num("1e3"), num("7.0"), "1007"],
    ["minus", 5, 7, "-2"],
    ["mul", num("12345678901234567890"), 10, "123456789012345678900"],
    ["mul", num("1e-7"), 1, "1e-07"],
    ["div", 1, 3, "0.33333333333333333334"],
    ["div", 6, 3, "2"],
    ["div", 0, -5, "-0"],
    ["rem", -7, 3, "-1"],
    ["rem", 5, num("18446744073709551616"), "5"],
  ] as const)("%s(%o, %o) is %s", (name, x, y, expected) => {
    expect(answerOf(name, x, y)).toBe(expected);
  });

  it("refuses what has no answer", () => {
    expect(answerOf("div", 1, num("0.0"))).toBe("eval_builtin_error: div: divide by zero");
    expect(answerOf("rem", 1, 0)).toBe("eval_builtin_error: rem: modulo by zero");
    expect(answerOf("rem", 1.5, 2)).toBe("eval_builtin_error: rem: modulo on floating-point number");
    expect(answerOf("plus", "1", 2)).toBe("eval_type_error: plus: operand 1 must be number but got string");
    expect(answerOf("plus", 1, [])).toBe("eval_type_error: plus: operand 2 must be number but got array");
  });

  it("takes sets apart with minus but mixes nothing", () => {
    expect(answerOf("minus", setOf(1, 2, 3), setOf(2))).toBe("{1, 3}");
    expect(answerOf("minus", setOf(1), 1)).toBe("eval_type_error: minus: operand 2 must be set but got number");
    expect(answerOf("minus", 1, setOf(1))).toBe("eval_type_error: minus: operand 2 must be number but got set");
    expect(answerOf("minus", "a", 1)).toBe("eval_type_error: minus: operand 1 must be one of {number, set} but got string");
  });

  it("answers at once for numbers that would take seconds", () => {
    expect(answerOf("plus", num("1e10000000"), 1)).toBe("eval_builtin_error: plus: number too big");
    expect(answerOf("mul", num("1e-999999999999999999999"), num("0.5"))).toBe("eval_builtin_error: mul: number too big");
  });
});

describe("rounding", () => {
  it.each([
    ["round", "2.5", "3"],
    ["round", "-2.5", "-3"],
    ["round", "1e30", "1000000000000000000024696061952"],
    ["ceil", "1.2", "2"],
    ["ceil", "-1.2", "-1"],
    ["ceil", "-0.5", "0"],
    ["floor", "1.8", "1"],
    ["floor", "-1.2", "-2"],
    ["floor", "-0.5", "-1"],
    ["abs", "-1.50", "1.5"],
    ["abs", "-12345678901234567890123", "12345678901234567890000"],
  ])("%s(%s) is %s", (name, x, expected) => {
    expect(answerOf(name, num(x))).toBe(expected);
  });
});

describe("ranges", () => {
  it("include both ends and go either way", () => {
    expect(answerOf("numbers.range", 1, 4)).toBe("[1, 2, 3, 4]");
    expect(answerOf("numbers.range", 2, -1)).toBe("[2, 1, 0, -1]");
    expect(answerOf("numbers.range", num("1.0"), num("2e0"))).toBe("[1, 2]");
    expect(answerOf("numbers.range", num("9223372036854775807"), num("9223372036854775808"))).toBe(
      "[9223372036854775807, 9223372036854775808]",
    );
    expect(answerOf("numbers.range_step", 0, 10, 4)).toBe("[0, 4, 8]");
  });

  it("are bounded", () => {
    const context = contextOf();
    expect(answerIn(context, "numbers.range", 0, num("1e12"))).toBe("eval_builtin_error: numbers.range: too many numbers in range");
    expect(context.record.spent).toBeGreaterThanOrEqual(1e12);
  });

  it("refuse fractions, texts and steps that lead nowhere", () => {
    expect(answerOf("numbers.range", 1.5, 2)).toBe(
      "eval_type_error: numbers.range: operand 1 must be integer number but got floating-point number",
    );
    expect(answerOf("numbers.range", 1, "2")).toBe("eval_type_error: numbers.range: operand 2 must be integer but got string");
    expect(answerOf("numbers.range_step", 1, 2, 0)).toBe(
      "eval_builtin_error: numbers.range_step: numbers.range_step: step must be a positive integer",
    );
  });
});

describe("rand.intn", () => {
  it("stays the same for a key within one query and stays below its bound", () => {
    const context = contextOf();
    const first = answerIn(context, "rand.intn", "k", 1000);
    expect(answerIn(context, "rand.intn", "k", 1000)).toBe(first);
    expect(Number(first)).toBeLessThan(1000);
    expect(answerIn(context, "rand.intn", "k", 0)).toBe("0");
    expect(Number(answerIn(context, "rand.intn", "k", -5))).toBeLessThan(5);
  });
});

describe("conversions", () => {
  it.each([
    [255, 16, '"ff"'],
    [-255, 16, '"-ff"'],
    [num("15.9"), 2, '"1111"'],
    [num("18446744073709551617"), 10, '"18446744073709551617"'],
    [num("1e3"), 8, '"1750"'],
  ])("format_int(%o, %o) is %s", (value, base, expected) => {
    expect(answerOf("format_int", value, base)).toBe(expected);
  });

  it("knows four bases, written plainly", () => {
    expect(answerOf("format_int", 1, num("10.0"))).toBe("eval_type_error: format_int: operand 2 must be one of {2, 8, 10, 16}");
  });

  it.each([
    [null, "0"],
    [true, "1"],
    [num("1.50"), "1.50"],
    ["1e3", "1e3"],
    ["01", "1"],
    ["+5", "5"],
    ["-.5", "-0.5"],
    ["5.", "5"],
    ["1_000", "1000"],
    ["0x1p4", "16"],
    ["0x.8p-1", "0.25"],
    ["x", 'eval_builtin_error: to_number: strconv.ParseFloat: parsing "x": invalid syntax'],
    ["1e400", 'eval_builtin_error: to_number: strconv.ParseFloat: parsing "1e400": value out of range'],
    ["0x1p9999", 'eval_builtin_error: to_number: strconv.ParseFloat: parsing "0x1p9999": value out of range'],
    ["-Inf", "eval_type_error: to_number: operand 1 must be valid number string but got string"],
    [[], "eval_type_error: to_number: operand 1 must be one of {null, boolean, number, string} but got array"],
  ])("to_number(%o) is %s", (value, expected) => {
    expect(answerOf("to_number", value)).toBe(expected);
  });
});
