import { describe, expect, it } from "vitest";
import { jsonSchema } from "../../../src/rego/builtins/json-schema.ts";
import type { PlainObject, Value } from "../../../src/rego/values/value.ts";
import { contextOf } from "../../support/call-builtin.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer, answerIn, value } = callsOf(jsonSchema);

function violations(document: Value, schema: PlainObject): string[] {
  const [, found] = value("json.match_schema", document, schema) as readonly [boolean, readonly { readonly error: string }[]];
  return found.map(({ error }) => error);
}

describe("matching", () => {
  it("accepts what the schema describes", () => {
    expect(answer("json.match_schema", '{"id": 5}', '{"properties": {"id": {"type": "integer"}}, "required": ["id"]}')).toBe("[true, []]");
  });

  it.each([
    [{ id: "x" }, { properties: { id: { type: "integer" } } }, "id: Invalid type. Expected: integer, given: string"],
    [{}, { required: ["id"] }, "(Root): id is required"],
    [{ a: 1 }, { additionalProperties: false }, "(Root): Additional property a is not allowed"],
    [{ a: 5 }, { properties: { a: { maximum: 3 } } }, "a: Must be less than or equal to 3"],
    [{ a: "x" }, { properties: { a: { enum: ["y"] } } }, 'a: a must be one of the following: "y"'],
    [{ a: [1, 1] }, { properties: { a: { uniqueItems: true } } }, "a: array items[0,1] must be unique"],
    [{ a: "b" }, { properties: { a: { pattern: "^c" } } }, "a: Does not match pattern '^c'"],
  ])("of %j against %j says %s", (document, schema, text) => {
    expect(violations(document as Value, schema as PlainObject)).toContain(text);
  });

  it("follows references within the schema", () => {
    const schema = { definitions: { n: { type: "number" } }, properties: { a: { $ref: "#/definitions/n" } } };
    expect(violations({ a: true }, schema)).toEqual(["a: Invalid type. Expected: number, given: boolean"]);
  });
});

describe("schemas", () => {
  it("are checked themselves", () => {
    expect(answer("json.verify_schema", { type: "object" })).toBe("[true, null]");
    expect(answer("json.verify_schema", { type: "thing" })).toContain("[false, ");
  });

  it("elsewhere are asked of the host, if the host may be reached", () => {
    const schema = { $ref: "http://schemas.example/a.json" };
    const context = contextOf({ allowedHosts: undefined, ask: () => ({ status_code: 200, body: { type: "object" } }) });
    expect(answerIn(context, "json.match_schema", {}, schema)).toBe("[true, []]");
    expect(answer("json.match_schema", {}, schema)).toContain("remote reference loading disabled: http://schemas.example/a.json");
  });
});

describe("hostile schemas", () => {
  it("that refer to themselves come to an end", () => {
    expect(answer("json.match_schema", {}, { $ref: "#" })).toContain("refers to itself without end");
    const loop = { definitions: { a: { $ref: "#/definitions/b" }, b: { $ref: "#/definitions/a" } }, $ref: "#/definitions/a" };
    expect(answer("json.match_schema", {}, loop)).toContain("eval_builtin_error");
  });

  it("cannot read files", () => {
    expect(answer("json.match_schema", {}, { $ref: "file:///etc/passwd" })).toContain("remote reference loading disabled");
  });
});
