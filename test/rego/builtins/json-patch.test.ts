import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/rego/values/value.ts";
import { answerOf, setOf } from "../../support/call-builtin.ts";

const patch = (target: Value, ...operations: Value[]): string => answerOf("json.patch", target, operations);

describe("json.patch", () => {
  it.each([
    [{ a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], '{"a": [1, 2, 3]}'],
    [{ a: [1] }, [{ op: "add", path: "a/-", value: 2 }], '{"a": [1, 2]}'],
    [{ a: 1, b: 2 }, [{ op: "remove", path: "/a" }], '{"b": 2}'],
    [{ a: 1 }, [{ op: "replace", path: "/a", value: { b: null } }], '{"a": {"b": null}}'],
    [{ a: { b: 1 } }, [{ op: "move", from: "/a/b", path: "/c" }], '{"a": {}, "c": 1}'],
    [{ a: [1] }, [{ op: "copy", from: "/a", path: "/b" }], '{"a": [1], "b": [1]}'],
    [{ a: 1 }, [{ op: "test", path: "/a", value: 1 }], '{"a": 1}'],
    [{ a: 1 }, [{ op: "add", path: "", value: [] }], "[]"],
    [
      [1, 2, 3],
      [
        { op: "remove", path: "/0" },
        { op: "test", path: "/0", value: 2 },
        { op: "remove", path: "/1" },
      ],
      "[2]",
    ],
    [
      [{ n: 1 }, { n: 2 }],
      [
        { op: "remove", path: "/0" },
        { op: "add", path: "/0/x", value: 9 },
      ],
      '[{"n": 2, "x": 9}]',
    ],
    [
      { s: setOf(1) },
      [
        { op: "add", path: ["s", 2], value: 2 },
        { op: "remove", path: ["s", 1] },
      ],
      '{"s": {2}}',
    ],
    [{ s: setOf(setOf(1)) }, [{ op: "add", path: ["s", setOf(1), 2], value: 2 }], '{"s": {{1, 2}}}'],
    [
      { a: 1 },
      [
        { op: "replace", path: "", value: [1] },
        { op: "add", path: "/0", value: 0 },
      ],
      "[0, 1]",
    ],
  ])("turns %o by %o into %s", (target, operations, expected) => {
    expect(patch(target, ...(operations as Value[]))).toBe(expected);
  });

  it.each([
    [{}, 1, "must be an array of JSON-Patch objects, but at least one element is not an object"],
    [{}, { op: "add" }, "missing required attribute 'path'"],
    [{}, { path: "/a" }, "missing required attribute 'op'"],
    [{}, { op: 1, path: "/a" }, "attribute 'op' must be a string but found: number"],
    [{}, { op: "x", path: "/a" }, "unrecognized op: 'x'"],
    [{}, { op: "add", path: "/a" }, "missing required attribute 'value'"],
    [{}, { op: "move", path: "/a" }, "missing required attribute 'from'"],
    [{ a: 1 }, { op: "remove", path: "/b" }, 'cannot delete child key "b" that does not exist'],
    [{ a: 1 }, { op: "test", path: "/b", value: 1 }, 'path "b" does not exist in object term {"a": 1}'],
    [[1], { op: "add", path: "/5", value: 1 }, "index for array insertion out of bounds"],
    [[1], { op: "remove", path: "/-" }, "index for array delete out of bounds"],
    [[1], { op: "add", path: "/01", value: 1 }, "leading zeros are not allowed in JSON paths"],
    [[1], { op: "add", path: "/x", value: 1 }, "invalid string for indexing"],
    [{ a: 1 }, { op: "add", path: "/a/b", value: 1 }, "expected composite type, found value: 1 (type: ast.Number)"],
    [setOf(1), { op: "add", path: [2], value: 3 }, "set key 2 does not equal value to be inserted 3"],
    [{ a: 1 }, { op: "test", path: "/a", value: 2 }, "value from EditTree != patch value.\n\nExpected: 2\n\nFound: 1"],
    [{}, { op: "remove", path: "" }, "the document was removed"],
  ])("refuses %o with %o: %s", (target, operation, message) => {
    expect(patch(target, operation as Value)).toBe(`eval_builtin_error: json.patch: ${message}`);
  });

  it("quotes a container as it was first and remembers what was deleted", () => {
    expect(patch({ a: 1 }, { op: "add", path: "/b", value: 2 }, { op: "copy", from: "/c", path: "/d" })).toContain(
      'in object term {"a": 1}',
    );
    expect(patch({ a: 1 }, { op: "remove", path: "/a" }, { op: "remove", path: "/a" })).toContain(
      'cannot delete the already deleted scalar node for key "a"',
    );
  });

  it("leaves the original alone", () => {
    const target = { a: { b: [1] } };
    patch(target, { op: "add", path: "/a/b/0", value: 0 }, { op: "remove", path: "/a/b/1" });
    expect(target).toEqual({ a: { b: [1] } });
  });
});
