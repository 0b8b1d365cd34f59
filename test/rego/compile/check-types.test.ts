import { expect, test } from "vitest";
import { errorsOf, policyOf, queryOf } from "../../support/compile-policy.ts";

function inPackage(...lines: readonly string[]): string {
  return `package p\n\n${lines.join("\n")}\n`;
}

test("two sides that are never equal are a match error", () => {
  expect(errorsOf(inPackage('a if { [1, "x"] == [1, 2] }'))).toEqual([
    "p.rego:3: rego_type_error: match error\n\tleft  : array<number, string>\n\tright : array<number, number>",
  ]);
});

test("a pattern teaches the types of its variables to what follows", () => {
  expect(errorsOf(inPackage('a if { [x, _] = [1, "s"]; startswith(x, "a") }'))).toEqual([
    "p.rego:3: rego_type_error: startswith: invalid argument(s)\n\thave: (number, string)\n\twant: (search: string, base: string, result: boolean)",
  ]);
  expect(errorsOf(inPackage('a if { {"k": x} = {"k": "s"}; x == 1 }'))[0]).toContain("left  : string");
});

test("an argument that a builtin does not take shows what was given and wanted", () => {
  expect(errorsOf(inPackage("a := lower([1 | input.x])"))).toEqual([
    "p.rego:3: rego_type_error: lower: invalid argument(s)\n\thave: (array[number], ???)\n\twant: (x: string, y: string)",
  ]);
});

test("a function takes what any of its definitions takes", () => {
  const text = inPackage("f(1) := 1", 'f("x") := 2', "a := f(1)", 'b := f("y")', "c := f([])");
  expect(errorsOf(text)).toEqual([
    "p.rego:7: rego_type_error: data.p.f: invalid argument(s)\n\thave: (array[any], ???)\n\twant: (any<number, string>, number)",
  ]);
});

test("the result of a function is the union over its definitions", () => {
  expect(errorsOf(inPackage("f(x) := 1 if x > 1", 'f(x) := "s" if x < 0', "a if f(input.y) == null"))[0]).toContain("any<number, string>");
});

test("a step that does not exist points at it and lists what does", () => {
  expect(errorsOf(inPackage('a := {"x": 1}', "b := a.y"))).toEqual([
    'p.rego:4: rego_type_error: undefined ref: data.p.a.y\n\tdata.p.a.y\n\t         ^\n\t         have: "y"\n\t         want (one of): ["x"]',
  ]);
});

test("the caret counts bytes, as OPA's does", () => {
  expect(errorsOf(inPackage('a := {"é": {"x": 1}}', 'b := a["é"].y'))[0]?.split("\n\t")[2]).toBe(`${" ".repeat(15)}^`);
});

test("a step into a scalar is underlined up to the scalar", () => {
  expect(errorsOf(inPackage("a := 1", "b := a.x.y"))).toEqual([
    "p.rego:4: rego_type_error: undefined ref: data.p.a.x.y\n\tdata.p.a.x.y\n\t^^^^^^^^\n\thave: number",
  ]);
});

test("a key of the wrong type says which type is wanted", () => {
  expect(errorsOf(inPackage("a := [x | x = input.y[_]]", 'b if { k := "s"; a[k] }'))[0]).toContain("have (type): string");
  expect(errorsOf(inPackage("a := [1, 2]", "b := a[1.0]"))[0]).toContain("have: 1.0");
});

test("a function is not a value", () => {
  expect(errorsOf(inPackage("f(x) := x", "a := f"))[0]).toMatch(
    /^p.rego:4: rego_type_error: function data.p.f used as reference, not called/,
  );
});

test("whoever reads a rule with an error does not hear of it again", () => {
  expect(errorsOf(inPackage("a := lower(1)", "b := upper(a)", "c if a == 1"))).toHaveLength(1);
});

test("an error that only says that something is unknown gives way to the one that says why", () => {
  expect(errorsOf(inPackage('o := {"x": 1}', "a if [o.y] == [1]"))).toHaveLength(1);
});

test("an error inside a comprehension is reported once", () => {
  expect(errorsOf(inPackage("a := count([x | x := lower(1)])"))).toHaveLength(1);
});

test("errors come in the order of the text, whatever order rules are checked in", () => {
  const found = errorsOf(inPackage("a := lower(b) if { upper(1) }", 'b := abs("x")'));
  expect(found.map((text) => text.slice(0, 8))).toEqual(["p.rego:3", "p.rego:4"]);
});

test("base documents and input may be anything", () => {
  expect(errorsOf(inPackage("a := data.other.x.y[_]", "b := lower(input.a[_].b)", "c if input.x == 1", 'd if input.x == "s"'))).toEqual([]);
});

test("general references make objects of computed keys", () => {
  expect(errorsOf(inPackage("o[k].v := 1 if some k in input.ks", 'a if o.x.v == "s"'))[0]).toContain("left  : number");
  expect(errorsOf(inPackage("s[k] contains 1 if some k in input.ks", 's.fixed contains "x"', "a if s.y == 1"))[0]).toContain("any<set[");
});

test("a set rule is a set of its members' types", () => {
  expect(errorsOf(inPackage("s contains 1", 's contains "x"', "a if s == 1"))[0]).toContain("set[any<number, string>]");
});

test("comparisons take any types, and so does in", () => {
  expect(errorsOf(inPackage('a if 1 < "x"', 'b if 1 in {"s"}', 'c if 1 != "x"'))).toEqual([]);
});

test("every is looked into for references only", () => {
  expect(errorsOf(inPackage("a if every x in [1] { lower(x) }"))).toEqual([]);
  expect(errorsOf(inPackage('o := {"x": 1}', "a if every x in [1] { x == o.y }"))).toHaveLength(1);
});

test("a with modifier replaces functions by functions of the same parameters", () => {
  expect(errorsOf(inPackage("f(x, y) := x + y", "a if { count([1]) with count as f }"))).toEqual([
    "p.rego:4: rego_type_error: count: arity mismatch\n\thave: (number, number)\n\twant: (collection: any<string, array[any], object[any: any], set[any]>)",
  ]);
});

test("a query is checked against the types of its policy", () => {
  const policy = policyOf(inPackage('a := {"x": 1}', "f(1) := 1"));
  expect(queryOf(policy, "data.p.a.y").errors[0]).toContain("undefined ref: data.p.a.y");
  expect(queryOf(policy, 'data.p.f("s")').errors[0]).toContain("data.p.f: invalid argument(s)");
  expect(queryOf(policy, "data.p.a.x = z; z > 0").errors).toEqual([]);
});

test("names in errors are those of the author", () => {
  expect(errorsOf(inPackage('o := {"x": 1}', "a if { k := input.k; o.y[k] }"))[0]).toContain("undefined ref: data.p.o.y[k]");
});

test("deep nesting of comprehensions does not multiply the work", () => {
  const nested = `${"[x | x := ".repeat(18)}1${"]".repeat(18)}`;
  const start = performance.now();
  expect(errorsOf(inPackage(`a := ${nested}`))).toEqual([]);
  expect(performance.now() - start).toBeLessThan(2000);
});
