import { expect, test } from "vitest";
import { typeOfSchema } from "../../../src/rego/compile/passes/check-types/schema-types.ts";
import { printType } from "../../../src/rego/types/print.ts";
import type { Value } from "../../../src/rego/values/value.ts";
import { errorsOf, policyOf, queryOf } from "../../support/compile-policy.ts";

function typeText(schema: Value): string {
  const found = typeOfSchema(schema);
  return "error" in found ? found.error : printType(found.type);
}

const person: Value = { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } } };

test("an object has exactly the properties of its schema", () => {
  expect(typeText(person)).toBe("object<age: number, name: string>");
  expect(typeText({ type: "object" })).toBe("object[any: any]");
  expect(typeText({ properties: { a: true } })).toBe("object<a: any>");
});

test("items are one schema for all or one for each", () => {
  expect(typeText({ type: "array", items: { type: "string" } })).toBe("array[string]");
  expect(typeText({ type: "array", items: [{ type: "string" }, { type: "null" }] })).toBe("array<string, any>");
  expect(typeText({ type: "array" })).toBe("array[any]");
});

test("anyOf is a union, allOf a merge", () => {
  expect(typeText({ anyOf: [{ type: "string" }, { type: "boolean" }] })).toBe("any<boolean, string>");
  expect(typeText({ allOf: [{ properties: { a: { type: "string" } } }, { properties: { b: { type: "number" } } }] })).toBe(
    "object<a: string, b: number>",
  );
  expect(typeText({ allOf: [{ type: "string" }, { type: "number" }] })).toBe(
    "type checking: unable to merge these schemas: type mismatch: string and number",
  );
});

test("a definition that refers to itself is a recursive type", () => {
  const tree: Value = {
    $ref: "#/definitions/tree",
    definitions: { tree: { type: "object", properties: { label: { type: "string" }, child: { $ref: "#/definitions/tree" } } } },
  };
  expect(typeText(tree)).toBe("object<child: recursive(#/definitions/tree), label: string>");
});

test("a schema that cannot be used says why", () => {
  expect(typeText({ type: "nothing" })).toContain("unable to compile the schema: has a primitive type that is NOT VALID");
  expect(typeText({ $ref: "http://127.0.0.1/x.json" })).toContain("remote reference loading disabled");
});

const schemas = new Map<string, unknown>([
  ["schema.person", person],
  ["schema.names", { type: "array", items: { type: "string" } }],
]);

function annotated(annotation: string, body: string): readonly string[] {
  const text = `package p\n\n# METADATA\n# schemas:\n#   - ${annotation}\na if { ${body} }\n\nb if input.nmae\n`;
  return errorsOf(text, { annotations: true, schemas, schemaAnnotations: true });
}

test("a schema annotation makes a misspelt key of one rule an error", () => {
  expect(annotated("input: schema.person", 'input.nmae == "x"')).toEqual([
    'p.rego:6: rego_type_error: undefined ref: input.nmae\n\tinput.nmae\n\t      ^\n\t      have: "nmae"\n\t      want (one of): ["age" "name"]',
  ]);
  expect(annotated("input: schema.person", 'input.name == "x"')).toEqual([]);
});

test("a schema may describe a part of a document, or be written out", () => {
  expect(annotated("input.who: schema.person", "input.who.age == input.other")).toEqual([]);
  expect(annotated("input.who: schema.person", 'input.who.age == "x"')[0]).toContain("left  : number");
  expect(annotated("data.acl: schema.names", "lower(data.acl[0]) == 1")[0]).toContain("match error");
  expect(annotated("input: {type: string}", "input.x == 1")[0]).toContain("undefined ref: input.x");
});

test("a schema that does not exist is an error at the rule", () => {
  expect(annotated("input: schema.nobody", "input.x == 1")).toEqual(["p.rego:6: rego_type_error: undefined schema: schema.nobody"]);
});

test("a schema's name may need brackets", () => {
  const named = new Map<string, unknown>([["schema.a-b.c", person]]);
  const text = 'package p\n\n# METADATA\n# schemas:\n#   - input: schema["a-b"].c\na if input.nmae\n';
  expect(errorsOf(text, { annotations: true, schemas: named, schemaAnnotations: true })[0]).toContain("undefined ref: input.nmae");
  expect(errorsOf(text, { annotations: true, schemas, schemaAnnotations: true })).toEqual([
    'p.rego:6: rego_type_error: undefined schema: schema["a-b"].c',
  ]);
});

test("annotations say nothing unless they are asked for", () => {
  const text = "package p\n\n# METADATA\n# schemas:\n#   - input: schema.person\na if input.nmae\n";
  expect(errorsOf(text, { annotations: true, schemas })).toEqual([]);
});

test("an inner annotation wins over that of its package", () => {
  const text = [
    "# METADATA",
    "# schemas:",
    "#   - input: schema.names",
    "package p",
    "",
    "# METADATA",
    "# schemas:",
    "#   - input: schema.person",
    'a if input.name == "x"',
    "",
    "b if input.name",
    "",
  ].join("\n");
  const found = errorsOf(text, { annotations: true, schemas, schemaAnnotations: true });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^p.rego:11: /);
});

test("the host's schema of input holds everywhere, for queries too", () => {
  const global = new Map<string, unknown>([["schema", person]]);
  expect(errorsOf("package p\n\na if input.nmae\n", { schemas: global })[0]).toContain("undefined ref: input.nmae");
  expect(queryOf(policyOf("package p\n\na := 1\n", { schemas: global }), "input.nmae").errors[0]).toContain("undefined ref: input.nmae");
  expect(errorsOf("package p\n\na := 1\n", { schemas: new Map([["schema", { type: "nope" }]]) })[0]).toContain(
    "unable to compile the schema",
  );
});
