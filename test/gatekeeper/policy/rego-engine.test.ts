import { describe, expect, it } from "vitest";
import { complaint, constraint, judge, load, messages, pod, template } from "../../support/gatekeeper.ts";

const rule = (body: string, head = '{"msg": msg}'): string => `package anything\nviolation[${head}] { ${body} }`;
const lib = 'package lib.x\na = "from lib"\nf(y) = y';

function said(
  rego: string,
  { libs = [], parameters }: { readonly libs?: readonly string[]; readonly parameters?: object } = {},
): readonly string[] {
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const spec = parameters === undefined ? {} : { parameters: parameters as never };
  return messages(judge(load([template({ rego, libs, schema }), constraint(spec)]), pod("p", "ns", { spec: { n: 1_000_000 } })));
}

describe("the Rego engine", () => {
  it.each([
    ["a module that does not parse", rule("msg := "), /^invalid ConstraintTemplate: 1 error occurred: template:2: rego_parse_error: /],
    ["a module without statements", "# nothing", /^invalid ConstraintTemplate: template:0: rego_parse_error: empty module$/],
    [
      "no violation",
      "package a\nb = 1",
      /^invalid ConstraintTemplate: invalid rego: invalid module: missing required rules: \[violation\]$/,
    ],
    [
      "an import from elsewhere",
      `package a\nimport data.foo\n${rule("true", '{"msg": "a"}').split("\n")[1]}`,
      /^invalid ConstraintTemplate: invalid import: bad import: "data.foo"$/,
    ],
    [
      "an import of input",
      `package a\nimport input.foo\n${rule("true", '{"msg": "a"}').split("\n")[1]}`,
      /^invalid ConstraintTemplate: invalid import: cannot import input: "input.foo"$/,
    ],
    [
      "an import of the inventory",
      `package a\nimport data.inventory\n${rule("true", '{"msg": "a"}').split("\n")[1]}`,
      /bad import: "data.inventory"$/,
    ],
    [
      "other data",
      rule("msg := data.foo.bar; data[x]"),
      /^invalid ConstraintTemplate: invalid data references: check refs failed on module \{template\}: errors \(2\):\ndisallowed ref data\.foo\.bar\ndisallowed ref data\[x\]\n$/,
    ],
    ["its own package", rule("data.template.violation", '{"msg": "a"}'), /disallowed ref data\.template\.violation/],
    ["other data in with", rule("true with data.foo as {}", '{"msg": "a"}'), /disallowed ref data\.foo/],
    [
      "an unknown function",
      rule("msg := foo(1)"),
      /^unable to compile modules: 1 error occurred: template:2: rego_type_error: undefined function foo$/,
    ],
    [
      "a function called violation",
      'package a\nviolation(x) = {"msg": "a"} { true }',
      /hooks\.hooks_builtin:15: rego_type_error: function data\.template\.violation\[r\] used as reference, not called/,
    ],
    ["members without a message", rule("true", '{"foo": 1}'), /hooks\.hooks_builtin:21: rego_type_error: undefined ref: r\.msg/],
  ])("refuses %s", (_, rego, text) => expect(complaint(template({ rego }))).toMatch(text));

  it.each([
    ["package foo", /^invalid ConstraintTemplate: invalid lib prefix: path data\.foo not found in lib prefixes$/],
    ["package lib", /path data\.lib not found in lib prefixes$/],
    ["package lib.x\na = data.foo", /check refs failed on module \{libs\["lib_0"\]\}/],
    ["package lib.x\na = ", /libs\["lib_0"\]:2: rego_parse_error/],
  ])("refuses the library %j", (text, expected) => expect(complaint(template({ libs: [text] }))).toMatch(expected));

  it("reaches libraries through imports, from each other, and directly in an expression", () => {
    expect(said(`package a\nimport data.lib.x\nviolation[{"msg": x.a}] { true }`, { libs: [lib] })).toEqual(["from lib"]);
    expect(said(rule("msg := data.lib.x.a"), { libs: [lib] })).toEqual(["from lib"]);
    expect(
      said('package a\nimport data.lib.y\nviolation[{"msg": y.b}] { true }', {
        libs: [lib, 'package lib.y\nimport data.lib.x\nb = x.f("via")'],
      }),
    ).toEqual(["via"]);
  });

  it("does not see a library inside another term, as the original does not", () => {
    expect(said(rule("true", '{"msg": data.lib.x.a}'), { libs: [lib] })).toEqual([]);
  });

  it("speaks the new dialect only when the source says so", () => {
    const rego = 'package a\nviolation contains {"msg": "new"} if { true }';
    const code = (version: string) => template({ rego: "", target: { code: [{ engine: "Rego", source: { rego, version } }] } });
    expect(messages(judge(load([code("v1"), constraint()]), pod("p")))).toEqual(["new"]);
    expect(complaint(code("v2"))).toContain("rego_parse_error");
  });

  it("shows the review and the parameters, and nothing else", () => {
    expect(said(rule('msg := sprintf("%v", [object.keys(input)])'))).toEqual(['{"parameters", "review"}']);
    expect(said(rule('msg := sprintf("%v", [input.parameters])'))).toEqual(["{}"]);
    expect(said(rule('msg := sprintf("%v", [input.parameters])'), { parameters: { a: [1] } })).toEqual(['{"a": [1]}']);
  });

  it("prints large integers as integers", () => {
    expect(said(rule('msg := sprintf("%v %d", [input.review.object.spec.n, input.review.object.spec.n])'))).toEqual(["1000000 1000000"]);
  });

  it("counts equal violations once and sorts by message", () => {
    expect(said('package a\nviolation[{"msg": m}] { m := ["b", "a", "b"][_] }\nviolation[{"msg": "a", "details": {}}] { true }')).toEqual([
      "a",
      "b",
    ]);
  });

  it("takes the keys of an object as violations, and skips members that are none", () => {
    expect(said('package a\nviolation[x] = y { x := {"msg": "key"}; y := 1 }')).toEqual(["key"]);
  });

  it("shows a message that is no text as Rego shows it", () =>
    expect(said(rule("true", '{"msg": {"a": {1, 2}}}'))).toEqual(['{"a": {1, 2}}']));

  it("turns sets in details into lists", () => {
    const state = load([template({ rego: rule("true", '{"msg": "m", "details": {"s": {2, 1}}}') }), constraint()]);
    expect(judge(state, pod("p")).results[0]?.metadata).toEqual({ details: { s: [1, 2] } });
  });

  it("makes an evaluation error the violation of that constraint alone", () => {
    const rego =
      'package a\nviolation[{"msg": "m"}] { input.parameters.broken; f(1) == 2 }\nviolation[{"msg": "fine"}] { not input.parameters.broken }\nf(x) = 1\nf(x) = 2';
    const schema = { type: "object", properties: { broken: { type: "boolean" } } };
    const state = load([
      template({ rego, schema }),
      constraint({ parameters: { broken: true } }, { name: "bad" }),
      constraint({}, { name: "good" }),
    ]);
    const results = judge(state, pod("p")).results;
    expect(results.map(({ name, msg }) => [name, msg.slice(0, 34)])).toEqual([
      ["good", "fine"],
      ["bad", "template:5: eval_conflict_error: f"],
    ]);
    expect(results[1]?.metadata).toEqual({ details: null });
  });

  it("asks for external data and goes on with the answer", () => {
    const rego = rule('r := external_data({"provider": "p", "keys": ["k"]}); msg := sprintf("%v", [r.responses])');
    const state = load([template({ rego }), constraint()]);
    const first = judge(state, pod("p"));
    expect(first.results).toEqual([]);
    expect(first.pending).toMatchObject([{ builtin: "external_data", operands: [{ provider: "p", keys: ["k"] }] }]);
    const answers = new Map(
      first.pending.map(({ key }) => [key, { responses: [["k", "v"]], errors: [], status_code: 200, system_error: "" }]),
    );
    expect(messages(judge(state, pod("p"), { answers }))).toEqual(['[["k", "v"]]']);
  });

  it("prints where printing is wanted", () => {
    const lines: string[] = [];
    judge(load([template({ rego: rule('print("hello", input.review.object.metadata.name); msg := "m"') }), constraint()]), pod("p"), {
      onPrint: (line) => lines.push(line),
    });
    expect(lines).toEqual(["hello p"]);
  });
});
