import { describe, expect, it } from "vitest";
import { answerOf, num, objectOf, setOf } from "../../support/call-builtin.ts";

describe("object.get", () => {
  it("finds a key, follows a path, falls back", () => {
    const deep = { a: [{ b: null }], s: setOf("m") };
    expect(answerOf("object.get", deep, "a", 1)).toBe('[{"b": null}]');
    expect(answerOf("object.get", deep, ["a", 0, "b"], 1)).toBe("null");
    expect(answerOf("object.get", deep, ["s", "m"], 1)).toBe('"m"');
    expect(answerOf("object.get", deep, ["a", 1, "b"], 1)).toBe("1");
    expect(answerOf("object.get", deep, [], 1)).toContain('"a"');
    expect(answerOf("object.get", objectOf([1, "x"]), num("1.0"), 0)).toBe('"x"');
    expect(answerOf("object.get", {}, "__proto__", 0)).toBe("0");
    expect(answerOf("object.get", 1, "a", 0)).toBe("eval_type_error: object.get: operand 1 must be object but got number");
  });
});

describe("choosing keys", () => {
  it("takes keys from arrays, sets and objects", () => {
    const from = JSON.parse('{"a": 1, "b": 2, "__proto__": 3}');
    expect(answerOf("object.filter", from, ["a", "__proto__"])).toBe('{"__proto__": 3, "a": 1}');
    expect(answerOf("object.remove", from, setOf("a"))).toBe('{"__proto__": 3, "b": 2}');
    expect(answerOf("object.remove", from, { a: 0, b: 0 })).toBe('{"__proto__": 3}');
    expect(answerOf("object.keys", objectOf([1, 2], ["a", 3]))).toBe('{1, "a"}');
    expect(answerOf("object.filter", {}, 1)).toBe(
      "eval_type_error: object.filter: operand 2 must be one of {object, set, array} but got number",
    );
  });
});

describe("merging", () => {
  it("is deep and the right side wins", () => {
    expect(answerOf("object.union", { a: { b: 1, c: 2 }, d: 1 }, { a: { c: 3 }, d: [] })).toBe('{"a": {"b": 1, "c": 3}, "d": []}');
    expect(answerOf("object.union", { a: 1 }, { a: num("1.0") })).toBe('{"a": 1}');
    expect(answerOf("object.union_n", [{ a: { b: 2 } }, { a: 4 }, { a: { c: 3 } }])).toBe('{"a": {"c": 3}}');
    const twice = { a: { b: 1 } };
    expect(answerOf("object.union_n", [twice, { a: { c: 2 } }, twice])).toBe('{"a": {"b": 1, "c": 2}}');
    expect(answerOf("object.union_n", [{ a: { b: 1 } }, { a: { c: 2 } }, { a: 0 }, { a: { d: 3 } }])).toBe('{"a": {"d": 3}}');
    expect(answerOf("object.union_n", [])).toBe("{}");
    expect(answerOf("object.union_n", [{}, 1])).toBe(
      "eval_type_error: object.union_n: operand 1 must be array of objects but got array containing number",
    );
  });

  it("visits each key once, however many objects there are", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({ [`k${i}`]: i, shared: { [`s${i % 10}`]: i } }));
    expect(answerOf("object.union_n", many)).toContain('"s9": 19999');
  });

  it("does not hang on depth", () => {
    const depth = 9000;
    const left = JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
    const right = JSON.parse(`${'{"a":'.repeat(depth - 1)}{"b":2}${"}".repeat(depth - 1)}`);
    expect(answerOf("object.union_n", [left, right])).toContain('{"a": 1, "b": 2}');
  });

  it("changes neither side", () => {
    const left = { a: { b: 1 } };
    const right = { a: { c: 2 } };
    answerOf("object.union", left, right);
    expect([left, right]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
  });
});

describe("object.subset", () => {
  it.each([
    [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, "true"],
    [{ a: 1 }, { b: 1 }, "false"],
    [setOf(1, 2), setOf(1), "true"],
    [[1, 2, 3], [2, 3], "true"],
    [[1, 2, 3], [1, 3], "false"],
    [[1, 1, 2], [1, 2], "true"],
    [[1, 2, 1, 2, 3], [1, 2, 3], "true"],
    [[1, 2, 1, 3], [1, 2, 3], "false"],
    [[1], [], "true"],
    [[1, 2], setOf(2), "true"],
    [[1, 1], setOf(1, 2), "false"],
    [[], setOf(), "true"],
    [{ a: [1] }, { a: setOf(1) }, "false"],
    [1, 1, "eval_type_error: object.subset: both arguments object.subset must be of the same type or array and set"],
  ])("of %o and %o is %s", (whole, part, expected) => {
    expect(answerOf("object.subset", whole, part)).toBe(expected);
  });
});
