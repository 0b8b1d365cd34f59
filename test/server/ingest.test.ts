/** Templates that come while the API server answers badly: what it could not be told is told later. */
import { expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { KubeClient } from "../../src/server/cluster/client.ts";
import { PodStatuses } from "../../src/server/cluster/pod-status.ts";
import { isPassing, KubeError, type KubeTransport } from "../../src/server/cluster/transport.ts";
import { readServerConfig } from "../../src/server/config.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { makeMetrics } from "../../src/server/effects/metrics.ts";
import { installationOf } from "../../src/server/installation.ts";
import { startIngestion } from "../../src/server/loops/ingest.ts";
import { publisher } from "../../src/server/loops/publish.ts";
import { Tracker } from "../../src/server/loops/tracker.ts";
import { PolicyStore } from "../../src/server/policy-store.ts";
import { WorkQueue } from "../../src/server/work-queue.ts";
import { eventually } from "../support/cluster.ts";

const TEMPLATE: PlainObject = {
  apiVersion: "templates.gatekeeper.sh/v1",
  kind: "ConstraintTemplate",
  metadata: { name: "nolatest", uid: "t1", resourceVersion: "1", generation: 1 },
  spec: {
    crd: { spec: { names: { kind: "NoLatest" } } },
    targets: [{ target: "admission.k8s.gatekeeper.sh", rego: 'package x\n\nviolation[{"msg": "no"}] { true }' }],
  },
};

/** An API server with one template that does not answer the first questions about definitions, pods and statuses. */
function ailing(written: Map<string, PlainObject>): KubeTransport {
  const failures = new Map<string, number>();
  return {
    request: async ({ method, path, body }) => {
      if (path.endsWith("/constrainttemplates")) return { items: [TEMPLATE], metadata: { resourceVersion: "1" } };
      const what = ["customresourcedefinitions", "pods", "constrainttemplatepodstatuses"].find((each) => path.includes(`/${each}`));
      if (what === undefined) return { items: [], metadata: { resourceVersion: "1" } };
      const failed = failures.get(what) ?? 0;
      failures.set(what, failed + 1);
      if (failed < 2) throw failed === 0 ? new Error("connect ECONNREFUSED") : new KubeError(503, "ServiceUnavailable", "not now");
      const key = method === "POST" ? `${path}/${String((body as { readonly metadata: { readonly name: string } }).metadata.name)}` : path;
      if (method === "GET" && !written.has(key)) throw new KubeError(404, "NotFound", key);
      if (method === "POST" && written.has(key)) throw new KubeError(409, "AlreadyExists", key);
      if (method !== "GET") written.set(key, body as PlainObject);
      return written.get(key) ?? {};
    },
    stream: async ({ signal }) =>
      (async function* () {
        await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      })(),
    close: async () => undefined,
  };
}

it("what the API server could not be told while it was away is told when it answers again", async () => {
  const written = new Map<string, PlainObject>();
  const client = new KubeClient(ailing(written));
  const log = makeLogger({ level: "ERROR" }, { write: () => undefined });
  const read = readServerConfig([], {});
  if ("error" in read) throw new Error(read.error);
  const store = new PolicyStore(installationOf(read.config));
  const pod = { name: "gatekeeper-0", namespace: "gatekeeper-system", operations: ["webhook", "generate"] };
  const ingestion = startIngestion({
    client,
    store,
    log,
    metrics: makeMetrics(),
    tracker: new Tracker(),
    statuses: new PodStatuses(client, pod, () => undefined),
    podNamespace: "gatekeeper-system",
    publishTemplate: publisher(client),
    retries: new WorkQueue({ workers: 1, failed: () => undefined, again: isPassing, pauseMillis: 20 }),
    taken: new Map(),
    onSeen: () => undefined,
    onSyncChange: () => undefined,
  });
  await eventually("the definition is made", () =>
    [...written.keys()].some((path) => path.endsWith("/customresourcedefinitions/nolatest.constraints.gatekeeper.sh")),
  );
  const status = "/apis/status.gatekeeper.sh/v1beta1/namespaces/gatekeeper-system/constrainttemplatepodstatuses/gatekeeper--0-nolatest";
  await eventually("the status is written, without the error of before", () => {
    const said = written.get(status)?.["status"] as PlainObject | undefined;
    return said !== undefined && said["errors"] === undefined;
  });
  expect(store.current.templates.size).toBe(1);
  await ingestion.stop();
});
