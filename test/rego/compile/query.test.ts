import { describe, expect, test } from "vitest";
import { compileQuery } from "../../../src/rego/compile/compile-query.ts";
import { parseBody, parseModule } from "../../../src/rego/syntax/parser.ts";
import { printBody } from "../../../src/rego/syntax/print.ts";
import { policyOf, queryOf } from "../../support/compile-policy.ts";

const policy = policyOf("package p\n\na := 1\n\nf(x) := x\n");

function bodyOf(text: string): string {
  const { query } = queryOf(policy, text);
  return query ? printBody(query.body) : "";
}

describe("values of expressions", () => {
  test("a term or a call is captured, an equation is not", () => {
    expect(bodyOf("data.p.a")).toBe("data.p.a = _");
    expect(bodyOf("1 + 2")).toBe("plus(1, 2, _)");
    expect(bodyOf("data.p.f(1)")).toBe("data.p.f(1, _)");
    expect(bodyOf("x = 1")).toBe("x = 1");
  });

  test("of several expressions each is asked for again", () => {
    expect(bodyOf("1 == 2; 3")).toBe("equal(1, 2, _); 3 = _; _; _");
  });

  test("results list the author's expressions in order of evaluation", () => {
    const { query } = queryOf(policy, "y > 1; y = 2");
    expect(query?.results.map(({ expression, variable }) => [expression.span?.start, variable])).toEqual([
      [7, undefined],
      [0, "$term1"],
    ]);
  });
});

test("generated names of a query have a mark of their own", () => {
  const { query } = queryOf(policy, "x := 1");
  expect(query && printBody(query.body)).toBe("__localq0__ = 1");
  expect(query?.originalNames.get("__localq0__")).toBe("x");
});

test("`==` stays, since a query wants to hear false", () => {
  expect(bodyOf("1 == 2")).toContain("equal(1, 2");
});

test("an unsafe variable takes its captured value along", () => {
  expect(queryOf(policy, "p").errors.toSorted()).toEqual([
    "1:1: rego_unsafe_var_error: var _ is unsafe",
    "1:1: rego_unsafe_var_error: var p is unsafe",
  ]);
});

test("an empty query is refused", () => {
  expect(compileQuery(policy, []).diagnostics.map(({ message }) => message)).toEqual(["empty query cannot be compiled"]);
});

test("a query reads names by the package and imports that it is given", () => {
  const { module } = parseModule({ name: "", text: "package p\n\nimport data.lib\n" });
  const { body } = parseBody({ name: "", text: "a; lib.x; b" }, {});
  const options = module ? { package: module.package, imports: module.imports } : {};
  const { diagnostics } = compileQuery(policy, body ?? [], options);
  expect(diagnostics.map(({ message }) => message).toSorted()).toEqual(["var _ is unsafe", "var b is unsafe"]);
});

test("calls are checked against the policy", () => {
  expect(queryOf(policy, "data.p.g(1)").errors).toEqual(["1:1: rego_type_error: undefined function data.p.g"]);
  expect(queryOf(policy, "data.p.f(1)").errors).toEqual([]);
});

test("names of documents may be assigned unless the policy is strict", () => {
  expect(queryOf(policy, "input := 1; input == 1").errors).toEqual([]);
  expect(queryOf(policyOf("package p\n", { strict: true }), "input := 1; input == 1").errors).toEqual([
    "1:1: rego_compile_error: variables must not shadow input (use a different variable name)",
  ]);
});

test("more than ten errors are cut, ten are not", () => {
  const unsafe = (count: number): string => Array.from({ length: count }, (_, i) => `x${i}`).join("; ");
  expect(queryOf(policy, unsafe(5)).errors).toHaveLength(10);
  expect(queryOf(policy, unsafe(6)).errors).toHaveLength(11);
});
