import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/rego/index.ts";
import { run } from "../support/command.ts";
import { BAD, CONSTRAINT, GOOD, TEMPLATE } from "../support/policies.ts";

const files = {
  "/w/p/t.yaml": TEMPLATE,
  "/w/p/c.yml": CONSTRAINT,
  "/w/p/readme.md": "# no",
  "/w/bad.yaml": BAD,
  "/w/good.json": '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"good","labels":{"owner":"me"}}}',
};

describe("test", () => {
  it("prints a line for each violation and fails on a denial", async () => {
    expect(await run(["test", "-f", "p", "--filename=bad.yaml", "-f=good.json"], { files })).toMatchObject({
      code: 1,
      out: 'v1/Pod ns/bad: ["pods-need-owners"] Message: "bad has no \\"owner\\""\n',
      err: "",
    });
  });

  it("is silent and content when nothing is wrong", async () => {
    expect(await run(["test", "-f", "p", "-f", "good.json"], { files })).toMatchObject({ code: 0, out: "", err: "" });
  });

  it("reads standard input beside files", async () => {
    expect((await run(["test", "-f", "p"], { files, stdin: BAD })).code).toBe(1);
    expect((await run(["test"], { stdin: [TEMPLATE, CONSTRAINT, GOOD].join("\n---\n") })).code).toBe(0);
  });

  it("does not fail for warnings, and prints only denials when asked", async () => {
    const warn = { ...files, "/w/p/c.yml": `${CONSTRAINT}  enforcementAction: warn\n` };
    expect(await run(["test", "-f", "p", "-f", "bad.yaml"], { files: warn })).toMatchObject({
      code: 0,
      out: expect.stringContaining("bad has no"),
    });
    expect(await run(["test", "-f", "p", "-f", "bad.yaml", "--deny-only"], { files: warn })).toMatchObject({ code: 0, out: "" });
  });

  it("gives JSON with the fields of the original", async () => {
    const { out } = await run(["test", "-f", "p", "-f", "bad.yaml", "-o", "json"], { files });
    expect(JSON.parse(out)).toEqual([
      {
        target: "admission.k8s.gatekeeper.sh",
        msg: 'bad has no "owner"',
        metadata: { details: { size: 1000000 } },
        constraint: expect.objectContaining({ kind: "NeedsOwner", spec: expect.objectContaining({ enforcementAction: "deny" }) }),
        enforcementAction: "deny",
        violatingObject: { apiVersion: "v1", kind: "Pod", metadata: { name: "bad", namespace: "ns" } },
        trace: null,
      },
    ]);
    expect((await run(["test", "-f", "p", "-f", "good.json", "-ojson"], { files })).out).toBe("null");
  });

  it("gives YAML with the nesting of the original", async () => {
    const { out } = await run(["test", "-f", "p", "-f", "bad.yaml", "-o=YAML"], { files });
    expect(out).toMatch(/^- result:\n {4}target: admission\.k8s\.gatekeeper\.sh\n {4}msg: bad has no "owner"\n/);
    expect(parseYaml(out)).toMatchObject({
      value: [
        {
          result: { enforcementaction: "deny", scopedenforcementactions: [], constraint: { object: { kind: "NeedsOwner" } } },
          trace: null,
        },
      ],
    });
    expect((await run(["test", "-f", "p", "-f", "good.json", "-oyaml"], { files })).out).toBe("[]\n");
  });

  it("measures when asked", async () => {
    const { out } = await run(["test", "-f", "p", "-f", "bad.yaml", "-ojson", "--stats"], { files });
    expect(JSON.parse(out)).toMatchObject({
      results: [{}],
      stats: [
        {
          scope: "template",
          statsFor: "NeedsOwner",
          stats: [
            { name: "templateRunTimeNS", source: { type: "engine", value: "Rego" } },
            { name: "constraintCount", value: 1 },
          ],
        },
      ],
    });
  });

  it("shows what policies print, after the results", async () => {
    expect((await run(["test", "-f", "p", "-f", "bad.yaml", "-v"], { files })).out).toMatch(/Message: .*\n\nlooking at bad\n\n$/);
  });

  it.each([
    [["test"], {}, "no input data identified\n"],
    [["test", "-f", "none"], {}, 'reading: reading from filenames: stat on path "none": stat none: no such file or directory\n'],
    [
      ["test", "-f", "x.txt"],
      { "/w/x.txt": "a" },
      'reading: reading from filenames: path "x.txt" must be of extensions: [.yaml .yml .json]\n',
    ],
    [
      ["test", "-f", "x.yaml"],
      { "/w/x.yaml": "a: [" },
      'reading: reading from filenames: reading file "x.yaml": reading yaml source: error converting YAML to JSON: yaml: line 1: did not find expected node content\n',
    ],
    [
      ["test", "-f", "c.yaml"],
      { "/w/c.yaml": CONSTRAINT },
      'auditing objects: adding constraint "pods-need-owners": missing ConstraintTemplate: template "needsowner" not found\n',
    ],
  ])("%j fails", async (argv, given, err) => {
    const ran = await run(argv, { files: given });
    expect([ran.code, ran.err.slice(0, err.length)]).toEqual([1, err]);
  });

  it("shows where in the file a policy is wrong, below the original's text", async () => {
    const broken = TEMPLATE.replace("sprintf(", "sprinf(");
    const { code, err } = await run(["test", "-f", "t.yaml"], { files: { "/w/t.yaml": `# first\n---\n${broken}` } });
    expect(code).toBe(1);
    expect(err.split("\n").slice(0, 5)).toEqual([
      'auditing objects: adding template "needsowner": unable to compile modules: 1 error occurred: template:6: rego_type_error: undefined function sprinf',
      "  in document 2 of t.yaml, which starts at line 3",
      "  t.yaml:20:18",
      '              msg := sprinf("%v has no \\"owner\\"", [input.review.object.metadata.name])',
      "                     ^",
    ]);
  });

  it("shows which document of a file cannot be read, and its line in the file", async () => {
    const { code, err } = await run(["test", "-f", "x.yaml"], { files: { "/w/x.yaml": `${BAD}\n---\nkind: Pod\nspec: [1\nx: 2\n` } });
    expect(code).toBe(1);
    const [, document, place, line] = err.split("\n");
    const row = BAD.split("\n").length + 2;
    expect(document).toBe(`  in document 2 of x.yaml, which starts at line ${row}`);
    expect(place).toBe(`  x.yaml:${row + 2}:2`);
    expect(line).toBe("    x: 2");
  });

  it.each<[string, { readonly spec?: string; readonly version?: string }, string, string]>([
    ["an unknown field", { spec: "{zork: 1}" }, "c.yaml:4:8", "  spec: {zork: 1}"],
    ["a field of a wrong type", { spec: "{match: {kinds: Pod}}" }, "c.yaml:4:16", "  spec: {match: {kinds: Pod}}"],
    ["a selector", { spec: '{match: {namespaceSelector: {matchLabels: {"a b": c}}}}' }, "c.yaml:4:36", ""],
    ["a version", { version: "v2" }, "c.yaml:1:1", "  apiVersion: constraints.gatekeeper.sh/v2"],
  ])("shows the line of %s of a constraint", async (_, { spec = "{}", version = "v1beta1" }, place, line) => {
    const text = `apiVersion: constraints.gatekeeper.sh/${version}\nkind: NeedsOwner\nmetadata: {name: x}\nspec: ${spec}\n`;
    const { code, err } = await run(["test", "-f", "p", "-f", "c.yaml"], { files: { ...files, "/w/c.yaml": text } });
    expect(code).toBe(1);
    expect(err).toContain(`\n  in document 1 of c.yaml, which starts at line 1\n  ${place}\n  ${line}`);
  });

  it.each([
    ['{type: object, x-kubernetes-validations: [{rule: "true && self.zork"}]}', '.zork"}]}'],
    ["{type: object, properties: {a: {type: nope}}}", "type: nope}}}"],
    ["{type: object, properties: {a: {minimum: x}}}", "minimum: x}}}"],
  ])("shows the place in a template's schema: %s", async (schema, wrong) => {
    const text = TEMPLATE.replace("      names:\n", `      validation:\n        openAPIV3Schema: ${schema}\n      names:\n`);
    const { err } = await run(["test", "-f", "t.yaml"], { files: { "/w/t.yaml": text } });
    const [, row, col] = /t\.yaml:(\d+):(\d+)/.exec(err) ?? [];
    expect((text.split("\n")[Number(row) - 1] ?? "").slice(Number(col) - 1)).toBe(wrong);
  });

  it("refuses mutators beside expansion templates, which it would have to apply", async () => {
    const mutator = "apiVersion: mutations.gatekeeper.sh/v1\nkind: Assign\nmetadata: {name: more}\n";
    const expansion = `apiVersion: expansion.gatekeeper.sh/v1beta1
kind: ExpansionTemplate
metadata: {name: pods}
spec: {applyTo: [{groups: [apps], kinds: [Deployment], versions: [v1]}], templateSource: spec.template, generatedGVK: {kind: Pod, group: "", version: v1}}
`;
    const withBoth = await run(["test", "-f", "p", "-f", "m.yaml"], { files: { ...files, "/w/m.yaml": `${mutator}---\n${expansion}` } });
    expect(withBoth.code).toBe(1);
    expect(withBoth.err).toContain(
      'error creating expander: Assign "more": mutators are not applied to generated resources yet\n  in document 1 of m.yaml',
    );
    expect((await run(["test", "-f", "p", "-f", "m.yaml"], { files: { ...files, "/w/m.yaml": mutator } })).code).toBe(0);
    expect((await run(["test", "-f", "p", "-f", "m.yaml"], { files: { ...files, "/w/m.yaml": expansion } })).code).toBe(0);
  });

  it("warns of objects that are defined twice", async () => {
    const { err } = await run(["test", "-f", "bad.yaml", "-f", "again.yaml"], { files: { ...files, "/w/again.yaml": BAD } });
    expect(err).toMatch(/WARNING - Resource named "bad" \(from file: "again\.yaml"\) is already defined in file: "bad\.yaml"\n/);
    expect(err).toContain("\n  document 1 of again.yaml, which starts at line 1, and document 1 of bad.yaml, which starts at line 1\n");
  });

  it("shows a table with colours in a terminal, and what it comes to", async () => {
    const { out } = await run(["test", "-f", "p", "-f", "bad.yaml"], { files, terminal: true });
    expect(out).toBe(
      '\u001b[1mACTION  OBJECT      CONSTRAINT        MESSAGE\u001b[0m\n\u001b[31mdeny\u001b[0m    Pod ns/bad  pods-need-owners  bad has no "owner"\n\n1 violation in 3 objects: 1 deny\n',
    );
    expect((await run(["test", "-f", "p", "-f", "good.json"], { files, terminal: true })).out).toBe("no violations in 3 objects\n");
  });

  it("explains a violation by its rule, its values and the place in the object", async () => {
    const { out } = await run(["test", "-f", "p", "-f", "bad.yaml", "--explain"], { files });
    expect(out.split("\n").slice(1)).toEqual([
      "  decided by template needsowner for constraint NeedsOwner/pods-need-owners",
      "  rule at p/t.yaml:15:9",
      '            violation[{"msg": msg, "details": {"size": 1000000}}] {',
      "  object metadata.labels is missing",
      '  object metadata.name is "bad"',
      "",
    ]);
  });

  it("explains through rules that others take their violations from, and finds the part a variable stands for", async () => {
    const rego =
      'violation[x] { found[x] }\n        found[{"msg": msg}] {\n          c := input.review.object.spec.containers[_]\n          c.port < 80\n          msg := sprintf("low %v", [c.name])\n        }';
    const deeper = { ...files, "/w/p/t.yaml": `${TEMPLATE.slice(0, TEMPLATE.indexOf("        violation"))}        ${rego}\n` };
    const object = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, port: 90}, {name: b, port: 7}]}\n";
    const { out } = await run(["test", "-f", "p", "-f", "x.yaml", "--explain"], { files: { ...deeper, "/w/x.yaml": object } });
    expect(out).toContain("  rule at p/t.yaml:16:9\n");
    expect(out).toContain("  object spec.containers[1] is c\n  object spec.containers[1].port is 7\n");
  });
});
