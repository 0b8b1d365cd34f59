import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { evaluateText, prepareText } from "../../support/evaluate.ts";

describe("unification", () => {
  test("takes composites apart on both sides", () => {
    expect(evaluateText('x := [a, b, c] if { [a, {"k": b}] = [1, {"k": c}]; c = 3 }')).toEqual([1, 3, 3]);
    expect(evaluateText("x := [a, b] if [a, b] = [b, 1]")).toEqual([1, 1]);
    expect(evaluateText("x if input = [1, _, _]", { input: [1, 2] })).toBeUndefined();
  });

  test("enumerates references, the left one first", () => {
    expect(evaluateText("x := [[i, j] | [1, 2, 3][i] = [3, 2][j]]")).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  test("a variable that names its own key is compared", () => {
    expect(evaluateText("x := [v | v = input[v]]", { input: { a: "a", b: "c" } })).toEqual(["a"]);
  });

  test("composite keys match members of sets", () => {
    expect(evaluateText("s := {[1, 2], [1, 3], [2, 4]}\n\nx := [b | s[[1, b]]]")).toEqual([2, 3]);
  });
});

describe("every and not", () => {
  test("every holds for an empty domain and fails for a scalar or undefined one", () => {
    expect(evaluateText("x if every v in [] { v == 1 }")).toBe(true);
    expect(evaluateText("x if every v in input { v == 1 }", { input: 5 })).toBeUndefined();
    expect(evaluateText("x if every v in input.nope { v == 1 }", { input: {} })).toBeUndefined();
    expect(evaluateText('x if every k, v in {"a": "a"} { k == v }')).toBe(true);
  });

  test("not fails when its argument is undefined before it is asked", () => {
    expect(evaluateText('x if not startswith(input.nope, "a")', { input: {} })).toBeUndefined();
    expect(evaluateText("x if not input.nope", { input: {} })).toBe(true);
  });
});

describe("order", () => {
  test("objects and sets come in Rego's order wherever somebody can see it", () => {
    const input = { "😀": 1, "\uffff": 2, b: 3, a: 4, "10": 5, "9": 6 };
    expect(evaluateText("x := [k | input[k]]", { input })).toEqual(["10", "9", "a", "b", "\uffff", "😀"]);
    expect(evaluateText("x := [v | some v in {3, 1, 2}]")).toEqual([1, 2, 3]);
    expect(evaluateText("x := [v | walk(input, [_, v]); is_number(v)]", { input: { b: 1, a: 2 } })).toEqual([2, 1]);
  });
});

describe("walk", () => {
  test("gives paths, and only what lies under known steps", () => {
    const input = { a: { b: 1 }, c: [2] };
    expect(evaluateText("x := [p | walk(input, [p, v]); is_number(v)]", { input })).toEqual([
      ["a", "b"],
      ["c", 0],
    ]);
    expect(evaluateText('x := [v | walk(input, [["a", k], v])]', { input })).toEqual([1]);
  });
});

describe("print", () => {
  test("prints every combination, and undefined as such", () => {
    const lines: string[] = [];
    evaluateQuery(prepareText('package p\n\nx contains i if { some i in {1, 2}; print("a", input.nope, i) }', "data.p.x"), {
      input: {},
      onPrint: (text) => lines.push(text),
    });
    expect(lines).toEqual(["a <undefined> 1", "a <undefined> 2"]);
  });
});

describe("template strings", () => {
  test("join their parts; a part with two values is an error", () => {
    expect(evaluateText('x := $"a {input.b} {input.nope}"', { input: { b: 1 } })).toBe("a 1 <undefined>");
    expect(evaluateText("x := t if internal.template_string([{1, 2}], t)")).toContain("template-strings must not produce multiple outputs");
  });
});

test("two variables may be equated before either has a value", () => {
  const body = "a = b; b = input.xs[_]; [c, d] = [{1 | b > 1}, a]";
  const input = { xs: [1, 2] };
  expect(evaluateText(`x := [[a, b, c, d] | ${body}]`, { input })).toEqual([
    [1, 1, [], 1],
    [2, 2, [1], 2],
  ]);
  const members = `x contains d if { ${body} }\n\nx contains c if { ${body} }`;
  expect(evaluateText(members, { input })).toEqual([1, 2, [], [1]]);
  expect(evaluateText(members, { input, strictBuiltinErrors: true })).toEqual([1, 2, [], [1]]);
});
