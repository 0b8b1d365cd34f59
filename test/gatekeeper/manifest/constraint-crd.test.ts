import { describe, expect, it } from "vitest";
import { checkConstraintCrd, constraintCrd } from "../../../src/gatekeeper/manifest/constraint-crd.ts";
import { readTemplate } from "../../../src/gatekeeper/manifest/template.ts";
import type { PlainObject, Value } from "../../../src/rego/index.ts";
import { type TemplateParts, template } from "../../support/gatekeeper.ts";

function read(parts: TemplateParts) {
  const found = readTemplate(template(parts));
  if ("error" in found) throw new Error(found.error);
  return found.template;
}

const PATH = "spec.validation.openAPIV3Schema.properties[spec].properties[parameters]";
const errors = (schema: Value): readonly string[] => checkConstraintCrd(read({ schema })).errors.map((line) => line.replace(PATH, "P"));

describe("the constraint definition", () => {
  it("has the names, labels, versions and columns that Gatekeeper gives it", () => {
    const crd = constraintCrd(read({ kind: "K8sThing", labels: { a: "b", "gatekeeper.sh/constraint": "no" }, schema: { type: "object" } }));
    expect(crd["metadata"]).toEqual({ name: "k8sthing.constraints.gatekeeper.sh", labels: { a: "b", "gatekeeper.sh/constraint": "yes" } });
    const spec = crd["spec"] as PlainObject;
    expect(spec["names"]).toEqual({
      kind: "K8sThing",
      listKind: "K8sThingList",
      plural: "k8sthing",
      singular: "k8sthing",
      categories: ["constraint", "constraints"],
    });
    expect((spec["versions"] as readonly PlainObject[]).map(({ name, served, storage }) => [name, served, storage])).toEqual([
      ["v1beta1", true, true],
      ["v1alpha1", true, false],
    ]);
  });

  it("has parameters only when the template has a schema for them", () => {
    expect(checkConstraintCrd(read({})).schema.properties.get("spec")?.properties.has("parameters")).toBe(false);
    expect(
      checkConstraintCrd(read({ version: "v1beta1" }))
        .schema.properties.get("spec")
        ?.properties.has("parameters"),
    ).toBe(true);
  });

  it.each<[Value, readonly string[]]>([
    [{ properties: { a: { type: "string" } } }, ["P.type: Required value: must not be empty for specified object fields"]],
    [{ type: "object", properties: { a: { type: "array" } } }, ["P.properties[a].items: Required value: must be specified"]],
    [{ type: "object", properties: { a: { type: "array", items: [] } } }, ["P.properties[a].items: Required value: must be specified"]],
    [
      { type: "object", properties: { a: { type: "string", default: 3 } } },
      ['P.properties[a].default: Invalid value: "integer":  in body must be of type string: "integer"'],
    ],
    [
      { type: "object", properties: { a: { type: "object", default: { z: 3 } } } },
      ['P.properties[a].default: Invalid value: {"z":3}: must not have unknown fields'],
    ],
    [
      { type: "object", properties: { a: { type: "string", anyOf: [{ type: "string" }] } } },
      ["P.properties[a].anyOf[0].type: Forbidden: must be empty to be structural"],
    ],
    [
      { type: "object", properties: { a: { type: "string", pattern: "(" } } },
      [
        'P.properties[a].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
      ],
    ],
    [{ type: "object", $ref: "#/x" }, ["P.$ref: Forbidden: $ref is not supported"]],
    [{ type: "foo" }, ['P.type: Unsupported value: "foo": supported values: "array", "boolean", "integer", "number", "object", "string"']],
    [
      { type: "object", properties: { b: { type: "array", items: { type: "object" }, "x-kubernetes-list-type": "map" } } },
      ["P.properties[b].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map"],
    ],
    [
      { type: "object", properties: { a: { "x-kubernetes-preserve-unknown-fields": true, "x-kubernetes-int-or-string": true } } },
      ["P.properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true"],
    ],
  ])("%j is refused", (schema, expected) => expect(errors(schema)).toEqual(expected));

  it("wants a kind that can be a resource", () => {
    expect(checkConstraintCrd(read({ kind: "Foo_Bar" })).errors.map((line) => line.split(":")[0])).toEqual([
      "metadata.name",
      "spec.names.plural",
      "spec.names.singular",
      "spec.names.kind",
      "spec.names.listKind",
    ]);
  });
});
