import { describe, expect, it } from "vitest";
import { run } from "../support/command.ts";
import { TEMPLATE } from "../support/policies.ts";

const needing = TEMPLATE.replace(
  "  name: needsowner\n",
  `  name: needsowner\n  annotations:\n    metadata.gatekeeper.sh/requires-sync-data: |\n      "[[{"groups":["", "apps"],"versions":["v1"],"kinds":["Thing"]}]]"\n`,
);
const syncSet = (group: string): string =>
  `apiVersion: syncset.gatekeeper.sh/v1alpha1\nkind: SyncSet\nmetadata: {name: s}\nspec: {gvks: [{group: "${group}", version: v1, kind: Thing}]}\n`;
const manifest =
  "apiVersion: gvkmanifest.gatekeeper.sh/v1alpha1\nkind: GVKManifest\nmetadata: {name: m}\nspec: {groups: {apps: {v1: [Thing]}}}\n";
const config =
  "apiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: {name: config}\nspec: {sync: {syncOnly: [{group: apps, version: v1, kind: Thing}]}}\n";

function test(documents: readonly string[], ...flags: readonly string[]) {
  return run(["sync", "test", "-n", "f.yaml", ...flags], { files: { "/w/f.yaml": documents.join("---\n") } });
}

describe("sync test", () => {
  it("is content when a kind is synced and the cluster has it", async () => {
    expect(await test([needing, syncSet("apps"), manifest])).toMatchObject({ code: 0, out: "", err: "" });
    expect(await test([needing, config, manifest])).toMatchObject({ code: 0 });
  });

  it("names requirements that are not met", async () => {
    expect(await test([needing, syncSet(""), manifest])).toMatchObject({
      code: 1,
      err: "the following requirements were not met: \nneedsowner:\n- /v1:Thing OR apps/v1:Thing\n\n",
    });
  });

  it("needs to know what the cluster has, unless told to trust", async () => {
    expect(await test([needing, syncSet("")])).toMatchObject({
      code: 1,
      err: "checking: no GVK manifest found; please provide a manifest enumerating the GVKs supported by the cluster\n",
    });
    expect(await test([needing, syncSet("")], "-f")).toMatchObject({
      code: 0,
      out: expect.stringContaining("ignoring absence of supported GVK manifest"),
    });
  });

  it("reports annotations it cannot read before anything else", async () => {
    const broken = needing.replace('"kinds"', '"kind"');
    expect(await test([broken, manifest])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^encountered errors parsing the following templates: \nneedsowner:\njson: unknown field "kind"\n\n/),
    });
  });

  it("skips what it does not need and refuses what there may be only one of", async () => {
    expect((await test(["kind: Pod\nmetadata: {name: p}\n", manifest])).out).toBe(
      'skipping unstructured "p" because it is not a syncset, config, gvk manifest, or template\n',
    );
    expect((await test([config, config])).err).toContain("checking: multiple configs found; Config is a singleton resource\n");
    expect((await test([manifest, manifest])).err).toContain("checking: multiple GVK manifests found;");
  });
});
