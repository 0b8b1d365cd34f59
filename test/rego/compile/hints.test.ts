import { expect, test } from "vitest";
import { compileQuery } from "../../../src/rego/compile/compile-query.ts";
import { parseBody } from "../../../src/rego/syntax/parser.ts";
import { compileTexts, policyOf, queryOf } from "../../support/compile-policy.ts";

function hintsOf(text: string): readonly (string | undefined)[] {
  return compileTexts(`package p\n\n${text}\n`).diagnostics.map(({ hint }) => hint);
}

test("a misspelt function, rule or key is met with the nearest one", () => {
  expect(hintsOf("a := cuont([1])")).toEqual(["did you mean count?"]);
  expect(hintsOf("helper(x) := x\na := helpr(1)")).toEqual(["did you mean helper?"]);
  expect(hintsOf("user := 1\na if usr == 1")).toEqual(["did you mean user?"]);
  expect(hintsOf('o := {"name": 1}\na := o.nmae')).toEqual(['did you mean "name"?']);
});

test("words of other languages are translated", () => {
  expect(hintsOf("a := len([1])")).toEqual(["write count(x)"]);
  expect(hintsOf("a if input.x == True")).toEqual(["write true"]);
});

test("what v1 asks for is spelt out", () => {
  expect(hintsOf("a { input.x }")[0]).toContain("write `allow if { … }`");
  expect(hintsOf('deny[m] if m := "x"; b := 1')).not.toEqual([]);
  expect(hintsOf('deny[m] { m := "x" }')[1]).toContain("write `deny contains msg if { … }`");
});

test("operators of other languages are named", () => {
  expect(hintsOf("a if input.x && input.y")[0]).toContain("must all hold");
  expect(hintsOf("a if input.x || input.y")[0]).toContain("one rule for each");
  expect(hintsOf("a if !input.x")[0]).toContain("negation is the word not");
  expect(hintsOf("a if input.x == 'y'")[0]).toContain("double quotes");
});

test("an unsafe variable says why it may be unsafe", () => {
  expect(hintsOf("a := {b: 1}")).toEqual(['keys of objects are strings: write "b"']);
  expect(hintsOf("a if input.x.y-zone == 1")).toEqual(['y-zone is read as y minus zone: write ["y-zone"]']);
  expect(hintsOf("a contains x if x in input.xs")[0]).toContain("write some x in xs");
  expect(hintsOf("a if not input.xs[where]")[0]).toContain("nothing gives where a value");
});

test("a number against a string names the conversions", () => {
  expect(hintsOf('a if 1 == "1"')).toEqual(["a number never equals a string: convert one with to_number or format_int"]);
  expect(hintsOf('a := "x" + "y"')[0]).toContain("join strings with concat");
});

test("a deprecated builtin names what replaces it", () => {
  expect(hintsOf("a := any([true])")).toEqual(["write true in x"]);
});

test("a hint never changes OPA's text", () => {
  const [error] = compileTexts("package p\n\na := cuont([1])\n").diagnostics;
  expect(error?.message).toBe("undefined function cuont");
  expect(error?.notes).toEqual([]);
});

test("queries get hints too, and those without errors get none", () => {
  const policy = policyOf("package p\n\nallow := 1\n");
  const { body } = parseBody({ name: "", text: "lowr(1)" }, {});
  expect(body && compileQuery(policy, body).diagnostics.map(({ hint }) => hint)).toEqual(["did you mean lower?"]);
  expect(queryOf(policy, "data.p.allow").errors).toEqual([]);
});
