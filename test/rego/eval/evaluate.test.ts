import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { answerOf, evaluateText, prepareText } from "../../support/evaluate.ts";

describe("results", () => {
  test("a row lists the value, text and place of each expression and the author's variables", () => {
    const prepared = prepareText("package p\n\nxs := [1, 2]", "y := data.p.xs[i]; y > 1");
    const { results } = evaluateQuery(prepared, {});
    expect(results).toHaveLength(1);
    expect(results[0]?.bindings).toEqual({ i: 1, y: 2 });
    expect(results[0]?.expressions.map(({ text, value }) => [text, value])).toEqual([
      ["y := data.p.xs[i]", true],
      ["y > 1", true],
    ]);
    expect(results[0]?.expressions[1]?.location).toEqual({ row: 1, col: 20 });
  });

  test("one bare expression reports its value even when it is false; beside others it removes the row", () => {
    expect(answerOf(prepareText("package p", "1 == 2"))).toBe(false);
    expect(evaluateQuery(prepareText("package p", "true; 1 > 2"), {}).results).toEqual([]);
  });

  test("an absent input is undefined and a null input is a value", () => {
    const prepared = prepareText("package p", "input == null");
    expect(answerOf(prepared)).toBeUndefined();
    expect(answerOf(prepared, { input: null })).toBe(true);
  });

  test("an expression that is null has the value null", () => {
    expect(answerOf(prepareText("package p", "input"), { input: null })).toBe(null);
    expect(answerOf(prepareText("package p\n\nx := null", "data.p.x"))).toBe(null);
  });

  test("the same inputs give the same outcome, and nothing of one evaluation reaches the next", () => {
    const prepared = prepareText("package p\n\nx contains v if some v in input.xs", "data.p.x");
    expect(answerOf(prepared, { input: { xs: [3, 1] } })).toEqual([1, 3]);
    expect(answerOf(prepared, { input: { xs: [2] } })).toEqual([2]);
    expect(answerOf(prepared, {})).toEqual([]);
    expect(answerOf(prepared, { input: { xs: [3, 1] } })).toEqual([1, 3]);
  });
});

describe("hostile names", () => {
  test.each(["__proto__", "constructor", "toString", "length", "items", "size", "keys"])("%s is a field like any other", (name) => {
    const input = JSON.parse(`{"${name}": 7, "o": {}}`);
    expect(evaluateText(`x := [input["${name}"], object.get(input.o, "${name}", "none")]`, { input })).toEqual([7, "none"]);
    expect(evaluateText(`x := [v | some k, v in input; k == "${name}"]`, { input })).toEqual([7]);
    expect(evaluateText("x := [k | input.o[k]]", { input })).toEqual([]);
    expect(evaluateText(`k := "${name}"\nx := input.o[k]`, { input })).toBeUndefined();
    expect(evaluateText(`x := {"${name}": 1}`)).toEqual(JSON.parse(`{"${name}": 1}`));
  });

  test("a string is no key of an array, and a position is no key of an object", () => {
    expect(evaluateText('x := input.xs["0"]', { input: { xs: [1] } })).toBeUndefined();
    expect(evaluateText("x := input.o[0]", { input: { o: { "0": 1 } } })).toBeUndefined();
  });
});

describe("errors", () => {
  test("two values of one rule are an error at the rule that gave the second", () => {
    expect(evaluateText("x := 1 if true\n\nx := 2 if true")).toBe(
      "p.rego:5: eval_conflict_error: complete rules must not produce multiple outputs",
    );
  });

  test("two values of one key are an error, equal ones are not", () => {
    expect(evaluateText('x := {k: v | some k in ["a", "a"]; some v in [1, 2]}')).toBe(
      "p.rego:3: eval_conflict_error: object keys must be unique",
    );
    expect(evaluateText('x := {k: 1 | some k in ["a", "a"]}')).toEqual({ a: 1 });
  });

  test("a failed builtin makes its call undefined; strict mode makes the first one the query's error", () => {
    const prepared = prepareText('package p\n\nx if to_number("a") == 1\n\nx if true', "data.p.x");
    const outcome = evaluateQuery(prepared, {});
    expect(outcome.errors).toEqual([]);
    expect(outcome.builtinErrors.map(({ code }) => code)).toEqual(["eval_builtin_error"]);
    expect(answerOf(prepared, { strictBuiltinErrors: true })).toContain("p.rego:3: eval_builtin_error: to_number:");
  });

  test("a chain of rules too deep for the stack is an error, and the query still works afterwards", () => {
    const rules = Array.from({ length: 20_000 }, (_, i) => `r${i} := r${i + 1}`).join("\n");
    const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
    expect(rules.length).toBeGreaterThan(0);
    const prepared = prepareText("package p\n\nx := count([v | walk(input, [_, v])])", "data.p.x");
    expect(answerOf(prepared, { input: nested(8_000) as never })).toSatisfy(
      (value) => value === 8_001 || String(value).includes("nested too deeply"),
    );
    expect(answerOf(prepared, { input: [1] })).toBe(2);
  });
});
