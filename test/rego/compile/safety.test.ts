import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printBody } from "../../../src/rego/syntax/print.ts";
import { errorsOf, policyOf } from "../../support/compile-policy.ts";

function orderOf(body: string): string {
  const [rule] = policyOf(`package p\n\na if { ${body} }\n`).modules.get("p.rego")?.rules ?? [];
  return rule ? printBody(rule.body) : "";
}

function unsafeIn(rule: string): readonly string[] {
  return errorsOf(`package p\n\n${rule}\n`).map((text) => text.replace("p.rego:3: rego_unsafe_var_error: ", ""));
}

describe("order", () => {
  test("a body in order stays as it is", () => {
    expect(orderOf("x = 1; y = 2; gt(y, x)")).toBe("x = 1; y = 2; gt(y, x)");
  });

  test("an expression waits for its inputs, the others keep their order", () => {
    expect(orderOf("gt(y, x); z = 3; x = 1; y = 2")).toBe("z = 3; x = 1; y = 2; gt(y, x)");
  });

  test("a negated expression waits for all its variables", () => {
    expect(orderOf("not input.a[x]; x = 1")).toBe("x = 1; not input.a[x]");
  });

  test("variables of a reference are bound by it", () => {
    expect(orderOf("gt(input.xs[i], 1); gt(i, 0)")).toContain("input.xs[i]");
  });

  test("a closure waits for what it uses", () => {
    expect(orderOf("y = [1 | x]; x = 1")).toBe("x = 1; y = [1 | x]");
  });

  test("what stands beside a closure is waited for as well; OPA forgets it", () => {
    expect(orderOf("x = y; not gt(x, [1 | y]); y = 1")).toBe("y = 1; x = y; __local0__ = [1 | y]; not gt(x, __local0__)");
    expect(unsafeIn("a if { not gt(x, [1 | y]); y = 1 }")).toEqual(["var x is unsafe"]);
  });

  test("bodies of closures are put in order too", () => {
    expect(orderOf("y = [x | gt(x, 1); x = 2]")).toBe("y = [x | x = 2; gt(x, 1)]");
    expect(orderOf("every x in [1] { gt(y, x); y = 3 }")).toMatch(/\{ y = 3; gt\(y, __local1__\) \}/);
  });

  test("a pattern binds array elements and object values, never keys or set members", () => {
    expect(unsafeIn('a if { [x, {"k": y}] = input.z; x == y }')).toEqual([]);
    expect(unsafeIn("a if { {x: 1} = input.z; x }")).toEqual(["var x is unsafe"]);
    expect(unsafeIn("a if { {x} = input.z; x }")).toEqual(["var x is unsafe"]);
  });
});

describe("errors", () => {
  test("each unsafe variable is named once, where it is first used", () => {
    expect(unsafeIn("a if { x > y }")).toEqual(["var x is unsafe", "var y is unsafe"]);
    expect(errorsOf("package p\n\na if {\n  input.z\n  x\n  x > 1\n}\n")).toEqual(["p.rego:5: rego_unsafe_var_error: var x is unsafe"]);
  });

  test("a wildcard in a negated expression is unsafe", () => {
    expect(unsafeIn("a if { not input.x[_] == 1 }")).toEqual(["var _ is unsafe"]);
  });

  test("the right side of := is not bound through its left side", () => {
    expect(unsafeIn("a if { x := y; x = 1 }")).toEqual(["var y is unsafe"]);
    expect(unsafeIn("a if { x = y; x = 1 }")).toEqual([]);
  });

  test("a head needs its variables bound", () => {
    expect(unsafeIn("a := x if true")).toEqual(["var x is unsafe"]);
    expect(unsafeIn("a contains x if input.y")).toEqual(["var x is unsafe"]);
    expect(unsafeIn("f(x) := y")).toEqual(["var y is unsafe"]);
  });

  test("a keyword of later dialects is told apart", () => {
    expect(unsafeIn("a if { or }")).toEqual(["var or is unsafe (hint: `import future.keywords.or` to import a future keyword)"]);
    expect(errorsOf("package p\n\na { contains }\n", { dialect: "v0" })).toEqual([
      "p.rego:3: rego_unsafe_var_error: var contains is unsafe (hint: `import future.keywords.contains` to import a future keyword)",
    ]);
  });

  test("only made-up variables unsafe: the expression is named", () => {
    expect(unsafeIn('a if { b := 1; concat(c, [b | b == 1]) == "x" }')).toEqual(["expression is unsafe"]);
  });

  test("an `every` over what a later call binds is refused, as OPA refuses it", () => {
    expect(unsafeIn("a if { every e in [1, 2] { e > x }; plus(1, 2, x) }")).toEqual(["var x is unsafe"]);
    expect(unsafeIn("a if { plus(1, 2, x); every e in [1, 2] { e > x } }")).toEqual([]);
  });

  test("outputs of a call that waits are not blamed", () => {
    expect(unsafeIn("a if { x = {y} | {1}; x != {2} }")).toEqual(["var y is unsafe"]);
  });
});

test("any order of a chain is put into the one that works", () => {
  const chain = Array.from({ length: 8 }, (_, i) => (i === 0 ? "plus(1, 1, x0)" : `plus(x${i - 1}, 1, x${i})`));
  fc.assert(
    fc.property(fc.shuffledSubarray(chain, { minLength: chain.length }), (body) => {
      expect(orderOf(body.join("; "))).toBe(chain.join("; "));
    }),
    { numRuns: 100 },
  );
});

test("a long body in the worst order is done in seconds", () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `plus(x${i + 1}, 1, x${i})`);
  const started = performance.now();
  expect(errorsOf(`package p\n\na if {\n${[...lines, "x2000 = 1"].join("\n")}\n}\n`)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(15_000);
});
