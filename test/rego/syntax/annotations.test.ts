import { describe, expect, it } from "vitest";
import { annotateModule } from "../../../src/rego/syntax/parser.ts";
import { errorsOf, moduleOf } from "./parse-support.ts";

const annotated = { annotations: true } as const;

/** The fields of the only block, whose YAML is given. */
function fieldsOf(yaml: string): unknown {
  const [block] = moduleOf(`# METADATA\n# ${yaml.split("\n").join("\n# ")}\nq := 1`, annotated).annotations;
  return block?.fields;
}

function faultsOf(yaml: string): readonly string[] {
  return errorsOf(`# METADATA\n# ${yaml.split("\n").join("\n# ")}\nq := 1`, annotated);
}

describe("annotations", () => {
  it("are read only when asked for, and then also later", () => {
    const module = moduleOf("# METADATA\n# title: t\nq := 1");
    expect(module.annotations).toEqual([]);
    expect(annotateModule(module).module?.rules[0]?.annotations[0]?.fields).toEqual({ title: "t" });
  });

  it("stand for the package, for one rule, or for all rules of a name", () => {
    const text = ["# METADATA", "# title: one", "q := 1 if x", "# METADATA", "# scope: document", "# title: all", "q := 2 if y"];
    const { rules, annotations } = moduleOf(text.join("\n"), annotated);
    expect(annotations.map(({ scope }) => scope)).toEqual(["rule", "document"]);
    expect(rules.map((rule) => rule.annotations.map(({ fields }) => fields["title"]))).toEqual([["one", "all"], ["all"]]);
  });

  it("have fields of their own types", () => {
    expect(fieldsOf("title: 1.50\nentrypoint: yes\norganizations: [a, 2]\ncustom: {a: yes, b: [1, null]}")).toEqual({
      title: "1.50",
      entrypoint: true,
      organizations: ["a", "2"],
      custom: { a: "yes", b: [1, null] },
    });
  });

  it("take authors and resources in two forms", () => {
    expect(fieldsOf("authors: [Jo Do <jo@do.io>, {email: x}]\nrelated_resources: [https://a.io, {ref: b, description: ' c '}]")).toEqual({
      authors: [{ name: "Jo Do", email: "jo@do.io" }, { email: "x" }],
      related_resources: [{ ref: "https://a.io" }, { ref: "b", description: "c" }],
    });
  });

  it("take schemas by reference and in place", () => {
    expect(fieldsOf("schemas: [{input: schema.a}, {data.b.c: {type: object}}]")).toEqual({
      schemas: [
        { path: ["input"], schema: ["schema", "a"] },
        { path: ["data", "b", "c"], definition: { type: "object" } },
      ],
    });
  });

  it("that do not fit are faulted in OPA's words", () => {
    expect(faultsOf("title: [1]")).toEqual(["yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string"]);
    expect(faultsOf("title: {{.a}}")).toEqual(["yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into string"]);
    expect(faultsOf("title: {a: 1, a: 2}")).toEqual(['yaml: unmarshal errors:\n  line 1: mapping key "a" already defined at line 1']);
    expect(faultsOf("labels: {a: {{b}}}")).toEqual(['yaml: invalid map key: map[string]interface {}{"b":interface {}(nil)}']);
    expect(faultsOf("scope: x")).toEqual(["invalid annotation scope 'x'. Use one of 'rule', 'document', 'package', or 'subpackages'"]);
    expect(faultsOf("scope: package")).toEqual(["annotation scope 'package' must be applied to package (have rule)"]);
    expect(faultsOf("scope: rule\nentrypoint: true")).toEqual(["annotation entrypoint applied to non-document or package scope 'rule'"]);
    expect(faultsOf("authors: [3]")).toEqual(["invalid author definition %!s(int=3): invalid value type, must be string or map"]);
    expect(faultsOf("title:x")[0]).toContain("Hint: on line 3, symbol(s) ['x'] immediately following a key/value separator ':'");
    expect(errorsOf("# METADATA\nq := 1", annotated)).toEqual(["expected METADATA block, found whitespace"]);
  });

  it("make __proto__ a key like any other", () => {
    expect(Object.entries((fieldsOf("custom: {__proto__: 1}") as { readonly custom: object }).custom)).toEqual([["__proto__", 1]]);
  });
});
