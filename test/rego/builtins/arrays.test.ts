import { describe, expect, it } from "vitest";
import { answerOf, num, setOf } from "../../support/call-builtin.ts";

describe("arrays", () => {
  it.each([
    ["array.concat", [[1], [2]], "[1, 2]"],
    ["array.flatten", [[1, [2, [3]], setOf(4)]], "[1, 2, [3], {4}]"],
    ["array.reverse", [[1, 2, 3]], "[3, 2, 1]"],
    ["array.slice", [[1, 2, 3, 4], 1, 3], "[2, 3]"],
    ["array.slice", [[1, 2, 3], -5, 99], "[1, 2, 3]"],
    ["array.slice", [[1, 2, 3], 2, 1], "[]"],
    ["array.slice", [[1], num("1.0"), 1], "eval_type_error: array.slice: operand 2 must be integer number but got floating-point number"],
    ["array.concat", [[], {}], "eval_type_error: array.concat: operand 2 must be array but got object"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });
});
