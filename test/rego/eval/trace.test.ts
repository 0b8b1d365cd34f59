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

  test("ask the index each time a rule or function is reached, kept values included", () => {
    const modules = "package p\n\nx := input.n\n\nf(n) := n + 1\n\nr if {\n\tx == 1\n\tx == 1\n\tf(x) == 2\n\tf(x) == 2\n}";
    const lines = renderTrace(evaluateQuery(prepareText(modules, "data.p.r"), { input: { n: 1 }, explain: "full" }).trace ?? []).split(
      "\n",
    );
    const of = (path: string) => lines.filter((line) => line.includes(`Index ${path} (matched 1 rule, early exit)`)).length;
    const lookUps = lines.filter((line) => line.includes("Index data.p.")).length;
    expect([lookUps, of("data.p.x"), of("data.p.r")]).toEqual([7, 0, 1]);
    expect(lines.filter((line) => line.endsWith("Index data.p.x (matched 1 rule)")).length).toBe(4);
  });

  test("ask the index of functions that a package's document passes by, and say of no rules that they end early", () => {
    const text = "package p\n\nf(x) if x == 1\n\nf(x) if x == 2\n\ns contains 1 if input.kind == 7\n";
    const trace = evaluateQuery(prepareText(text, "data.p"), { input: { kind: 8 }, explain: "full" }).trace ?? [];
    expect(trace.filter(({ op }) => op === "Index").map(({ text: path, message }) => `${path} ${message}`)).toEqual([
      "data.p.f (matched 2 rules, early exit)",
      "data.p.s (matched 0 rules, early exit)",
    ]);
  });

  test("go on over the elements of an `every` that has failed", () => {
    const text = "package p\n\nr if every _, x in [3, 1, 2] {\n\tx < 3\n}\n";
    const trace = evaluateQuery(prepareText(text, "data.p.r"), { explain: "full" }).trace ?? [];
    const every = trace.filter(({ text: node }) => node.includes(" = x") || node.startsWith("every"));
    expect(every.map(({ op, text: node }) => `${op} ${node.slice(0, 8)}`)).toEqual([
      "Eval every x ",
      "Enter every x ",
      "Eval __local1",
      "Redo every _,",
      "Redo __local1",
      "Redo __local1",
      "Redo __local1",
      "Fail every x ",
      "Fail every x ",
    ]);
  });

  test("an error goes back through what was evaluated", () => {
    const text = "package p\n\nr := x if {\n\tsome x in [1, 2]\n\tx > 0\n}\n";
    const { trace = [], errors } = evaluateQuery(prepareText(text, "data.p.r"), { explain: "full" });
    expect(errors.length).toBe(1);
    expect(trace.slice(-5).map(({ op, text: node }) => `${op} ${node}`)).toEqual([
      "Eval gt(x, 0)",
      "Exit data.p.r",
      "Redo gt(x, 0)",
      "Redo x = __local3__[__local0__]",
      "Redo __local3__ = [1, 2]",
    ]);
  });

  test("what follows a rule that a package's keys lead to comes before the rule is gone back to", () => {
    const { trace = [] } = evaluateQuery(prepareText("package p\n\nr := input.n", 'data.p[k]; k != "s"'), {
      input: { n: 1 },
      explain: "full",
    });
    const [exit, follow, redo] = [
      trace.findIndex(({ op, text }) => op === "Exit" && text === "data.p.r"),
      trace.findIndex(({ op, text }) => op === "Eval" && text.startsWith("neq")),
      trace.findIndex(({ op, text }) => op === "Redo" && text === "data.p.r"),
    ];
    expect(exit >= 0 && exit < follow && follow < redo).toBe(true);
  });

  test("what a pass made up is shown where its neighbour stands", () => {
    const text = 'package p\n\nr := $"{input.a} {1 + 1}"\n';
    const { trace = [] } = evaluateQuery(prepareText(text, "data.p.r"), { input: { a: 1 }, explain: "full" });
    expect(trace.filter(({ span }) => span === undefined)).toEqual([]);
    expect(renderTrace(trace)).not.toMatch(/^ /m);
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
