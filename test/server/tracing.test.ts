import { describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { type AdmissionParts, admit } from "../../src/server/admission.ts";
import { readServerConfig } from "../../src/server/config.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { installationOf } from "../../src/server/installation.ts";
import { PolicyStore } from "../../src/server/policy-store.ts";
import { constraint, pod, template } from "../support/gatekeeper.ts";

const POD = { group: "", version: "v1", kind: "Pod" };

/** What is logged of a request by `user` when the Config asks for these traces. */
async function loggedFor(user: string, traces: readonly PlainObject[]): Promise<readonly string[]> {
  const read = readServerConfig([], {});
  if ("error" in read) throw new Error(read.error);
  const store = new PolicyStore(installationOf(read.config));
  const config = {
    apiVersion: "config.gatekeeper.sh/v1alpha1",
    kind: "Config",
    metadata: { name: "config", namespace: "gatekeeper-system" },
    spec: { validation: { traces } },
  };
  for (const object of [template(), constraint(), config]) expect(store.apply(object as PlainObject)).toBeUndefined();
  const lines: string[] = [];
  const parts: AdmissionParts = {
    store,
    meter: { request: () => undefined, evaluation: () => undefined },
    log: makeLogger({ level: "INFO" }, { write: (line: string) => void lines.push(line) }),
    ownUser: "nobody",
    checkActions: true,
    logDenies: false,
    logStats: false,
    namespace: () => undefined,
    answer: async () => new Error("nobody answers"),
  };
  const request = { uid: "u", kind: POD, operation: "CREATE", name: "a", userInfo: { username: user }, object: pod("a") };
  await admit(parts, request as unknown as PlainObject, { aborted: false, signal: new AbortController().signal });
  return lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
}

describe("traces that a Config asks for", () => {
  it("are logged for the user and the kind it names, and for no others", async () => {
    const [trace, ...more] = await loggedFor("ann", [{ user: "ann", kind: POD }]);
    expect(trace).toMatch(/^Target: admission\.k8s\.gatekeeper\.sh\nTrace:\n[\s\S]*Result\(0\):/);
    expect(more).toEqual([]);
    expect(await loggedFor("bob", [{ user: "ann", kind: POD }])).toEqual([]);
    expect(await loggedFor("ann", [{ user: "ann", kind: { ...POD, kind: "Service" } }])).toEqual([]);
  });

  it("come with everything that is loaded when a dump is asked for", async () => {
    const lines = await loggedFor("ann", [{ user: "ann", kind: POD, dump: "All" }]);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^DRIVER: Rego:[\s\S]*"modules"/);
  });
});
