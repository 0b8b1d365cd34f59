import { describe, expect, it } from "vitest";
import { isExcluded, readConfig, syncedKinds, traceFor } from "../../../src/gatekeeper/index.ts";
import { load } from "../../support/gatekeeper.ts";

const object = {
  apiVersion: "config.gatekeeper.sh/v1alpha1",
  kind: "Config",
  metadata: { name: "config", namespace: "gatekeeper-system" },
  spec: {
    match: [
      { processes: ["webhook", "audit"], excludedNamespaces: ["kube-*"] },
      { processes: ["*"], excludedNamespaces: ["all"] },
    ],
    sync: { syncOnly: [{ group: "", version: "v1", kind: "Pod" }] },
    validation: { traces: [{ user: "eve", kind: { group: "", version: "v1", kind: "Pod" }, dump: "All" }] },
  },
};
const config = readConfig(object);
if ("error" in config) throw new Error(config.error);

describe("the Config", () => {
  it("excludes namespaces per process", () => {
    expect(isExcluded(config, "webhook", "kube-system")).toBe(true);
    expect(isExcluded(config, "sync", "kube-system")).toBe(false);
    expect(isExcluded(config, "sync", "all")).toBe(true);
    expect(isExcluded(config, "audit", "")).toBe(false);
    expect(isExcluded(undefined, "audit", "kube-system")).toBe(false);
  });

  it("names the requests to trace", () => {
    expect(traceFor(config, "eve", { group: "", version: "v1", kind: "Pod" })?.dump).toBe("All");
    expect(traceFor(config, "eve", { group: "", version: "v1", kind: "Node" })).toBeUndefined();
  });

  it("adds its kinds to those of the SyncSets, each once", () => {
    const syncSet = {
      apiVersion: "syncset.gatekeeper.sh/v1alpha1",
      kind: "SyncSet",
      metadata: { name: "s" },
      spec: {
        gvks: [
          { group: "", version: "v1", kind: "Pod" },
          { group: "apps", version: "v1", kind: "Deployment" },
        ],
      },
    };
    expect(syncedKinds(load([object, syncSet])).map(({ kind }) => kind)).toEqual(["Pod", "Deployment"]);
  });
});
