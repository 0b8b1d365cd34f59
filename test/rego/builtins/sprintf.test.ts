import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/rego/values/value.ts";
import { answerOf, num, objectOf, setOf } from "../../support/call-builtin.ts";

const format = (text: string, ...values: Value[]): string => {
  const answer = answerOf("sprintf", text, values);
  return answer.startsWith('"') ? JSON.parse(answer) : answer;
};

describe("sprintf", () => {
  it("hands Go an int64, a float64, a big integer or a text", () => {
    expect(format("%T %T %T %T %T", 1, num("1.0"), num("12345678901234567890"), "a", true)).toBe("int64 float64 *big.Int string string");
    expect(format("%v %v %v", num("1.0"), num("1e3"), num("1.0e400"))).toBe("1 1e3 1.0e400");
    expect(format("%d %d %d", num("3.0"), "x", num("1e3"))).toBe("%!d(float64=3) %!d(string=x) %!d(string=1e3)");
    expect(format("%f", 1)).toBe("%!f(int64=1)");
  });

  it("writes other values as terms", () => {
    expect(format("%v %v %v", null, [1, "a"], objectOf(["k", setOf(1, num("2.50"))]))).toBe('null [1, "a"] {"k": {1, 2.50}}');
    expect(format("%q", [1, "x"])).toBe('"[1, \\"x\\"]"');
  });

  it("says what is missing, left over or unknown", () => {
    expect(format("%d %d", 1)).toBe("1 %!d(MISSING)");
    expect(format("a", 1, "b")).toBe("a%!(EXTRA int64=1, string=b)");
    expect(format("%z %", 1)).toBe("%!z(int64=1) %!(NOVERB)");
    expect(format("%[3]d", 1)).toBe("%!d(BADINDEX)");
  });

  it("is bounded", () => {
    expect(format("%9999999d".repeat(60), ...Array<Value>(60).fill(1))).toBe("eval_builtin_error: sprintf: result too long");
  });

  it("needs a format and an array", () => {
    expect(format("%d")).toBe("%!d(MISSING)");
    expect(answerOf("sprintf", 1, [])).toBe("eval_type_error: sprintf: operand 1 must be string but got number");
    expect(answerOf("sprintf", "", setOf())).toBe("eval_type_error: sprintf: operand 2 must be array but got set");
  });
});
