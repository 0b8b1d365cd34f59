import { describe, expect, it } from "vitest";
import { answerIn, answerOf, contextOf, num, setOf } from "../../support/call-builtin.ts";

describe("print", () => {
  it("prints every combination of values, undefined ones by name", () => {
    const context = contextOf();
    expect(answerIn(context, "internal.print", [setOf("a"), setOf(1, 2), setOf(), setOf(["x", num("1.0")])])).toBe("true");
    expect(context.record.printed).toEqual(['a 1 <undefined> ["x", 1.0]', 'a 2 <undefined> ["x", 1.0]']);
  });

  it("works without the compiler", () => {
    const context = contextOf();
    answerIn(context, "print", "a", ["b"]);
    expect(context.record.printed).toEqual(['a ["b"]']);
  });
});

describe("template strings", () => {
  it("join their parts", () => {
    expect(answerOf("internal.template_string", ["a ", setOf("b"), " ", setOf(), 1])).toBe('"a b <undefined>1"');
    expect(answerOf("internal.template_string", [setOf(1, 2)])).toContain("must not produce multiple outputs");
  });
});

describe("trace", () => {
  it("is true of every text", () => {
    expect(answerOf("trace", "x")).toBe("true");
    expect(answerOf("trace", 1)).toBe("eval_type_error: trace: operand 1 must be string but got number");
    expect(answerOf("internal.test_case", [1])).toBe("true");
  });
});
