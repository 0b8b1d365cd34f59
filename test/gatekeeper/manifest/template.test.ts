import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../src/gatekeeper/manifest/template.ts";
import { complaint, template } from "../../support/gatekeeper.ts";

describe("templates", () => {
  it("turn rego and libs into code, over an entry that is there for Rego", () => {
    const read = readTemplate(
      template({
        rego: "package a",
        libs: ["package lib.b"],
        target: { code: [{ engine: "Rego", source: { rego: "old", version: "v1" } }] },
      }),
    );
    expect("template" in read && read.template.targets[0]?.code).toEqual([
      { engine: "Rego", source: { rego: "package a", libs: ["package lib.b"] }, path: ["spec", "targets", 0], legacy: true },
    ]);
  });

  it.each([
    ["no kind", template({ kind: "", name: "x" }), 'invalid ConstraintTemplate: ConstraintTemplate "x" does not specify CRD Kind'],
    [
      "another name",
      template({ name: "other" }),
      'invalid ConstraintTemplate: the ConstraintTemplate\'s name "other" is not equal to the lowercase of CRD\'s Kind: "deny"',
    ],
    [
      "an unknown target",
      template({ target: { target: "foo" } }),
      'invalid ConstraintTemplate: target "foo" not recognized, known targets [admission.k8s.gatekeeper.sh]',
    ],
    ["an empty target", template({ target: { target: "" } }), "invalid ConstraintTemplate: target name must not be empty"],
    [
      "no code",
      template({ rego: "" }),
      'no language driver is installed that handles this constraint template: available drivers: map[Rego:1], wanted ""',
    ],
    [
      "a version nobody has",
      template({ version: "v9" }),
      'no kind "ConstraintTemplate" is registered for version "templates.gatekeeper.sh/v9" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      "a number for Rego",
      template({ target: { rego: 3 } }),
      "json: cannot unmarshal number into Go struct field Target.spec.targets.rego of type string",
    ],
    [
      "a text for the schema",
      template({ schema: "x" }),
      "json: cannot unmarshal string into Go struct field Validation.spec.crd.spec.validation.openAPIV3Schema of type v1.JSONSchemaProps",
    ],
    [
      "a source that is a text",
      template({ rego: "", target: { code: [{ engine: "Rego", source: "x" }] } }),
      "could not recognize the type",
    ],
    [
      "a source without rego",
      template({ rego: "", target: { code: [{ engine: "Rego", source: {} }] } }),
      "rego source missing required field: rego",
    ],
    ["no source", template({ rego: "", target: { code: [{ engine: "Rego" }] } }), "rego source missing required field: source"],
    [
      "a bad library",
      template({ rego: "", target: { code: [{ engine: "Rego", source: { rego: "x", libs: [3] } }] } }),
      ".libs accessor error: contains non-string key in the slice: 3 is of the type float64, expected string: while extracting Rego libs",
    ],
  ])("with %s are refused", (_, object, text) => expect(complaint(object)).toBe(text));
});
