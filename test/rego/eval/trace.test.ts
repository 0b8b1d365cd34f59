import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { renderTrace } from "../../../src/rego/eval/trace.ts";
import { positionOf } from "../../../src/rego/source/position.ts";
import { answerOf, prepareText } from "../../support/evaluate.ts";

const policy = `package p

allow if {
	some role in input.roles
	role == "admin"
}

note if trace("seen")
`;

const allow = prepareText(policy, "data.p.allow");
const input = { roles: ["guest", "admin"] };

function explain(query: string, mode: "full" | "notes" | "fails"): string {
  return renderTrace(evaluateQuery(prepareText(policy, query), { input, explain: mode }).trace ?? []);
}

describe("explanations", () => {
  test("show each query that is entered, each expression, and what failed", () => {
    expect(explain("data.p.allow", "full").split("\n")).toEqual([
      "query:1      Enter data.p.allow = _",
      "query:1      | Eval data.p.allow = _",
      "query:1      | Index data.p.allow (matched 1 rule, early exit)",
      "p.rego:3     | Enter data.p.allow",
      "p.rego:4     | | Eval role = input.roles[__local0__]",
      'p.rego:5     | | Eval role = "admin"',
      'p.rego:5     | | Fail role = "admin"',
      "p.rego:4     | | Redo role = input.roles[__local0__]",
      'p.rego:5     | | Eval role = "admin"',
      "p.rego:3     | | Exit data.p.allow early",
      "query:1      | Exit data.p.allow = _",
      "query:1      Redo data.p.allow = _",
      "query:1      | Redo data.p.allow = _",
      "p.rego:3     | Redo data.p.allow",
      'p.rego:5     | | Redo role = "admin"',
      "p.rego:4     | | Redo role = input.roles[__local0__]",
      "",
    ]);
  });

  test("notes show the way to each note, fails the way to each failure", () => {
    expect(explain("data.p.note", "notes")).toContain('| | Note "seen"');
    expect(explain("data.p.allow", "fails").split("\n").at(-2)).toContain('Fail role = "admin"');
  });

  test("an explained evaluation has the result of a plain one", () => {
    expect(answerOf(allow, { input, explain: "full" })).toBe(answerOf(allow, { input }));
  });
});

describe("coverage and profile", () => {
  test("coverage lists the expressions and rules reached", () => {
    const { coverage = [] } = evaluateQuery(allow, { input: { roles: [] }, coverage: true });
    const rows = coverage.filter(({ source }) => source.name === "p.rego").map((span) => positionOf(span).row);
    expect(rows).toEqual([4]);
    const all = evaluateQuery(allow, { input, coverage: true }).coverage ?? [];
    expect(new Set(all.filter(({ source }) => source.name === "p.rego").map((span) => positionOf(span).row))).toEqual(new Set([3, 4, 5]));
  });

  test("the profile counts evaluations and redos of each expression", () => {
    let now = 0;
    const { profile = [] } = evaluateQuery(allow, { input, profile: true, budget: { clock: () => now++ } });
    const row = profile.find(({ span }) => span.source.name === "p.rego" && positionOf(span).row === 5);
    expect(row).toMatchObject({ evaluations: 2, redos: 1 });
    expect(row?.nanos).toBeGreaterThan(0);
  });

  test("what is not asked for is not there", () => {
    const outcome = evaluateQuery(allow, { input });
    expect(outcome.trace ?? outcome.coverage ?? outcome.profile).toBeUndefined();
  });
});
