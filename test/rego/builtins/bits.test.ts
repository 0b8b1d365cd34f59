import { describe, expect, it } from "vitest";
import { answerOf, num } from "../../support/call-builtin.ts";

describe("bits", () => {
  it.each([
    ["bits.and", [6, 3], "2"],
    ["bits.or", [6, 3], "7"],
    ["bits.xor", [6, 3], "5"],
    ["bits.and", [-1, num("18446744073709551615")], "18446744073709551615"],
    ["bits.negate", [0], "-1"],
    ["bits.lsh", [1, 70], "1180591620717411303424"],
    ["bits.rsh", [-8, 1], "-4"],
    ["bits.rsh", [8, num("1e2")], "0"],
    ["bits.lsh", [1, 1_000_001], "eval_builtin_error: bits.lsh: shift count too big"],
    ["bits.lsh", [1, -1], "eval_type_error: bits.lsh: operand 2 must be an unsigned integer number but got a negative integer"],
    ["bits.and", [1.5, 1], "eval_type_error: bits.and: operand 1 must be integer number but got floating-point number"],
    ["bits.or", [1, "1"], "eval_type_error: bits.or: operand 2 must be integer but got string"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });
});
