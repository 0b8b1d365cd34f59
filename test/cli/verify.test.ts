import { describe, expect, it } from "vitest";
import { run } from "../support/command.ts";
import { BAD, CONSTRAINT, GOOD, TEMPLATE } from "../support/policies.ts";

const suite = (cases: string, more = ""): string => `apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests:
  - name: owners
    template: t.yaml
    constraint: c.yaml
${more}    cases:
${cases}`;

const entry = (name: string, object: string, assertions: string): string => `      - name: ${name}
        object: ${object}
        assertions: ${assertions}
`;

const files = { "/w/s/t.yaml": TEMPLATE, "/w/s/c.yaml": CONSTRAINT, "/w/s/bad.yaml": `# a comment\n---\n${BAD}`, "/w/s/good.yaml": GOOD };
const passing = suite(
  entry("allowed", "good.yaml", "[{violations: no}]") + entry("denied", "bad.yaml", "[{violations: 1, message: 'has no'}]"),
);

function verify(text: string, argv: readonly string[] = ["s/suite.yaml"], more: Readonly<Record<string, string>> = {}) {
  return run(["verify", ...argv], { files: { ...files, "/w/s/suite.yaml": text, ...more } });
}

const steady = (text: string): string => text.replace(/\d+\.\d{3}s/g, "T");

describe("verify", () => {
  it("passes a suite whose cases hold", async () => {
    expect(await verify(passing)).toMatchObject({ code: 0, err: "" });
    expect(steady((await verify(passing)).out)).toBe("ok\ts/suite.yaml\tT\nPASS\n\n");
  });

  it("tells every step when asked, with what policies print", async () => {
    expect(steady((await verify(passing, ["s/suite.yaml", "-v"])).out)).toBe(
      [
        "=== RUN   owners",
        "    === RUN   allowed",
        "    --- PASS: allowed\t(T)",
        "    === RUN   denied",
        "        === PRINT ===",
        "        looking at bad",
        "    --- PASS: denied\t(T)",
        "--- PASS: owners\t(T)",
        "ok\ts/suite.yaml\tT",
        "PASS",
        "\n",
      ].join("\n"),
    );
  });

  it("fails a case that does not hold", async () => {
    const ran = await verify(suite(entry("allowed", "bad.yaml", "[{violations: no}]")));
    expect(ran.code).toBe(1);
    expect(ran.err).toBe("Error: FAIL\n");
    expect(steady(ran.out)).toBe(
      '    --- FAIL: allowed\t(T)\n        unexpected number of violations: got 1 violations but want none: got messages [bad has no "owner"]\n--- FAIL: owners\t(T)\nFAIL\ts/suite.yaml\tT\nFAIL\n\n',
    );
  });

  it.each([
    ["no object", entry("a", '""', "[{violations: no}]"), "invalid Case: must define object"],
    ["no assertions", entry("a", "bad.yaml", "[]"), "invalid Case: assertions must be non-empty"],
    ["no file", entry("a", "none.yaml", "[{}]"), "open w/s/none.yaml: no such file or directory"],
    ["two objects", entry("a", "two.yaml", "[{}]"), 'object file must contain exactly one object: "w/s/two.yaml" defines 2 objects'],
    ["an empty file", entry("a", "empty.yaml", "[{}]"), 'missing objects: path "w/s/empty.yaml" defines no YAML objects'],
    [
      "a review without a request",
      entry("a", "review.yaml", "[{}]"),
      "missing an AdmissionRequest object: request did not actually pass in an AdmissionRequest",
    ],
    [
      "a review with a misspelled field",
      entry("a", "typo.yaml", "[{}]"),
      'not a valid AdmissionReview object: unable to convert to an AdmissionReview object, error: strict decoding error: unknown field "request.objet"',
    ],
    [
      "a review whose request is a text",
      entry("a", "text.yaml", "[{}]"),
      "not a valid AdmissionReview object: unable to convert to an AdmissionReview object, error: cannot restore struct from: string",
    ],
  ])("reports a case with %s", async (_, cases, text) => {
    const review = "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n";
    const ran = await verify(suite(cases), ["s/suite.yaml"], {
      "/w/s/two.yaml": `${BAD}---\n${GOOD}`,
      "/w/s/empty.yaml": "# nothing\n",
      "/w/s/review.yaml": review,
      "/w/s/text.yaml": `${review}request: none\n`,
      "/w/s/typo.yaml": `${review}request: {objet: {kind: Pod}}\n`,
    });
    expect(ran.out).toContain(`        ${text}\n`);
    expect(ran.code).toBe(1);
  });

  it("judges a whole AdmissionReview as it is", async () => {
    const review = `apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n  operation: DELETE\n  oldObject: {apiVersion: v1, kind: Pod, metadata: {name: gone}}\n`;
    const ran = await verify(suite(entry("a", "review.yaml", "[{message: gone has no}]")), ["s/suite.yaml"], {
      "/w/s/review.yaml": review,
    });
    expect(ran.code).toBe(0);
  });

  it("wants the schema to refuse an invalid constraint", async () => {
    const invalid = suite("      []\n", "    invalid: true\n");
    expect((await verify(invalid)).out).toContain(
      "constraint should have failed schema validation: got error %!w(<nil>) but want schema validation failed",
    );
    expect((await verify(invalid, ["s/suite.yaml"], { "/w/s/c.yaml": `${CONSTRAINT}  enforcementAction: 3\n` })).code).toBe(0);
  });

  it("generates objects from workloads", async () => {
    const expansion = `apiVersion: expansion.gatekeeper.sh/v1alpha1
kind: ExpansionTemplate
metadata: {name: expand}
spec:
  applyTo: [{groups: [apps], versions: [v1], kinds: [Deployment]}]
  templateSource: spec.template
  generatedGVK: {group: "", version: v1, kind: Pod}
`;
    const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {metadata: {}}}\n";
    const text = suite(entry("a", "d.yaml", "[{violations: 1, message: 'Implied by expand. web-pod has no'}]"), "    expansion: e.yaml\n");
    expect(await verify(text, ["s/suite.yaml"], { "/w/s/d.yaml": deployment, "/w/s/e.yaml": expansion })).toMatchObject({ code: 0 });
  });

  it("finds suites below a directory and picks cases by name", async () => {
    const other = { "/w/s/deep/x.yaml": "kind: Other\n" };
    expect(steady((await verify(passing, ["s/..."], other)).out)).toBe("ok\ts/suite.yaml\tT\nPASS\n\n");
    expect(steady((await verify(passing, ["s", "-v", "--run", "//denied"])).out)).toContain("    === SKIP  allowed\n");
    expect(steady((await verify(passing, ["s", "-v", "--run", "nothing"])).out)).toContain("=== SKIP  owners\n");
  });

  it.each([
    [["none"], "listing test files: stat w/none: no such file or directory"],
    [["s/suite.yaml/..."], 'listing test files: can only recursively traverse directories, not a directory: "w/s/suite.yaml"'],
    [["s/x.json"], 'listing test files: unsupported extension: ".json"'],
    [["s", "--run", "a//b//c"], 'compiling filter: invalid test filter: a filter may include at most one "//"'],
  ])("%j fails", async (argv, text) => {
    expect(await verify(passing, argv, { "/w/s/x.json": "{}" })).toMatchObject({ code: 1, err: `Error: ${text}\n` });
  });

  it("names the template's line when its policy is wrong", async () => {
    const ran = await verify(passing, ["s/suite.yaml"], { "/w/s/t.yaml": TEMPLATE.replace("sprintf(", "sprinf(") });
    const error =
      "  adding template: unable to compile modules: 1 error occurred: template:6: rego_type_error: undefined function sprinf\n";
    expect(ran.out).toContain(`${error}FAIL\t`);
    expect(ran.err).toContain('Error: FAIL\n  s/suite.yaml, test "owners":\n  /w/s/t.yaml:18:18 (document 1)\n');
  });
});
