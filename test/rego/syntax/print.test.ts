import { describe, expect, it } from "vitest";
import { printed, queryOf, rulesOf, termOf } from "./parse-support.ts";

describe("printing", () => {
  it("sorts sets and objects and leaves repeated members out", () => {
    expect(termOf('{3, 1, "a", 1, [2], true}')).toBe('{true, 1, 3, "a", [2]}');
    expect(termOf('{"b": 1, "a": {"y": 1, "x": 2}, "b": 3}')).toBe('{"a": {"x": 2, "y": 1}, "b": 3}');
  });

  it("orders variables, references and comprehensions after scalars", () => {
    expect(termOf("{{x | x}, [x], x.y, x, 1}")).toBe("{1, x, x.y, [x], {x | x}}");
  });

  it("brackets names that cannot follow a dot", () => {
    expect(queryOf('a["b c"].d["if"]["é"]["\\n"][0][x]')).toBe('a["b c"].d["if"]["é"]["\\n"][0][x]');
  });

  it("shows wildcards as they were written", () => {
    expect(queryOf("x[_][_]")).toBe("x[_][_]");
  });

  it("writes unification with its sign and all other operators as calls", () => {
    expect(queryOf("x = 1; y := 2; x == y")).toBe("x = 1; assign(y, 2); equal(x, y)");
  });

  it("writes operators with their signs in front of a comprehension's bar", () => {
    expect(termOf("[(x + 1) | true]")).toBe("[(x + 1) | true]");
  });

  it("writes rules in the form of their dialect", () => {
    expect(rulesOf("q[x] { x }", { dialect: "v0" })).toEqual(["q[x] { x }"]);
    expect(rulesOf("q contains x if x")).toEqual(["q contains x if { x }"]);
    expect(rulesOf("f(x) := y if { x; y }")).toEqual(["f(x) := y if { x; y }"]);
    expect(rulesOf("default q := 1")).toEqual(["default q := 1"]);
  });

  it("writes modules with their imports and annotations", () => {
    expect(printed("import data.a.b as c\n# METADATA\n# title: <t>\nq := 1", { annotations: true })).toBe(
      'package p\n\nimport data.a.b as c\n\n# METADATA\n# {"scope":"rule","title":"\\u003ct\\u003e"}\nq := 1 if { true }',
    );
  });
});
