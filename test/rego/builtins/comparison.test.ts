import { describe, expect, it } from "vitest";
import { answerOf, num, setOf } from "../../support/call-builtin.ts";

describe("comparison", () => {
  it("knows numbers by value and types by rank", () => {
    expect(answerOf("equal", 1, num("1.0"))).toBe("true");
    expect(answerOf("equal", num("10.0"), 1)).toBe("false");
    expect(answerOf("lt", null, false)).toBe("true");
    expect(answerOf("lt", [], {})).toBe("true");
    expect(answerOf("gt", setOf(), {})).toBe("true");
    expect(answerOf("lte", "a", "a")).toBe("true");
    expect(answerOf("gte", 1, "a")).toBe("false");
    expect(answerOf("neq", [1], [2])).toBe("true");
  });

  it("orders strings by code point", () => {
    expect(answerOf("lt", "\uffff", "😀")).toBe("true");
  });
});
