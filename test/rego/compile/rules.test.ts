import { describe, expect, test } from "vitest";
import { nodeAt } from "../../../src/rego/compile/rule-tree.ts";
import { parseTerm } from "../../../src/rego/syntax/parser.ts";
import { errorsOf, policyOf } from "../../support/compile-policy.ts";

function pathOf(text: string) {
  const { term } = parseTerm({ name: "", text });
  return term?.kind === "ref" ? term.path : [];
}

describe("the tree of rules", () => {
  const { tree } = policyOf({
    "a.rego": 'package a\n\nb.c := 1\n\np[x] := 2 if x := "k"\n\np.q := 3\n\nn[1] := 4\n',
    "b.rego": "package a.b\n\nd := 5\n",
    "c.rego": "package empty\n",
    "s.rego": "package system.x\n\na := 6\n",
  });

  test("a rule is at its package and the constant front of its name", () => {
    expect(nodeAt(tree, pathOf("data.a.b.c"))?.rules).toHaveLength(1);
    expect(nodeAt(tree, pathOf("data.a.p"))?.rules).toHaveLength(1);
    expect(nodeAt(tree, pathOf("data.a.p.q"))?.rules).toHaveLength(1);
    expect(nodeAt(tree, pathOf("data.a.n[1]"))?.rules).toHaveLength(1);
    expect(nodeAt(tree, pathOf("data.a.b.d"))?.rules).toHaveLength(1);
  });

  test("a step of another type is another path", () => {
    expect(nodeAt(tree, pathOf('data.a.n["1"]'))).toBeUndefined();
  });

  test("children are in Rego's order", () => {
    expect(nodeAt(tree, pathOf("data.a"))?.children.map(({ key }) => key?.kind === "string" && key.value)).toEqual(["b", "n", "p"]);
  });

  test("a package without rules has a node; the system package is hidden", () => {
    expect(nodeAt(tree, pathOf("data.empty.x"))).toBeUndefined();
    expect(nodeAt(tree, [...pathOf("data.empty.x").slice(0, 2)])?.children).toEqual([]);
    expect(nodeAt(tree, [...pathOf("data.system.x").slice(0, 2)])?.hidden).toBe(true);
  });
});

describe("rules that cannot live together", () => {
  test("kinds must agree", () => {
    expect(errorsOf("package p\n\na := 1\n\na contains 2\n")).toEqual(["p.rego:3: rego_type_error: conflicting rules data.p.a found"]);
    expect(errorsOf("package p\n\nf(x) := x\n\nf(x, y) := x + y\n")).toEqual([
      "p.rego:3: rego_type_error: conflicting rules data.p.f found",
    ]);
  });

  test("a complete rule has no rules below it", () => {
    expect(errorsOf("package p\n\na := {}\n\na.b := 1\n\na.c[x] := 1 if x := 2\n")).toEqual([
      "p.rego:3: rego_type_error: rule data.p.a conflicts with:\n  rule data.p.a.b at p.rego:5\n  rule data.p.a.c[x] at p.rego:7",
    ]);
  });

  test("a rule with a computed name may have rules below it, but no functions", () => {
    expect(errorsOf('package p\n\na[x] := 1 if x := "k"\n\na.b := 2\n')).toEqual([]);
    expect(errorsOf('package p\n\na[x] := 1 if x := "k"\n\na.b(y) := y\n')).toEqual([
      "p.rego:3: rego_type_error: rule data.p.a[x] conflicts with:\n  rule data.p.a.b at p.rego:5",
    ]);
  });

  test("there is one default", () => {
    expect(errorsOf("package p\n\ndefault a := 1\n\ndefault a := 2\n")).toEqual([
      "p.rego:1: rego_type_error: multiple default rules data.p.a found at p.rego:3, p.rego:5",
    ]);
  });

  test("a package is not where another has a rule", () => {
    expect(errorsOf({ "a.rego": "package a\n\nb := 1\n", "b.rego": "package a.b\n\nc := 1\n" })).toEqual([
      "a.rego:3: rego_type_error: rule data.a.b conflicts with:\n  rule data.a.b.c at b.rego:3",
      "a.rego:1: rego_type_error: package a.b conflicts with rule b defined at a.rego:3",
    ]);
    expect(errorsOf({ "a.rego": "package a\n\nb := 1\n", "b.rego": "package a.b\n" })).toEqual([
      "a.rego:1: rego_type_error: package a.b conflicts with rule b defined at a.rego:3",
    ]);
  });

  test("base data and rules do not share a path", () => {
    const text = "package p\n\na := 1\n\nb.c := 2\n";
    expect(errorsOf(text, { data: { p: { b: { d: 1 } } } })).toEqual([]);
    expect(errorsOf(text, { data: { p: { a: 1 } } })).toEqual(["p.rego:3: rego_compile_error: conflicting rule for data path p/a found"]);
    expect(errorsOf(text, { data: { p: { a: 1 } }, allowDataConflicts: true })).toEqual([]);
    expect(errorsOf(text, { data: { p: { b: 7 } } })).toEqual(["p.rego:5: rego_compile_error: conflicting rule for data path p/b/c found"]);
  });
});

describe("recursion", () => {
  test("a rule must not read itself", () => {
    expect(errorsOf("package p\n\na if a\n")).toEqual(["p.rego:3: rego_recursion_error: rule data.p.a is recursive: data.p.a -> data.p.a"]);
  });

  test("a cycle is reported for every rule on it, and for those beside it not", () => {
    expect(errorsOf("package p\n\na if b\n\nb if a\n\nc if a\n")).toEqual([
      "p.rego:3: rego_recursion_error: rule data.p.a is recursive: data.p.a -> data.p.b -> data.p.a",
      "p.rego:5: rego_recursion_error: rule data.p.b is recursive: data.p.b -> data.p.a -> data.p.b",
    ]);
  });

  test("a computed step may read any rule, a constant one only its own", () => {
    expect(errorsOf("package p\n\na if data.p[input.x]\n")).toHaveLength(1);
    expect(errorsOf("package p\n\na if data.p.b\n")).toEqual([]);
    expect(errorsOf("package p\n\na if not data.p[[0]]\n")).toEqual([]);
  });

  test("a function that calls itself is recursive", () => {
    expect(errorsOf("package p\n\nf(x) := f(x)\n")).toHaveLength(1);
  });
});

describe("calls", () => {
  test("a function must exist and be given its arguments", () => {
    expect(errorsOf("package p\n\na if nope(1)\n")).toEqual(["p.rego:3: rego_type_error: undefined function nope"]);
    expect(errorsOf("package p\n\na if f(1, 2, 3)\n\nf(x) := x\n")).toEqual([
      "p.rego:3: rego_type_error: function data.p.f has arity 1, got 3 arguments",
    ]);
    expect(errorsOf("package p\n\na := count(1, 2, 3)\n").join()).toContain("count: arity mismatch");
  });

  test("a call may capture its result in one argument more", () => {
    expect(errorsOf("package p\n\na := x if plus(1, 2, x)\n")).toEqual([]);
  });

  test("what a host does not offer does not exist", () => {
    expect(errorsOf("package p\n\na := count([])\n", { builtins: new Map() })).toEqual([
      "p.rego:3: rego_type_error: undefined function count",
    ]);
  });
});

describe("with", () => {
  // biome-ignore format: table
  const rejected: readonly (readonly [body: string, message: string])[] = [
    ["true with b.c as 1",                 "rego_compile_error: with keyword cannot partially replace virtual document(s)"],
    ["true with eq as 1",                  'rego_compile_error: with keyword replacing built-in function: replacement of "eq" invalid'],
    ["true with walk as 1",                "rego_compile_error: with keyword replacing built-in function: target must not be a relation"],
    ["true with internal.print as 1",      'rego_compile_error: with keyword replacing built-in function: replacement of internal function "internal.print" invalid'],
    ["true with nope as 1",                "rego_type_error: with keyword target must reference existing input, data, or a function"],
  ];
  test.each(rejected)("%s", (body, message) => {
    expect(errorsOf(`package p\n\na if { ${body} }\n\nb := {}\n`)).toEqual([`p.rego:3: ${message}`]);
  });

  test("an unsafe builtin is no target", () => {
    expect(errorsOf("package p\n\na if { true with count as 1 }\n", { unsafeBuiltins: new Set(["count"]) })).toEqual([
      'p.rego:3: rego_compile_error: with keyword replacing built-in function: target must not be unsafe: "count"',
    ]);
  });
});

describe("the limit of errors", () => {
  const many = `package p\n\n${Array.from({ length: 20 }, (_, i) => `a${i} if x${i}`).join("\n\n")}\n`;

  test("is ten, and said", () => {
    const errors = errorsOf(many);
    expect(errors).toHaveLength(11);
    expect(errors.at(-1)).toBe("rego_compile_error: error limit reached");
  });

  test("may be set or lifted", () => {
    expect(errorsOf(many, { errorLimit: 3 })).toHaveLength(4);
    expect(errorsOf(many, { errorLimit: 0 })).toHaveLength(20);
  });
});
