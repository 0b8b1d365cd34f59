import { describe, expect, it } from "vitest";
import { accessField, accessString, goFloat, goValueText } from "../../../src/gatekeeper/kube/go-text.ts";
import type { Value } from "../../../src/rego/index.ts";

describe("Go's texts", () => {
  it.each([
    [1, "1"],
    [-0.5, "-0.5"],
    [999999, "999999"],
    [1e6, "1e+06"],
    [1234567.5, "1.2345675e+06"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
  ])("writes %d as %s", (value, text) => expect(goFloat(value)).toBe(text));

  it("writes what is nested deeper than the stack, and what is long", () => {
    const deep = Array.from({ length: 50_000 }).reduce<Value>((inner) => [inner], 1);
    expect(goValueText(deep)).toHaveLength(100_001);
    expect(goValueText(Array.from({ length: 200_000 }, () => 1))).toHaveLength(400_001);
  });
  it("writes maps with sorted keys", () => expect(goValueText({ b: [1, "x"], a: null })).toBe("map[a:<nil> b:[1 x]]"));

  it("says where a path meets a value of the wrong type", () => {
    expect(accessField({ spec: "x" }, "spec", "match")).toEqual({
      error: ".spec.match accessor error: x is of the type string, expected map[string]interface{}",
    });
    expect(accessField({ spec: null }, "spec", "match")).toEqual({ value: undefined });
    expect(accessString({ a: 3 }, "a")).toEqual({ error: ".a accessor error: 3 is of the type float64, expected string" });
  });

  it("sees only own fields", () => expect(accessField({}, "constructor")).toEqual({ value: undefined }));
});
