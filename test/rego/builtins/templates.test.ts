import { describe, expect, it } from "vitest";
import { templates } from "../../../src/rego/builtins/templates.ts";
import { RegoObject } from "../../../src/rego/values/rego-object.ts";
import { RegoSet } from "../../../src/rego/values/rego-set.ts";
import type { PlainObject } from "../../../src/rego/values/value.ts";
import { num } from "../../support/call-builtin.ts";
import { boundedContext, callsOf } from "../../support/call-family.ts";

const { answer, answerIn, value } = callsOf(templates);
const NUMBERED = new RegoObject();
NUMBERED.set(1, "x");
const DATA: PlainObject = { s: "x<y", n: num("1.50"), l: ["a", "b"], m: { k: true }, z: null };

function render(template: string): unknown {
  return value("strings.render_template", template, DATA);
}

function failure(template: string): string {
  return answer("strings.render_template", template, DATA).replace("eval_builtin_error: strings.render_template: template: template:", "");
}

describe("templates", () => {
  it.each([
    ["a {{.s}} b", "a x<y b"],
    ["{{.n}} {{.l}} {{.m}}", "1.50 [a b] map[k:true]"],
    ["{{.missing}} {{.m.nope}} {{.z}}", "<undefined> <undefined> <undefined>"],
    ["{{range $i, $e := .l}}{{$i}}={{$e}};{{else}}none{{end}}", "0=a;1=b;"],
    ["{{range $k, $v := .m}}{{$k}}:{{$v}}{{end}}", "k:true"],
    ["{{range 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}", "02"],
    ["{{with .m}}{{.k}}{{else}}no{{end}}{{if .z}}1{{else if .s}}2{{end}}", "true2"],
    ["{{$x := 1}}{{$x = 2}}{{$x}}", "2"],
    ['{{define "T"}}[{{.}}]{{end}}{{template "T" .s}}{{block "B" .n}}<{{.}}>{{end}}', "[x<y]<1.50>"],
    ["a {{- 1 -}} b{{/* c */}}", "a1b"],
    ['{{printf "%q %05.1f %T" .s 1.25 .n}}', '"x<y" 001.2 json.Number'],
    ['{{.s | html}} {{js "<"}} {{urlquery "a b"}}', "x&lt;y \\u003C a+b"],
    ['{{index .l 1}} {{index .m "k"}} {{len .s}} {{slice .s 1 2}}', "b true 3 <"],
    ["{{and 1 0}} {{or 0 2}} {{not true}} {{lt 1 2}} {{eq .n `1.50`}}", "0 2 false true true"],
    ["{{0x1F}} {{1e3}} {{'a'}} {{1_000}}", "31 1000 97 1000"],
  ])("%s gives %s", (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    ["{{if}}", "1: missing value for if"],
    ["{{.s", "1: unclosed action"],
    ["\n{{$y}}", '2: undefined variable "$y"'],
    ["{{end}}", "1: unexpected {{end}}"],
    ["{{break}}", "1: {{break}} outside {{range}}"],
    ["{{nope}}", '1: function "nope" not defined'],
    ["{{if .s}}", "1: unexpected EOF"],
    ["{{index .l 9}}", '1:2: executing "template" at <index .l 9>: error calling index: index out of range: 9'],
    ["{{.s.x}}", `1:4: executing "template" at <.s.x>: can't evaluate field x in type interface {}`],
    ["{{eq .n 1}}", '1:2: executing "template" at <eq .n 1>: error calling eq: incompatible types for comparison: json.Number and int'],
    ['{{template "T"}}', '1:11: executing "template" at <{{template "T"}}>: template "T" not defined'],
  ])("%s is refused: %s", (template, text) => {
    expect(failure(template)).toBe(text);
  });
});

describe("variables of a template", () => {
  it.each([
    ["a set", RegoSet.of(["x"]), "invalid character '}' after object key"],
    ["an empty set", new RegoSet(), "invalid character 's' looking for beginning of value"],
    ["a key that is no string", NUMBERED, "invalid character '1' looking for beginning of object key string"],
    ["a character that Rego writes \\a", "\u0007", "invalid character 'a' in string escape code"],
  ])("cannot hold %s, whether the template reads it or not", (_, hostile, text) => {
    expect(answer("strings.render_template", "a {{", { a: hostile })).toBe(`eval_builtin_error: strings.render_template: ${text}`);
  });
});

describe("hostile templates", () => {
  it("that loop on and on end at the budget", () => {
    expect(() => answerIn(boundedContext(10_000), "strings.render_template", "{{range 1000000000000}}{{end}}", {})).toThrow("budget");
    const doubling = `{{$x := "aaaa"}}${"{{$x = print $x $x}}".repeat(60)}`;
    expect(() => answerIn(boundedContext(1_000_000), "strings.render_template", doubling, {})).toThrow("budget");
  });

  it("that nest on and on are refused", () => {
    expect(failure('{{define "T"}}{{template "T"}}{{end}}{{template "T"}}')).toContain("exceeded maximum template depth");
    expect(failure(`{{${"(".repeat(5000)}`)).toContain("max expression depth exceeded");
    expect(failure("{{if .s}}".repeat(5000))).toContain("max block depth exceeded");
  });
});
