import { describe, expect, test } from "vitest";
import { compileModules } from "../../../src/rego/compile/compile.ts";
import { parseModule } from "../../../src/rego/syntax/parser.ts";
import { printModule, printRule } from "../../../src/rego/syntax/print.ts";
import { policyOf, type TestOptions, testBuiltins } from "../../support/compile-policy.ts";

/** Bodies of all rules of a package `p`, else branches after their rule. */
function bodiesOf(text: string, options: TestOptions = {}): readonly string[] {
  const { modules } = policyOf(`package p\n\n${text}\n`, options);
  return [...modules.values()].flatMap(({ rules }) => rules.map((rule) => printRule(rule).replaceAll("\n", " ")));
}

function only(text: string, options?: TestOptions): string {
  return bodiesOf(text, options)[0] ?? "";
}

describe("names", () => {
  test("a rule of the package is meant by its full path", () => {
    expect(only("a if b\n\nb := 1")).toContain("{ data.p.b }");
  });

  test("an import is replaced by its path, and its alias too", () => {
    const text = "package p\n\nimport data.lib.util\nimport input.user as who\n\na if { util.x; who.name }\n";
    const [rule] = policyOf(text).modules.get("p.rego")?.rules ?? [];
    expect(rule && printRule(rule)).toContain("data.lib.util.x; input.user.name");
  });

  test("an import wins over a rule of the same name", () => {
    const text = "package p\n\nimport data.other.b\n\na if b\n\nb := 1\n";
    const [rule] = policyOf(text).modules.get("p.rego")?.rules ?? [];
    expect(rule && printRule(rule)).toContain("data.other.b");
  });

  test("a name that a body declares anywhere is local in all of it", () => {
    expect(only("a if { x := 1; x > 0 }\n\nx := 5")).not.toContain("data.p.x");
  });

  test("a comprehension that does not declare a name sees the rule", () => {
    expect(only("a := [y | y := x]\n\nx := 5")).toContain("data.p.x");
  });

  test("an argument hides a rule", () => {
    expect(only("f(x) := x + 1\n\nx := 5")).not.toContain("data.p.x");
  });

  test("rules of one package may be in several files", () => {
    const { modules } = policyOf({ "a.rego": "package p\n\na if b\n", "b.rego": "package p\n\nb := 1\n" });
    const [rule] = modules.get("a.rego")?.rules ?? [];
    expect(rule && printRule(rule)).toContain("data.p.b");
  });

  test("names that policies use are not generated again", () => {
    expect(only("a if { __local0__ = input.x; y := 2; y == __local0__ }")).toContain("__local1__ = 2");
  });
});

describe("locals", () => {
  test("declarations become equations of new names", () => {
    expect(only("a if { x := input.y; x > 1 }")).toContain("__local0__ = input.y; gt(__local0__, 1)");
  });

  test("`some in` becomes an equation with a step", () => {
    expect(only("a if { some k, v in input.m; k == v }")).toContain("__local1__ = input.m[__local0__]; __local0__ = __local1__");
  });

  test("an inner scope may declare a name again", () => {
    expect(only("a if { x := 1; [x | x := 2] == [x] }")).toContain("[__local1__ | __local1__ = 2]");
  });

  test("a variable named like a builtin becomes a local when its body binds it", () => {
    expect(only("a if { count = 3; count > 2 }")).toContain("__local0__ = 3; gt(__local0__, 2)");
  });

  test("the author's names are remembered", () => {
    const { originalNames } = policyOf("package p\n\nf(arg) := [x | x := arg]\n");
    expect(new Set(originalNames.values())).toEqual(new Set(["arg", "x"]));
  });

  test("else branches share the arguments of their rule", () => {
    expect(only('f(x) := "big" if x > 10\n\nelse := x')).toMatch(/f\(__local0__\).* else = __local0__/);
  });
});

describe("nested terms", () => {
  test("a nested call comes first, with an output", () => {
    expect(only("a if count(input.x) > abs(input.y)")).toContain(
      "__local2__ = input.x; count(__local2__, __local0__); __local3__ = input.y; abs(__local3__, __local1__); gt(__local0__, __local1__)",
    );
  });

  test("a reference into a literal gets a name for the literal", () => {
    expect(only("a := [1, 2][i]")).toMatch(/__local0__ = \[1, 2\]; __local1__ = __local0__\[i\]/);
  });

  test("what a comprehension's head evaluates moves into its body", () => {
    expect(only("a := [x.y | x := input.z[_]]")).toContain("__local0__ = input.z[_]; __local1__ = __local0__.y]");
  });

  test("what a rule's head evaluates moves into its body", () => {
    expect(only("a contains input.x if input.y")).toContain("{ input.y; __local0__ = input.x }");
  });

  test("a computed step of a rule's name moves into its body", () => {
    expect(only("a[input.x] := 1")).toBe("a[__local0__] := 1 if { __local0__ = input.x }");
  });

  test("`==` is unification once bodies are in order", () => {
    expect(only('a if input.x == "y"')).toContain('input.x = "y"');
  });

  test("`==` with an output keeps its meaning", () => {
    expect(only("a := input.x == 1")).toContain("equal(__local1__, 1, __local0__)");
  });

  test("members of sets and objects are walked in Rego's order", () => {
    expect(only('a := {"b": count(input.b), "a": count(input.a)}')).toMatch(/= input\.a; .*= input\.b;/);
  });
});

describe("with", () => {
  test("a value is evaluated before the replacement", () => {
    expect(only("a if input.x with input as input.y")).toContain("__local0__ = input.y; input.x with input as __local0__");
  });

  test("a function as a value stays where it is", () => {
    expect(only("a if f(1) with f as g\n\nf(x) := x\n\ng(x) := x")).toContain("with data.p.f as data.p.g");
  });

  test("expressions drawn out of one keep its modifiers", () => {
    expect(only("a if count(input.x) > 1 with input as {}")).toContain(
      "__local1__ = input.x with input as {}; count(__local1__, __local0__) with input as {}; gt(__local0__, 1) with input as {}",
    );
  });
});

test("test rules capture both sides of an equation when asked", () => {
  const text = "test_a if data.x == data.y";
  expect(only(text)).toContain("{ data.x = data.y }");
  expect(only(text, { captureTestValues: true })).toContain("__local0__ = data.x; __local1__ = data.y; __local0__ = __local1__");
});

test("modules given are not changed by compiling them", () => {
  const { module } = parseModule({ name: "p.rego", text: "package p\n\na if { x := 1; f(x); x == 2 }\n\nf(y) := {y, b}\n\nb := 1\n" });
  const before = module && printModule(module);
  const compiled = module && compileModules(new Map([["p.rego", module]]), { builtins: testBuiltins });
  expect(compiled?.diagnostics).toEqual([]);
  expect(module && printModule(module)).toBe(before);
});
