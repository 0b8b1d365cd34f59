import { describe, expect, it } from "vitest";
import { circularTemplates, type ExpansionTemplate, expandObject, readExpansionTemplate } from "../../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../../src/rego/index.ts";

function expansion(spec: PlainObject, name = "expand"): PlainObject {
  return { apiVersion: "expansion.gatekeeper.sh/v1beta1", kind: "ExpansionTemplate", metadata: { name }, spec };
}

const spec = (from: string, to: string, group = ""): PlainObject => ({
  applyTo: [{ groups: ["apps", "batch"], versions: ["v1"], kinds: [from] }],
  templateSource: "spec.template",
  generatedGVK: { group, version: "v1", kind: to },
});

function read(object: PlainObject): ExpansionTemplate {
  const found = readExpansionTemplate(object);
  if ("error" in found) throw new Error(found.error);
  return found.template;
}

const deployment: PlainObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "Web", namespace: "ns" },
  spec: { template: { metadata: { labels: { a: "b" }, name: "mine" }, spec: { containers: [] } } },
};

describe("expansion", () => {
  it("makes an object of its parent's template, with a name, a namespace and an owner", () => {
    expect(expandObject(deployment, { templates: [read(expansion(spec("Deployment", "Pod")))], namespace: undefined })).toMatchObject({
      resultants: [
        {
          object: {
            apiVersion: "v1",
            kind: "Pod",
            metadata: {
              labels: { a: "b" },
              name: "web-pod",
              namespace: "ns",
              ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "Web", uid: "" }],
            },
            spec: { containers: [] },
          },
        },
      ],
    });
  });

  it("goes on with what it made, the deepest first", () => {
    const templates = [read(expansion(spec("CronJob", "Job", "batch"), "a")), read(expansion(spec("Job", "Pod"), "b"))];
    const cron = { ...deployment, apiVersion: "batch/v1", kind: "CronJob", spec: { template: { spec: { template: { spec: {} } } } } };
    const found = expandObject(cron, { templates, namespace: undefined });
    expect("resultants" in found && found.resultants.map(({ object, template }) => [object["kind"], template.name])).toEqual([
      ["Pod", "b"],
      ["Job", "a"],
    ]);
  });

  it("says what is missing", () => {
    const templates = [read(expansion(spec("Deployment", "Pod")))];
    expect(expandObject({ ...deployment, spec: {} }, { templates, namespace: undefined })).toEqual({
      error: 'could not find source field "spec.template" in resource Web',
    });
    expect(expandObject({}, { templates, namespace: undefined })).toEqual({ error: "cannot expand resource  with empty GVK" });
  });

  it("finds templates that run in a circle", () => {
    const a = read(expansion(spec("A", "B", "apps"), "a"));
    const b = read(expansion(spec("B", "A", "apps"), "b"));
    const c = read(expansion(spec("C", "A", "apps"), "c"));
    expect(circularTemplates([a, c]).map(({ name }) => name)).toEqual([]);
    expect(circularTemplates([b, c, a]).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it.each<[PlainObject, string]>([
    [expansion({}, ""), "ExpansionTemplate has empty name field"],
    [expansion({}), "ExpansionTemplate expand has empty source field"],
    [expansion({ templateSource: "a" }), "ExpansionTemplate expand has empty generatedGVK field"],
    [expansion({ templateSource: "a", generatedGVK: { kind: "Pod", version: "v1" } }), "ExpansionTemplate expand must specify ApplyTo"],
    [
      expansion(spec("Deployment", "Deployment", "apps")),
      "ExpansionTemplate expand generates GVK apps/v1, Kind=Deployment, but also applies to that same GVK",
    ],
  ])("%j is refused", (object, error) => expect(readExpansionTemplate(object)).toMatchObject({ error }));
});
