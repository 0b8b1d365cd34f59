import { describe, expect, it } from "vitest";
import { checkOwnResource, gvkOf, type KubeObject, nameOf, readReview } from "../../../src/gatekeeper/index.ts";
import { constraint, load, pod, template } from "../../support/gatekeeper.ts";

function check(object: KubeObject, { operation = "CREATE", checkActions = true, name = nameOf(object) } = {}) {
  const body = operation === "DELETE" ? { oldObject: object } : { object };
  const read = readReview({ ...body, operation, name, kind: { ...gvkOf(object) } });
  if ("error" in read) throw new Error(read.error);
  return checkOwnResource(load([template()]), read.review.request, { checkActions });
}

const config = (name: string): KubeObject => ({ apiVersion: "config.gatekeeper.sh/v1alpha1", kind: "Config", metadata: { name } });

const expansion = (spec: object, name = "pods"): KubeObject =>
  ({ apiVersion: "expansion.gatekeeper.sh/v1beta1", kind: "ExpansionTemplate", metadata: { name }, spec }) as KubeObject;
const POD = { group: "", version: "v1", kind: "Pod" };
const APPLY = [{ groups: ["apps"], versions: ["v1"], kinds: ["Deployment"] }];

describe("Gatekeeper's own resources at admission", () => {
  it("are let through when nothing is wrong, and others are none of its business", () => {
    expect(check(template())).toBeUndefined();
    expect(check(constraint())).toBeUndefined();
    expect(check(config("config"))).toBeUndefined();
    expect(check(expansion({ applyTo: APPLY, templateSource: "spec.template", generatedGVK: POD }))).toBeUndefined();
    expect(check(pod("x".repeat(70)))).toBeUndefined();
  });

  it("a template's code is not compiled here", () => expect(check(template({ rego: "nonsense" }))).toBeUndefined());

  it.each<[string, KubeObject, object]>([
    [
      "a bad template",
      template({ name: "other" }),
      {
        code: 422,
        message: 'invalid ConstraintTemplate: the ConstraintTemplate\'s name "other" is not equal to the lowercase of CRD\'s Kind: "deny"',
      },
    ],
    [
      "a star beside operations",
      template({ target: { operations: ["*", "CREATE"] } }),
      { code: 500, message: "if '*' is present, must not specify other operations" },
    ],
    ["a bad constraint", constraint({ x: 1 }), { code: 422, message: "invalid Constraint: unknown fields: [spec.x]" }],
    [
      "an unknown action",
      constraint({ enforcementAction: "no" }),
      { code: 500, message: 'unrecognized enforcementAction: "no" is not within the supported list [deny dryrun warn scoped]' },
    ],
    [
      "an expansion template without a source",
      expansion({ applyTo: APPLY, generatedGVK: POD }),
      { code: 422, message: "ExpansionTemplate pods has empty source field" },
    ],
    [
      "one that expands what it generates",
      expansion({ applyTo: [{ groups: [""], versions: ["v1"], kinds: ["Pod"] }], templateSource: "spec", generatedGVK: POD }),
      { code: 422, message: "ExpansionTemplate pods generates GVK /v1, Kind=Pod, but also applies to that same GVK" },
    ],
    ["another Config", config("other"), { code: 422, message: "config resource must have name 'config'" }],
    [
      "a long name",
      constraint({}, { name: "a".repeat(64) }),
      { code: 500, message: "resource cannot have metadata.name larger than 63 char; length: 64" },
    ],
  ])("%s is refused", (_, object, refusal) => expect(check(object)).toEqual(refusal));

  it("may have any action when actions are not checked", () =>
    expect(check(constraint({ enforcementAction: "no" }), { checkActions: false })).toBeUndefined());

  it("are checked as they were when they are deleted, one at a time", () => {
    expect(check(config("other"), { operation: "DELETE" })).toMatchObject({ code: 422 });
    expect(check(config("other"), { operation: "DELETE", name: "" })).toBeUndefined();
  });
});
