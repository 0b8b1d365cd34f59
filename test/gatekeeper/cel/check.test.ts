import { describe, expect, test } from "vitest";
import { Substitutions } from "../../../src/gatekeeper/cel/check/unify.ts";
import { createKubernetesEnvironment } from "../../../src/gatekeeper/cel/kubernetes.ts";
import * as t from "../../../src/gatekeeper/cel/values/type.ts";
import { compileExpression, extendEnvironment } from "../../../src/gatekeeper/cel.ts";
import { issuesOf } from "../../support/cel.ts";

const environment = extendEnvironment(createKubernetesEnvironment(), {
  variables: [
    ["d", t.dynType],
    ["s", t.stringType],
    ["m", t.mapOf(t.stringType, t.intType)],
    ["p", t.structType("Point")],
  ],
  structs: [["Point", new Map([["x", t.intType]])]],
});

function typeOf(text: string): string {
  const compiled = compileExpression(text, environment);
  return compiled.kind === "issues" ? compiled.text : t.printType(compiled.kind === "program" ? compiled.program.type : compiled.type);
}

describe("the CEL checker", () => {
  test.each([
    ["1 + 2", "int"],
    ["1.5", "double"],
    ["[1, 2]", "list(int)"],
    ["[]", "list(dyn)"],
    ["{'a': 1.5}", "map(string, double)"],
    ["[1, 2].map(x, string(x))", "list(string)"],
    ["m['a']", "int"],
    ["m.?a", "optional_type(int)"],
    ["m.a + 1", "int"],
    ["p.x", "int"],
    ["d.anything.at.all", "dyn"],
    ["d + 1", "int"],
    ["d ? 1 : 2", "int"],
    ["type(1)", "type(int)"],
    ["[1].all(i, v, v > i)", "bool"],
    ["{'a': 1}.transformList(k, v, k)", "list(string)"],
    ["timestamp(0) - timestamp(0)", "duration"],
    ["optional.of(1).or(optional.none())", "optional_type(int)"],
  ])("the type of %s is %s", (text, type) => {
    expect(typeOf(text)).toBe(type);
  });

  test.each([
    ["x", "undeclared reference to 'x' (in container '')"],
    ["f(1)", "undeclared reference to 'f' (in container '')"],
    ["p.y", "undefined field 'y'"],
    ["1 + 'a'", "found no matching overload for '_+_' applied to '(int, string)'"],
    ["s.startsWith(1)", "found no matching overload for 'startsWith' applied to 'string.(int)'"],
    ["1 && true", "expected type 'bool' but found 'int'"],
    ["s.x", "type 'string' does not support field selection"],
    ["s.all(x, true)", "expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)"],
    ["[1, 'a']", "expected type 'int' but found 'string'"],
    ["[d, 1]", "expected type 'dyn' but found 'int'"],
    ["s.matches('[')", "invalid matches argument"],
    ["duration('1x')", "invalid duration argument"],
    ["timestamp('x')", "invalid timestamp argument"],
    ["'%d'.format(['a'])", "error during formatting: decimal clause can only be used on integers, was given string"],
    ["'%s'.format([])", "index 0 out of range"],
    ["'a'.format([1])", "too many arguments supplied to string.format (expected 0, got 1)"],
  ])("%s is refused: %s", (text, message) => {
    expect(typeOf(text)).toContain(message);
  });

  test("every mistake is reported, in the order of the text", () => {
    expect(issuesOf("a + b")?.match(/reference to '(\w)'/g)).toEqual(["reference to 'a'", "reference to 'b'"]);
  });

  test("a mixed list is fine as the arguments of format", () => {
    expect(typeOf("'%s %d'.format(['a', 1])")).toBe("string");
  });
});

describe("substitutions", () => {
  test("a failed comparison leaves no trace", () => {
    const substitutions = new Substitutions();
    const free = substitutions.fresh();
    expect(
      substitutions.assignable([
        [t.intType, free],
        [t.stringType, free],
      ]),
    ).toBe(false);
    expect(substitutions.assignable([[t.stringType, free]])).toBe(true);
    expect(t.printType(substitutions.apply(free, false))).toBe("string");
  });

  test("a parameter never stands for a type that contains it", () => {
    const substitutions = new Substitutions();
    const free = substitutions.fresh();
    expect(substitutions.assignable([[t.listOf(free), free]])).toBe(false);
  });

  test("ten thousand empty lists are compared in no time", () => {
    const started = performance.now();
    expect(issuesOf(`size([${"[],".repeat(10_000)}]) > 0`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
