import { describe, expect, test } from "vitest";
import { evaluateText } from "../../support/evaluate.ts";

describe("the order of the index", () => {
  test("a rule whose condition names a constant is evaluated after those that take any value", () => {
    // Both rules give `a` a value; the error names the one that OPA evaluates second.
    const rules = 'x.a := 1 if input.kind == "k"\n\nx[k] := 2 if some k in ["a"]';
    expect(evaluateText(rules, { input: { kind: "k" } })).toBe("p.rego:3: eval_conflict_error: object keys must be unique");
  });

  test("a rule that cannot match reports no builtin errors", () => {
    const rules = 'x := 1 if { to_number("q") == 1; input.kind == "other" }\n\ndefault x := 0';
    expect(evaluateText(rules, { input: { kind: "k" }, strictBuiltinErrors: true })).toBe(0);
  });
});

describe("indexed conditions", () => {
  const many = (rule: (i: number) => string): string => Array.from({ length: 12 }, (_, i) => rule(i)).join("\n\n");

  test("membership, elements, parameters and arrays find their rules", () => {
    expect(
      evaluateText(
        many((i) => `x := ${i} if input.k in {"a${i}", "b${i}"}`),
        { input: { k: "b7" } },
      ),
    ).toBe(7);
    expect(
      evaluateText(
        many((i) => `x contains ${i} if input.ks[_] == "a${i}"`),
        { input: { ks: ["a3", "a9"] } },
      ),
    ).toEqual([3, 9]);
    expect(evaluateText(`${many((i) => `f("k${i}", y) := y + ${i}`)}\n\nx := f("k5", 1)`)).toBe(6);
    expect(
      evaluateText(
        many((i) => `x := ${i} if input.p = ["a", "k${i}"]`),
        { input: { p: ["a", "k2"] } },
      ),
    ).toBe(2);
  });

  test("numbers are found by value", () => {
    const input = JSON.parse('{"n": 4}');
    expect(
      evaluateText(
        many((i) => `x := ${i} if input.n == ${i}.0`),
        { input },
      ),
    ).toBe(4);
  });

  test("patterns find the rules for the parts of a text, and every rule that could match", () => {
    const rules = (pattern: (i: number) => string) => many((i) => `x contains ${i} if glob.match("${pattern(i)}", ["."], input.h)`);
    const asked = (text: string, h: string | number) => evaluateText(text, { input: { h } });
    expect(
      asked(
        rules((i) => `*.k${i}.org`),
        "a.k5.org",
      ),
    ).toEqual([5]);
    expect(
      asked(
        rules((i) => (i % 2 ? "a.*" : `b.${i}`)),
        "a.c",
      ),
    ).toEqual([1, 3, 5, 7, 9, 11]);
    expect(
      asked(
        rules((i) => `{a,k${i}}.*`),
        "k3.c",
      ),
    ).toEqual([3]);
    expect(
      asked(
        rules(() => "*.*"),
        "a\\.b",
      ),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(
      asked(
        rules((i) => `k${i}.*`),
        7,
      ),
    ).toEqual([]);
  });

  test("of two rules in conflict the one with the pattern is evaluated last", () => {
    const rules = 'x := 1 if glob.match("a.*", ["."], input.h)\n\nx := 2 if startswith(input.h, "a")';
    expect(evaluateText(rules, { input: { h: "a.b" } })).toContain("p.rego:3: eval_conflict_error");
  });
});
