import { describe, expect, it } from "vitest";
import { answerOf, num, setOf } from "../../support/call-builtin.ts";

describe("set algebra", () => {
  it("intersects, unites and subtracts", () => {
    expect(answerOf("and", setOf(1, 2), setOf(2, 3))).toBe("{2}");
    expect(answerOf("or", setOf(1), setOf("a"))).toBe('{1, "a"}');
    expect(answerOf("set_diff", setOf(1, 2), setOf(2))).toBe("{1}");
    expect(answerOf("intersection", setOf(setOf(1, 2), setOf(2, 3)))).toBe("{2}");
    expect(answerOf("intersection", setOf())).toBe("set()");
    expect(answerOf("union", setOf(setOf(1), setOf(2), setOf()))).toBe("{1, 2}");
  });

  it("keeps the first spelling of equal members and tells 10.0 from 1", () => {
    expect(answerOf("or", setOf(num("1.0")), setOf(1))).toBe("{1.0}");
    expect(answerOf("set_diff", setOf(num("10.0")), setOf(num("1.0")))).toBe("{10.0}");
  });

  it("takes sets only", () => {
    expect(answerOf("and", 1, setOf())).toBe("eval_type_error: and: operand 1 must be set but got number");
    expect(answerOf("union", setOf(1))).toBe("eval_type_error: union: operand 1 must be set but got number");
  });
});
