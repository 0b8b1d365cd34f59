import { describe, expect, it } from "vitest";
import { displayText, shownText, termText } from "../../../src/rego/values/print.ts";
import type { Value } from "../../../src/rego/values/value.ts";
import { num, objectOf, setOf } from "../../support/call-builtin.ts";

describe("termText", () => {
  it.each<[Value, string]>([
    [null, "null"],
    [num("1.50"), "1.50"],
    ["a\n", '"a\\n"'],
    [[1, "a", []], '[1, "a", []]'],
    [{ b: {}, a: 1 }, '{"a": 1, "b": {}}'],
    [objectOf(["k", 1], [2, "b"], [[setOf()], null]), '{2: "b", "k": 1, [set()]: null}'],
    [setOf("b", 1, "a"), '{1, "a", "b"}'],
    [setOf(), "set()"],
  ])("writes %o as %s", (value, expected) => {
    expect(termText(value)).toBe(expected);
  });

  it("leaves a text by itself without quotes on display", () => {
    expect(displayText('a"b')).toBe('a"b');
    expect(displayText(["a"])).toBe('["a"]');
  });
});

describe("shownText", () => {
  it("does not write what would never end", () => {
    let value: Value = [1];
    for (let i = 0; i < 80; i++) value = [value, value];
    expect(shownText(value)).toBe("a very long array");
    expect(shownText(objectOf([value, 1]))).toBe("a very long object");
    expect(shownText([1])).toBe("[1]");
  });
});
