import { describe, expect, it } from "vitest";
import { isSuite, readSuite } from "../../../src/gatekeeper/index.ts";
import type { Value } from "../../../src/rego/index.ts";

const read = (violations: Value) => readSuite({ tests: [{ name: "t", cases: [{ assertions: [{ violations }] }] }] });

describe("a suite", () => {
  it("is known by its group and kind", () => {
    expect(isSuite({ apiVersion: "test.gatekeeper.sh/v1alpha1", kind: "Suite" })).toBe(true);
    expect(isSuite({ apiVersion: "v1", kind: "Suite" })).toBe(false);
  });

  it.each<[Value, unknown]>([
    [2, { kind: "count", count: 2 }],
    ["yes", { kind: "word", word: "yes" }],
    [null, { kind: "word", word: "yes" }],
    ["some", { kind: "word", word: "some" }],
  ])("expects %j violations", (violations, expected) => {
    expect(read(violations)).toMatchObject({ suite: { tests: [{ cases: [{ assertions: [{ violations: expected }] }] }] } });
  });

  it.each<[Value, string]>([
    [true, "bool"],
    [[1], "array"],
    [1.5, "number 1.5"],
    [3_000_000_000, "number 3000000000"],
  ])("cannot expect %j violations", (violations, found) => {
    const error = `json: cannot unmarshal ${found} into Go struct field Assertion.tests.cases.assertions.violations of type int32`;
    expect(read(violations)).toEqual({ error });
  });
});
