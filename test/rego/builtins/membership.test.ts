import { describe, expect, it } from "vitest";
import { answerOf, num, objectOf, setOf } from "../../support/call-builtin.ts";

describe("in", () => {
  it("looks among elements, members and values", () => {
    expect(answerOf("internal.member_2", 1, [num("1.0")])).toBe("true");
    expect(answerOf("internal.member_2", 1, setOf(1))).toBe("true");
    expect(answerOf("internal.member_2", 2, { a: 2 })).toBe("true");
    expect(answerOf("internal.member_2", "a", { a: 2 })).toBe("false");
    expect(answerOf("internal.member_2", "a", "abc")).toBe("false");
  });

  it("looks under a key", () => {
    expect(answerOf("internal.member_3", 0, "x", ["x"])).toBe("true");
    expect(answerOf("internal.member_3", num("0.0"), "x", ["x"])).toBe("false");
    expect(answerOf("internal.member_3", 1, "x", objectOf([1, "x"]))).toBe("true");
    expect(answerOf("internal.member_3", 1, 1, setOf(1))).toBe("true");
    expect(answerOf("internal.member_3", "toString", 1, {})).toBe("false");
  });
});
