import { describe, expect, test } from "vitest";
import { errorsOf, type TestOptions } from "../../support/compile-policy.ts";

function messagesOf(rules: string, options: TestOptions = {}): readonly string[] {
  return errorsOf(`package p\n\n${rules}\n`, options).map((text) => text.replace("p.rego:3: rego_compile_error: ", ""));
}

describe("a variable is declared once and before its use", () => {
  // biome-ignore format: table
  const rejected: readonly (readonly [rule: string, message: string])[] = [
    ["a if { x := 1; x := 2 }",                  "var x assigned above"],
    ["a if { some x; some x; x = 1 }",           "var x declared above"],
    ["a if { some x; x := 1 }",                  "var x declared above"],
    ["a if { x == 1; x := 2 }",                  "var x referenced above"],
    ["a if { x := y; y := x }",                  "var y referenced above"],
    ["f(x) if { x := 1 }",                       "arg x redeclared"],
    ["a if { not x := 1 }",                      "cannot assign vars inside negated expression"],
    ["a if { 5 := input.x }",                    "cannot assign to number"],
    ["a if { [1, x] := input.x; x }",            "cannot assign to number"],
    ["a if { {x} := input.x; x }",               "cannot assign to set"],
    ["a if { input.y := 1 }",                    "cannot assign to ref"],
    ["a if { some x; input }",                   "declared var x unused"],
    ["a if { every x in input { true } }",       "declared var x unused"],
    ["a if { f := 1; input.y == f(f) }",         "called function f shadowed"],
  ];
  test.each(rejected)("%s", (rule, message) => {
    expect(messagesOf(rule)).toEqual([message]);
  });

  // biome-ignore format: table
  const accepted: readonly string[] = [
    "a if { x := 1; [x | x := 2] == [x] }",
    "a if { every x in [1] { y := x; y > 0 } }",
    "a if { [x, {\"k\": y}] := input.z; x == y }",
    "a if { some x in input.z; x > 1 }",
    "a if { some _ in input.z }",
    "a if { some x in input.z }",
    "f(x) if { [x | x := 1] == [1] }",
    "a contains x if some x in input.z",
    "a[x] := y if some x, y in input.z",
  ];
  test.each(accepted)("%s is fine", (rule) => {
    expect(messagesOf(rule)).toEqual([]);
  });
});

describe("strict mode", () => {
  // biome-ignore format: table
  const rejected: readonly (readonly [rule: string, message: string])[] = [
    ["a if { x := 1 }",                      "assigned var x unused"],
    ["a := [1 | x := 1]",                    "assigned var x unused"],
    ["f(x) := 1",                            "unused argument x. (hint: use _ (wildcard variable) instead)"],
  ];
  test.each(rejected)("%s", (rule, message) => {
    expect(messagesOf(rule, { strict: true })).toEqual([message]);
    expect(messagesOf(rule)).toEqual([]);
  });

  test("an argument that only an else branch uses is used", () => {
    expect(messagesOf("f(x) := 1 if input.y\n\nelse := x", { strict: true })).toEqual([]);
  });

  test("an import that nothing uses is an error", () => {
    const text = "package p\n\nimport data.foo\nimport data.bar as b\n\na := b.x\n";
    expect(errorsOf(text)).toEqual([]);
    expect(errorsOf(text, { strict: true })).toEqual(["p.rego:3: rego_compile_error: import data.foo unused"]);
  });
});

describe("documents and imports must not be hidden", () => {
  test("v1 refuses rules, variables and imports that hide something", () => {
    expect(messagesOf("input := 1")).toEqual(["rules must not shadow input (use a different rule name)"]);
    expect(messagesOf("a if { data := 1; data }")).toEqual(["variables must not shadow data (use a different variable name)"]);
    const twice = "package p\n\nimport data.x.foo\nimport data.y.foo\n\na := foo\n";
    expect(errorsOf(twice)).toEqual(["p.rego:4: rego_compile_error: import must not shadow import data.x.foo"]);
  });

  test("v0 does so in strict mode only", () => {
    expect(messagesOf("input = 1", { dialect: "v0" })).toEqual([]);
    expect(messagesOf("input = 1", { dialect: "v0", strict: true })).toHaveLength(1);
    const twice = "package p\n\nimport data.x.foo\nimport data.y.foo\n\na = foo\n";
    expect(errorsOf(twice, { dialect: "v0" })).toEqual([]);
  });

  test("an argument never hides a document", () => {
    expect(messagesOf("f(input) = 1", { dialect: "v0" })).toEqual(["args must not shadow input (use a different variable name)"]);
  });
});
