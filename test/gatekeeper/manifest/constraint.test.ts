import { describe, expect, it } from "vitest";
import { applyManifest, templateOf } from "../../../src/gatekeeper/index.ts";
import { complaint, constraint, load, template } from "../../support/gatekeeper.ts";

const strict = template({ schema: { type: "object", properties: { n: { type: "integer" }, d: { type: "string", default: "x" } } } });

describe("constraints", () => {
  it.each([
    ["no name", { ...constraint(), metadata: {} }, "invalid Constraint: missing metadata.name"],
    ["no kind", constraint({}, { kind: "" }), "invalid Constraint: missing kind"],
    ["no template", constraint({}, { kind: "Other" }), 'missing ConstraintTemplate: template "other" not found'],
    [
      "another spelling of the kind",
      constraint({}, { kind: "DENY" }),
      'invalid Constraint: wrong kind "c1" for constraint "DENY"; want "Deny"',
    ],
    [
      "a version nobody has",
      { ...constraint(), apiVersion: "constraints.gatekeeper.sh/v9" },
      'invalid Constraint: unsupported version "v9" for Constraint "c1"; supported versions: map[v1alpha1:true v1beta1:true]',
    ],
    [
      "a parameter of the wrong type",
      constraint({ parameters: { n: "x" } }),
      'schema validation failed: [].spec.parameters.n: Invalid value: "string": spec.parameters.n in body must be of type integer: "string"',
    ],
    [
      "unknown fields",
      constraint({ parameters: { z: 1 }, match: { y: 1 } }),
      "invalid Constraint: unknown fields: [spec.match.y spec.parameters.z]",
    ],
    [
      "a selector that is a list",
      constraint({ match: { labelSelector: ["a"] } }),
      "invalid Constraint: .spec.match.labelSelector accessor error: [a] is of the type []interface {}, expected map[string]interface{}",
    ],
    [
      "an unknown operator",
      constraint({ match: { namespaceSelector: { matchExpressions: [{ key: "a", operator: "is" }] } } }),
      'invalid Constraint: spec.labelSelector.matchExpressions[0].operator: Invalid value: "is": not a valid selector operator',
    ],
    [
      "scoped without a list",
      constraint({ enforcementAction: "scoped" }),
      "missing required field: spec.scopedEnforcementActions must be defined",
    ],
    [
      "a bad glob",
      constraint({ match: { namespaces: ["A"] } }),
      "schema validation failed: [].spec.match.namespaces[0]: Invalid value: \"A\": spec.match.namespaces[0] in body should match '^\\*?[-:a-z0-9]*\\*?$'",
    ],
  ])("with %s are refused", (_, object, text) => expect(complaint(strict, object)).toBe(text));

  it("get the defaults of their schema and lose their status", () => {
    const state = load([strict, { ...constraint({ parameters: {} }), status: { byPod: [] } }]);
    expect(templateOf(state, "Deny")?.constraints.get("c1")?.object).toEqual(
      constraint({ enforcementAction: "deny", parameters: { d: "x" } }),
    );
  });

  it("are refused without changing the state", () => {
    const state = load([strict]);
    const applied = applyManifest(state, constraint({ parameters: { n: "x" } }));
    expect("error" in applied && applied.error.kind).toBe("schema");
    expect(templateOf(state, "Deny")?.constraints.size).toBe(0);
  });

  it("may have any parameters under a legacy schema", () => {
    expect(complaint(template({ version: "v1beta1" }), constraint({ parameters: { any: { thing: [1] } } }))).toBe("");
    expect(complaint(template({}), constraint({ parameters: { any: 1 } }))).toBe("invalid Constraint: unknown fields: [spec.parameters]");
  });
});
