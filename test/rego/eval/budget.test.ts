import { describe, expect, test } from "vitest";
import { define } from "../../../src/rego/builtins/define.ts";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { answerOf, prepareText } from "../../support/evaluate.ts";

const loops = prepareText("package p\n\nx := count([1 | some _ in input; some _ in input; some _ in input])", "data.p.x");
const input = Array.from({ length: 300 }, (_, i) => i);

describe("budgets", () => {
  test("steps run out with an error, and the next evaluation has its own", () => {
    expect(answerOf(loops, { input, budget: { steps: 100_000 } })).toBe("eval_cancel_error: evaluation exceeded its budget of steps");
    expect(answerOf(loops, { input: [1, 2], budget: { steps: 100_000 } })).toBe(8);
  });

  test("a deadline on the host's clock stops the evaluation", () => {
    let now = 0;
    expect(answerOf(loops, { input, budget: { clock: () => now++, deadlineMillis: 5 } })).toBe(
      "eval_cancel_error: context deadline exceeded",
    );
  });

  test("a caller's signal stops it", () => {
    const controller = new AbortController();
    controller.abort();
    expect(answerOf(loops, { input, signal: controller.signal })).toBe("eval_cancel_error: caller cancelled query execution");
  });

  test("a text that no builtin may write ends the evaluation: a rule that should deny is not just undefined", () => {
    const rules = 'package p\n\ndeny contains "too big" if count(replace(input, "a", input)) > 1';
    const prepared = prepareText(rules, "data.p.deny");
    expect(answerOf(prepared, { input: "a".repeat(10_000) })).toBe("eval_cancel_error: evaluation exceeded its budget of size");
    expect(answerOf(prepared, { input: "aa" })).toEqual(["too big"]);
  });

  test("what builtins create is charged", () => {
    const prepared = prepareText('package p\n\nx := sprintf("%v%v", [input, input])', "data.p.x");
    expect(answerOf(prepared, { input: "a".repeat(1000), budget: { size: 100 } })).toBe(
      "eval_cancel_error: evaluation exceeded its budget of size",
    );
  });
});

describe("the outside", () => {
  const ask = define(
    "outside.ask",
    "(key: string) => answer: any",
    (context, key) => {
      const answer = context.ask(String(key), { builtin: "outside.ask", operands: [key as string] });
      return answer instanceof Error ? undefined : answer;
    },
    { nondeterministic: true },
  );
  const prepared = prepareText('package p\n\nx := [outside.ask("a"), outside.ask("b")]', "data.p.x", { builtins: [ask] });

  test("a question without an answer stops the evaluation and is listed", () => {
    const outcome = evaluateQuery(prepared, {});
    expect(outcome.results).toEqual([]);
    expect(outcome.errors).toEqual([]);
    expect(outcome.pending).toEqual([{ key: "a", builtin: "outside.ask", operands: ["a"] }]);
  });

  test("with all answers the evaluation ends", () => {
    const answers = new Map([
      ["a", 1],
      ["b", 2],
    ]);
    expect(answerOf(prepared, { answers })).toEqual([1, 2]);
  });
});
