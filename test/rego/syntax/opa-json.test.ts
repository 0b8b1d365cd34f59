import { describe, expect, it } from "vitest";
import { compactJson } from "../../../src/rego/syntax/json-text.ts";
import { moduleToOpaJson, termToOpaJson } from "../../../src/rego/syntax/opa-json.ts";
import { parseTerm } from "../../../src/rego/syntax/parser.ts";
import { prettyModule } from "../../../src/rego/syntax/pretty.ts";
import { parseOpaJson, readOpaModule } from "../../support/opa-json.ts";
import { moduleOf } from "./parse-support.ts";

function termJson(text: string): string {
  const { term } = parseTerm({ name: "", text });
  return term === undefined ? "" : compactJson(termToOpaJson(term));
}

describe("OPA's JSON of trees", () => {
  it("keeps the spelling of numbers", () => {
    expect(termJson("1.50")).toBe('{"type":"number","value":1.50}');
  });

  it("writes null as an empty object and sets in order", () => {
    expect(termJson("null")).toBe('{"type":"null","value":{}}');
    expect(termJson("{2, 1}")).toBe('{"type":"set","value":[{"type":"number","value":1},{"type":"number","value":2}]}');
  });

  it("has the fields of a rule in OPA's order", () => {
    const json = moduleToOpaJson(moduleOf("f(x) := y if not x\nelse := 2"));
    const [rule] = json["rules"] as readonly { readonly [name: string]: unknown }[];
    expect(Object.keys(rule ?? {})).toEqual(["body", "else", "head"]);
    expect(Object.keys((rule?.["head"] ?? {}) as object)).toEqual(["name", "args", "value", "assign", "ref"]);
  });

  it("escapes what HTML would take for markup", () => {
    expect(compactJson({ a: ["<&>", 1], b: {}, c: [] })).toBe('{"a":["\\u003c\\u0026\\u003e",1],"b":{},"c":[]}');
  });

  it("with locations says all that the tree says", () => {
    const module = moduleOf('# note\nq[x].y contains {"a": [x | x = 1.50]} if { some x in {1, 2}; every k, v in x { k }; $"{x}b" }');
    const read = readOpaModule(parseOpaJson(compactJson(moduleToOpaJson(module, { locations: true }))), module.source, "v1");
    expect(compactJson(moduleToOpaJson(read, { locations: true }))).toBe(compactJson(moduleToOpaJson(module, { locations: true })));
  });
});

describe("outlines", () => {
  it("show one node a line", () => {
    expect(prettyModule(moduleOf("q := 1 if not x"))).toBe(
      [
        "module",
        " package",
        "  ref",
        "   data",
        '   "p"',
        " rule",
        "  head",
        "   ref",
        "    q",
        "   1",
        "  body",
        "   expr negated index=0",
        "    x",
        "",
      ].join("\n"),
    );
  });

  it("read a percent sign as OPA's printer does", () => {
    expect(prettyModule(moduleOf('q := "%d%%"'))).toContain('"%!d(MISSING)%"');
  });
});
