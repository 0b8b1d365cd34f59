import { expect, test } from "vitest";
import { printBody, printRule } from "../../../src/rego/syntax/print.ts";
import { errorsOf, policyOf, queryOf, type TestOptions, testBuiltins } from "../../support/compile-policy.ts";

function rulesOf(text: string, options: TestOptions = {}): readonly string[] {
  return [...policyOf(`package p\n\n${text}\n`, options).modules.values()].flatMap(({ rules }) =>
    rules.map((rule) => printBody(rule.body)),
  );
}

test("without printing, print calls are gone and an empty body is true", () => {
  expect(rulesOf('a if { print("x") }')).toEqual(["true"]);
  expect(rulesOf('a if { print("x"); input.y }')).toEqual(["input.y"]);
  expect(rulesOf("a := [x | print(1)\n x := input.y]").join()).not.toContain("print");
  expect(rulesOf("a if every x in input.xs { print(x) }").join()).toContain("{ true }");
});

test("with printing, each operand stands in a set of its own", () => {
  const [body] = rulesOf("a if { x := input.y; print(x, input.z) }", { print: true });
  expect(body).toContain("{__local1__ | __local1__ = __local0__}");
  expect(body).toContain("{__local2__ | __local2__ = input.z}");
  expect(body).toContain("internal.print([");
});

test("what is printed must be bound before", () => {
  expect(errorsOf("package p\n\na if { print(x); x = 1 }\n", { print: true })).toEqual([
    "p.rego:3: rego_compile_error: var x is undeclared",
  ]);
  expect(errorsOf("package p\n\na if { x = 1; print(x) }\n", { print: true })).toEqual([]);
  expect(errorsOf("package p\n\nf(x) if { print(x) }\n", { print: true })).toEqual([]);
});

test("a query prints too", () => {
  const { query } = queryOf(policyOf("package p\n", { print: true }), "print(1)");
  expect(query && printBody(query.body)).toContain("internal.print");
  const erased = queryOf(policyOf("package p\n"), "print(1)").query;
  expect(erased && printBody(erased.body)).not.toContain("print");
});

test("print gives no value", () => {
  expect(errorsOf('package p\n\na := print("x")\n')).toEqual(['p.rego:3: rego_type_error: print("x") used as value']);
  expect(queryOf(policyOf("package p\n"), "x := print(1)").errors).toEqual(["1:6: rego_type_error: print(1) used as value"]);
});

test("a template string is a call with one set for each expression", () => {
  const [body] = rulesOf('a := $"x {input.y} z"');
  expect(body).toMatch(/internal\.template_string\(\["x ", (\{.*input\.y\}|__local\d+__), " z"\]/);
});

test("a variable, or a rule that surely has a value, is the only member of its set", () => {
  expect(rulesOf('a := $"{v}" if { v := input.y }').join()).toContain("internal.template_string([{__local0__}]");
  expect(rulesOf('d := 1\na := $"{d}"').join()).not.toContain("|");
  expect(rulesOf('default d := 1\nd := 2 if input.x\na := $"{d}"').join()).not.toContain("|");
  expect(rulesOf('d := 2 if input.x\na := $"{d}"').join()).toContain("|");
});

test("a template string may only use what its body binds", () => {
  expect(errorsOf('package p\n\na := $"{x + 1}"\n')).toEqual(["rego_compile_error: var x is undeclared"]);
  expect(errorsOf('package p\n\na := $"{input.xs[i]}" if { i := 1 }\n')).toEqual([]);
});

test("a builtin with many results has no place in a template string", () => {
  expect(errorsOf('package p\n\na := $"{walk(input)}"\n')).toEqual([
    "rego_compile_error: illegal call to relation built-in 'walk' that may cause multiple outputs",
  ]);
});

test("template strings need their feature and their builtin", () => {
  const text = 'package p\n\na := $"x"\n';
  const unsupported = ["p.rego:3: rego_compile_error: template-strings are not supported"];
  expect(errorsOf(text, { features: new Set(["rego_v1"]) })).toEqual(unsupported);
  const builtins = new Map(testBuiltins);
  builtins.delete("internal.template_string");
  expect(errorsOf(text, { builtins })).toEqual(unsupported);
});

test("deprecated builtins are refused in v1 and in strict mode", () => {
  const error = ["p.rego:3: rego_type_error: deprecated built-in function calls in expression: any"];
  expect(errorsOf("package p\n\na := any([true])\n")).toEqual(error);
  expect(errorsOf("package p\n\na = any([true])\n", { dialect: "v0" })).toEqual([]);
  expect(errorsOf("package p\n\na = any([true])\n", { dialect: "v0", strict: true })).toEqual(error);
  expect(queryOf(policyOf("package p\n"), "any([true])").errors).toEqual([]);
});

test("builtins that the host forbids are refused in rules and queries", () => {
  const unsafeBuiltins = new Set(["count"]);
  expect(errorsOf("package p\n\na := count([1])\n", { unsafeBuiltins })).toEqual([
    "p.rego:3: rego_type_error: unsafe built-in function calls in expression: count",
  ]);
  expect(queryOf(policyOf("package p\n", { unsafeBuiltins }), "count([1])").errors).toEqual([
    "1:1: rego_type_error: unsafe built-in function calls in expression: count",
  ]);
});

test("metadata calls become constants of the rule and of all that is around it", () => {
  const text = [
    "# METADATA",
    "# title: P",
    "package p",
    "",
    "# METADATA",
    "# title: A",
    "# custom: {n: 1}",
    "a := rego.metadata.rule()",
    "",
    "b := rego.metadata.chain()",
    "",
  ].join("\n");
  const [a = "", b = ""] = [...policyOf(text).modules.values()].flatMap(({ rules }) => rules.map((rule) => printRule(rule)));
  expect(a).toContain('{"custom": {"n": 1}, "scope": "rule", "title": "A"}');
  expect(b).toContain('[{"path": ["p", "b"]}, {"annotations": {"scope": "package", "title": "P"}, "path": ["p"]}]');
});

test("a rule without annotations has an empty object of metadata", () => {
  expect(rulesOf("a := rego.metadata.rule()").join()).toContain("= {}");
});

test("annotations of a document are said once", () => {
  const text = "package p\n\n# METADATA\n# scope: document\na := 1 if input.x\n\n# METADATA\n# scope: document\na := 2 if input.y\n";
  expect(errorsOf(text, { annotations: true })).toEqual(["p.rego:7: rego_type_error: document annotation redeclared: p.rego:3"]);
});
