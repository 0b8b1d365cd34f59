import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { answerOf, evaluateText, prepareText } from "../../support/evaluate.ts";

describe("with", () => {
  test("replaces input for one expression and what it reaches, and nothing after it", () => {
    const rules = "r := input.a\n\nx := [a, b] if {\n\ta := r with input.a as 1\n\tb := r\n}";
    expect(evaluateText(rules, { input: { a: 0 } })).toEqual([1, 0]);
  });

  test("a later target extends an earlier one, and a path across a scalar is built anew", () => {
    expect(evaluateText("x := v if v := input with input as {} with input.a.b as 2")).toEqual({ a: { b: 2 } });
    expect(evaluateText("x := v if v := input with input.a.b as 2", { input: { a: 1, c: 3 } })).toEqual({ a: { b: 2 }, c: 3 });
  });

  test("what runs after an expression that enumerates runs in the outer world", () => {
    const rules = "y := [[v, w] | v := input.xs[_] with input.xs as [1, 2]; w := input.n]";
    expect(answerOf(prepareText(`package p\n\n${rules}`, "data.p.y"), { input: { xs: [9], n: 7 } })).toEqual([
      [1, 7],
      [2, 7],
    ]);
  });

  test("documents under data shadow rules at and below the target", () => {
    const modules = {
      "q.rego": "package q\n\nr := 1\n\ns := r + 1",
      "p.rego": "package p\n\nx := v if v := data.q.s with data.q.r as 10\n\ny := v if v := data.q.r with data.q as {}",
    };
    expect(answerOf(prepareText(modules, "data.p.x"))).toBe(11);
    expect(answerOf(prepareText(modules, "data.p.y"))).toBeUndefined();
  });

  test("a rule that stands in for a function is evaluated by each call, in the inner world, and not at all without one", () => {
    const rules = "f(_) := 1\n\nq := input.a\n\nu := 1 / input.zero\n\n";
    expect(evaluateText(`${rules}x := v if v := f(1) with f as q with input.a as 2`, { input: { a: 1 } })).toBe(2);
    expect(evaluateText(`${rules}x if not false with f as q`)).toBe(true);
    expect(evaluateText(`${rules}x if true with count as u`, { input: { zero: 0 }, strictBuiltinErrors: true })).toBe(true);
  });

  test("functions and builtins are replaced by values or functions, whose own calls see the originals", () => {
    const rules = 'f(a) := a\n\ng(a) := f(a) + 100\n\nh(_) := "mock"\n\n';
    expect(evaluateText(`${rules}x := v if v := f(1) with f as 5`)).toBe(5);
    expect(evaluateText(`${rules}x := v if v := f(1) with f as g`)).toBe(101);
    expect(evaluateText(`${rules}x := v if v := upper("a") with upper as h`)).toBe("mock");
    expect(evaluateText(`${rules}q := count([1])\n\nx := [q, y] if y := q with count as 7`)).toEqual([1, 7]);
  });

  test("an undefined replacement makes the expression fail", () => {
    expect(evaluateText("x if true with input as input.nope", { input: {} })).toBeUndefined();
  });

  test("what a rule gave outside is still known after a with", () => {
    const prints: string[] = [];
    const prepared = prepareText('package p\n\nr := 1 if print("r")\n\nx := [r, a, r] if a := r with input as 1', "data.p.x");
    evaluateQuery(prepared, { onPrint: (text) => prints.push(text) });
    expect(prints.length).toBeLessThanOrEqual(2);
  });
});
