import { expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { prepareText } from "../../support/evaluate.ts";

const LENGTH = 10_000;

test("a chain of 10,000 rules has its value, and each failure in it is reported once", () => {
  const rules = Array.from(
    { length: LENGTH },
    (_, i) => `r${i + 1} := r${i} + 1${(i + 1) % 1000 === 0 ? " if not to_number(input.lost)" : ""}`,
  );
  const prepared = prepareText(`package p\n\nr0 := input.n\n\n${rules.join("\n")}\n`, `x = data.p.r${LENGTH}`);
  for (const n of [1, 2]) {
    const { results, errors, builtinErrors } = evaluateQuery(prepared, { input: { n, lost: "no" } });
    expect([errors, results.map(({ bindings }) => bindings)]).toEqual([[], [{ x: LENGTH + n }]]);
    expect(builtinErrors.length).toBe(LENGTH / 1000);
  }
  const strict = evaluateQuery(prepared, { input: { n: 1, lost: "no" }, strictBuiltinErrors: true });
  expect(strict.errors.map(({ code }) => code)).toEqual(["eval_builtin_error"]);
});

test("a chain of functions that is longer than the stack is deep ends in an error", () => {
  const rules = Array.from({ length: LENGTH }, (_, i) => `f${i + 1}(x) := f${i}(x) + 1`);
  const prepared = prepareText(`package p\n\nf0(x) := x\n\n${rules.join("\n")}\n`, `x = data.p.f${LENGTH}(1)`);
  expect(evaluateQuery(prepared, {}).errors.map(({ message }) => message)).toEqual(["evaluation is nested too deeply"]);
});
