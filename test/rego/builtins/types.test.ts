import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/rego/values/value.ts";
import { answerOf, num, objectOf, setOf } from "../../support/call-builtin.ts";

const samples: readonly (readonly [string, Value])[] = [
  ["null", null],
  ["boolean", false],
  ["number", num("1.0")],
  ["string", ""],
  ["array", []],
  ["object", objectOf([1, 2])],
  ["set", setOf()],
];

describe("types", () => {
  it.each(samples)("names and recognizes a %s and nothing else", (type, value) => {
    expect(answerOf("type_name", value)).toBe(`"${type}"`);
    for (const [other] of samples) expect(answerOf(`is_${other}`, value)).toBe(String(other === type));
  });

  it("casts arrays and sets into each other and checks the rest", () => {
    expect(answerOf("cast_array", setOf(2, 1))).toBe("[1, 2]");
    expect(answerOf("cast_set", [1, 1])).toBe("{1}");
    expect(answerOf("cast_string", "a")).toBe('"a"');
    expect(answerOf("cast_null", 1)).toBe("eval_type_error: cast_null: operand 1 must be null but got number");
    expect(answerOf("cast_set", 1)).toBe("eval_type_error: cast_set: operand 1 must be one of {array, set} but got number");
  });
});
