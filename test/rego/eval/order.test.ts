import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { positionOf } from "../../../src/rego/source/position.ts";
import { RegoNumber } from "../../../src/rego/values/rego-number.ts";
import { answerOf, evaluateText, prepareText } from "../../support/evaluate.ts";

describe("strict builtin errors", () => {
  const strict = { strictBuiltinErrors: true };

  test("a call before a loop fails even when the loop has nothing to do", () => {
    const prepared = prepareText('package p\n\nr if input.xs[_] != json.unmarshal("%d")', "data.p.r");
    expect(evaluateQuery(prepared, { input: { xs: [] }, ...strict }).errors[0]?.code).toBe("eval_builtin_error");
    expect(answerOf(prepared, { input: { xs: [] } })).toBeUndefined();
  });

  test("a path that is not there leaves a rule out before anything in it fails, whatever its steps are", () => {
    for (const step of ['"a"', "1", '{"a": 1}', "[1]"]) {
      const prepared = prepareText(`package p\n\nr if { 1 > object.union(input.m, {}); data.base[${step}] }`, "data.p");
      expect(evaluateQuery(prepared, { input: { m: 1 }, data: { base: {} }, ...strict }).errors).toEqual([]);
    }
  });

  test("also where a set is asked for one member", () => {
    const prepared = prepareText(
      "package p\n\ns contains input.gone if { 1 / input.zero }\n\ns contains to_number(input.text)\n\nr if s[input.m]",
      "data.p.r",
    );
    const [error] = evaluateQuery(prepared, { input: { zero: 0, text: "x", m: 1 }, ...strict }).errors;
    expect(error?.message).toMatch(/^to_number/);
  });

  test("operands are evaluated inside out, whatever else is undefined", () => {
    const prepared = prepareText("package p\n\nd := 1 if input.nope\n\nr if d >= d - input.flag * 2", "data.p.r");
    expect(evaluateQuery(prepared, { input: { flag: true }, ...strict }).errors[0]?.message).toBe(
      "mul: operand 1 must be number but got boolean",
    );
  });

  test("are all listed on demand, though rules that begin alike make a call once", () => {
    const rule = (value: number) => `s contains ${value} if { y := to_number(input.text); y > ${value} }`;
    const prepared = prepareText(`package p\n\n${rule(1)}\n\n${rule(2)}`, "data.p.s");
    const listed = (everyBuiltinError: boolean) =>
      evaluateQuery(prepared, { input: { text: "x" }, everyBuiltinError }).builtinErrors.map(({ span }) => span && positionOf(span).row);
    expect(listed(true)).toEqual([3, 5]);
    expect(listed(false).length).toBeGreaterThan(0);
  });

  test("an entry of an object in Rego v0 evaluates all its bodies, where a value of its own would end the search", () => {
    const found = (head: string, dialect: "v0" | "v1") => {
      const marker = dialect === "v0" ? "" : " if";
      const rules = `${head} := 1${marker} { true }\n\n${head} := 1${marker} { 1 / input.zero }`;
      return evaluateQuery(prepareText(`package p\n\n${rules}`, "data.p", { dialect }), { input: { zero: 0 }, ...strict }).errors.length;
    };
    expect(found('d["a"]', "v0")).toBe(1);
    expect(found("d.a.b", "v0")).toBe(0);
    expect(found('d["a"]', "v1")).toBe(0);
  });

  test("a rule whose constant value is a composite has that value", () => {
    const prepared = prepareText("package p\n\nr := [1, 2] if input.a == 1", "data.p.r");
    expect(answerOf(prepared, { input: { a: 1 }, ...strict })).toEqual([1, 2]);
  });
});

describe("conflicts", () => {
  test("what follows a rule's first value meets its conflict before the rule's own second value does", () => {
    const prepared = prepareText("package p\n\nr := xs if xs := [input.xs[_], 1]\n\nall := x if x := data.p.r[_]", "data.p.all");
    const [error] = evaluateQuery(prepared, { input: { xs: [3, 4] } }).errors;
    expect([error?.code, error?.span?.start]).toEqual([
      "eval_conflict_error",
      prepared.query.policy.modules.get("p.rego")?.rules[1]?.span?.start,
    ]);
  });
});

describe("equality in a negation", () => {
  test("reads a reference before it evaluates a comprehension, which may conflict", () => {
    const rules = 'x if not {"a": v | v := input.xs[_]} == input.y';
    expect(evaluateText(rules, { input: { xs: [1, 2] } })).toBe(true);
    expect(evaluateText(rules, { input: { xs: [1, 2], y: {} } })).toContain("object keys must be unique");
  });
});

describe("equality with a comprehension", () => {
  test("evaluates it for base documents of any kind", () => {
    const modules =
      'package p\n\nx := 1 if not data.base == {"a": v | v := [1, 2][_]}\n\ny := 1 if data.list[_] == {"a": v | v := [1, 2][_]}';
    for (const name of ["x", "y"])
      expect(answerOf(prepareText(modules, `data.p.${name}`), { data: { base: null, list: [null] } })).toContain("keys must be unique");
  });

  test("evaluates it only for a value of its kind, unless it stands first", () => {
    const conflict = '{"a": v | v := [1, 2][_]}';
    expect(evaluateText(`x := [1 | some k, _ in input.m; k == ${conflict}]`, { input: { m: { a: 1 } } })).toEqual([]);
    expect(evaluateText(`x := [1 | input.m[_] == ${conflict}]`, { input: { m: { a: 1 } } })).toEqual([]);
    expect(evaluateText(`x := [1 | some k, _ in input.m; ${conflict} == k]`, { input: { m: { a: 1 } } })).toContain("keys must be unique");
    expect(evaluateText(`x := [1 | input.m[_] == ${conflict}]`, { input: { m: { a: {} } } })).toContain("keys must be unique");
  });
});

describe("keys and values kept exact", () => {
  test("minus zero is an index of an array, other spellings of integers are none", () => {
    expect(evaluateText("x := [7, 8][i] if i := input.i", { input: { i: new RegoNumber("-0") } })).toBe(7);
    expect(evaluateText("x := [7, 8][i] if i := input.i", { input: { i: new RegoNumber("1.0") } })).toBeUndefined();
  });

  test("a number in a rule's name keeps its digits", () => {
    expect(JSON.stringify(evaluateText("x.y[12345678901234567890] := 1 if true\n\nx.y[z] := 2 if z := input.z"))).toContain(
      "12345678901234567890",
    );
  });

  test("a loop over base documents finds composites by their whole value", () => {
    const data = { xs: [{ labels: { a: 1 } }, { labels: {} }] };
    const asked = (labels: string) => {
      const prepared = prepareText(`package p\n\nr if {\n\tinput.ks[_]\n\tdata.xs[_].labels == ${labels}\n}`, "data.p.r");
      return answerOf(prepared, { input: { ks: [1, 2, 3, 4, 5] }, data });
    };
    expect(asked('{"__proto__": 1}')).toBeUndefined();
    expect(asked('{"a": 2}')).toBeUndefined();
    expect(asked('{"a": 1}')).toBe(true);
  });
});

test("what asks for a function goes on at its first value, also where another rule replaces the function", () => {
  const rules = 'f(_) := v if some v in [1, 2]\n\nx := "a"\n\nx := "b" if f(input) == 1\n\ny if f(1) == 5 with data.p.f as 5';
  expect(evaluateText(rules, { input: 1 })).toContain("complete rules must not produce multiple outputs");
});

test("before a conflict is printed what OPA prints before it", () => {
  const rules = 'f(_) := 1\n\nf(x) := 2 if print(x)\n\nx := f([f("inner")])';
  const prints: string[] = [];
  const { errors } = evaluateQuery(prepareText(`package p\n\n${rules}`, "data.p.x"), { onPrint: (text) => prints.push(text) });
  expect([errors.map(({ code }) => code), prints]).toEqual([["eval_conflict_error"], ["[1]"]]);
});

test("a rule compared with the elements of a collection without any is not evaluated where that shows", () => {
  const prepared = prepareText('package p\n\nr := 1 if print("r")\n\nx if input.xs[_] = data.p.r', "data.p.x");
  const printed = (xs: readonly number[]) => {
    const prints: string[] = [];
    evaluateQuery(prepared, { input: { xs }, onPrint: (text) => prints.push(text) });
    return prints;
  };
  expect([printed([]), printed([1, 2])]).toEqual([[], ["r"]]);
});
