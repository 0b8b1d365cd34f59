import { describe, expect, it } from "vitest";
import { readSchema } from "../../../../src/gatekeeper/manifest/schema/schema.ts";
import { validateValue } from "../../../../src/gatekeeper/manifest/schema/validate.ts";
import type { PlainObject, Value } from "../../../../src/rego/index.ts";

function complaints(properties: PlainObject, value: Value, numbers: "floats" | "integers" = "floats"): readonly string[] {
  return validateValue(value, readSchema({ type: "object", properties }), "[]", numbers);
}

describe("validation by a structural schema", () => {
  it.each<[string, PlainObject, Value, readonly string[]]>([
    ["a wrong type", { a: { type: "array" } }, { a: "x" }, ['[].a: Invalid value: "string": a in body must be of type array: "string"']],
    ["null", { a: { type: "string" } }, { a: null }, ['[].a: Invalid value: "null": a in body must be of type string: "null"']],
    ["a nullable null", { a: { type: "string", nullable: true } }, { a: null }, []],
    [
      "a fraction",
      { a: { type: "integer" } },
      { a: 1.5 },
      [
        '[].a: Invalid value: "number": a in body must be of type integer: "number"',
        '[]: Invalid value: "": Checked value must be of type integer (default format) in a',
      ],
    ],
    ["a whole number", { a: { type: "number" } }, { a: 2 }, []],
    [
      "too small",
      { a: { type: "integer", minimum: 3 } },
      { a: 1 },
      ["[].a: Invalid value: 1: a in body should be greater than or equal to 3"],
    ],
    [
      "at an open end",
      { a: { type: "integer", maximum: 3, exclusiveMaximum: true } },
      { a: 3 },
      ["[].a: Invalid value: 3: a in body should be less than 3"],
    ],
    [
      "no multiple",
      { a: { type: "number", multipleOf: 0.5 } },
      { a: 1.3 },
      ["[].a: Invalid value: 1.3: a in body should be a multiple of 0.5"],
    ],
    ["too long", { a: { type: "string", maxLength: 1 } }, { a: "xy" }, ["[].a: Too long: may not be more than 1 byte"]],
    [
      "too short",
      { a: { type: "string", minLength: 2 } },
      { a: "😀" },
      ['[].a: Invalid value: "😀": a in body should be at least 2 chars long'],
    ],
    ["no match", { a: { type: "string", pattern: "^a" } }, { a: "b" }, ["[].a: Invalid value: \"b\": a in body should match '^a'"]],
    ["not listed", { a: { type: "string", enum: ["x", "y"] } }, { a: "z" }, ['[].a: Unsupported value: "z": supported values: "x", "y"']],
    [
      "a bad date",
      { a: { type: "string", format: "date-time" } },
      { a: "2021-02-30T00:00:00Z" },
      ['[].a: Invalid value: "2021-02-30T00:00:00Z": a in body must be of type date-time: "2021-02-30T00:00:00Z"'],
    ],
    ["an unknown format", { a: { type: "string", format: "postcode" } }, { a: "?" }, []],
    [
      "too many",
      { a: { type: "array", maxItems: 1, items: { type: "string" } } },
      { a: ["x", "y"] },
      ["[].a: Too many: 2: must have at most 1 item"],
    ],
    [
      "too few",
      { a: { type: "array", minItems: 1, items: { type: "string" } } },
      { a: [] },
      ["[].a: Invalid value: 0: a in body should have at least 1 items"],
    ],
    [
      "an item",
      { a: { type: "array", items: { type: "string" } } },
      { a: [1] },
      ['[].a[0]: Invalid value: "number": a[0] in body must be of type string: "number"'],
    ],
    [
      "a map value",
      { a: { type: "object", additionalProperties: { type: "string" } } },
      { a: { k: 1 } },
      ['[].a.k: Invalid value: "number": a.k in body must be of type string: "number"'],
    ],
    ["a missing field", { a: { type: "object", required: ["b"] } }, { a: {} }, ["[].a.b: Required value"]],
    [
      "int or string",
      { a: { "x-kubernetes-int-or-string": true } },
      { a: true },
      ['[].a: Invalid value: "boolean": a in body must be of type integer,string: "boolean"'],
    ],
    [
      "none of anyOf",
      { a: { anyOf: [{ required: ["b"] }, { required: ["c"] }] } },
      { a: {} },
      ['[]: Invalid value: "": "a" must validate at least one schema (anyOf)', "[].a.b: Required value"],
    ],
    [
      "two of oneOf",
      { a: { oneOf: [{ required: ["b"] }, { required: ["c"] }] } },
      { a: { b: 1, c: 1 } },
      ['[]: Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    ["not", { a: { not: { required: ["b"] } } }, { a: { b: 1 } }, ['[]: Invalid value: "": "a" must not validate the schema (not)']],
    [
      "half of allOf",
      { a: { allOf: [{ required: ["b"] }, { required: ["c"] }] } },
      { a: { b: 1 } },
      ["[].a.c: Required value", '[]: Invalid value: "": "a" must validate all the schemas (allOf)'],
    ],
  ])("%s", (_, properties, value, expected) => expect(complaints(properties, value)).toEqual(expected));

  it("names the type of an integer as its reader knew it", () => {
    const schema = { a: { type: "string" } };
    expect(complaints(schema, { a: 1 }, "integers")[0]).toContain('"integer"');
    expect(complaints(schema, { a: 1 }, "floats")[0]).toContain('"number"');
    expect(complaints({ a: { type: "integer", maximum: 9 } }, { a: 1_000_001 }, "integers")[0]).toContain("Invalid value: 1000001:");
    expect(complaints({ a: { type: "integer", maximum: 9 } }, { a: 1_000_001 }, "floats")[0]).toContain("Invalid value: 1.000001e+06:");
  });

  it("stops at a depth instead of the end of the stack", () => {
    let schema: PlainObject = { type: "string" };
    let value: Value = 1;
    for (let i = 0; i < 20_000; i++) {
      schema = { type: "array", items: schema };
      value = [value];
    }
    expect(complaints({ a: schema }, { a: value })).toEqual([]);
  });
});
