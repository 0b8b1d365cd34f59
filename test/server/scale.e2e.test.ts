/**
 * Large clusters, against a real kube-apiserver: 1,000 namespaces, 20,000 objects, 10,000 constraints applied at once. Minutes long, so it runs
 * only with PORTCULLIS_SLOW=1; it prints its figures.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import type { KubeClient } from "../../src/server/cluster/client.ts";
import { constraintResource } from "../../src/server/cluster/kinds.ts";
import { type ApiServer, apiServerMissing, freePort, startApiServer } from "../support/api-server.ts";
import { ask, type ClusterServer, connect, create, eventually, installation, startServer } from "../support/cluster.ts";
import { namespaceReview } from "../support/embedded.ts";

const skip = apiServerMissing !== undefined || process.env["PORTCULLIS_SLOW"] !== "1";
const NAMESPACES = 1_000;
const OBJECTS = 20_000;
const CONSTRAINTS = 10_000;

const say = (text: string): void => void process.stdout.write(`scale: ${text}\n`);

async function many(count: number, make: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await make(next++);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

const TEMPLATE: PlainObject = {
  apiVersion: "templates.gatekeeper.sh/v1",
  kind: "ConstraintTemplate",
  metadata: { name: "scalelabels" },
  spec: {
    crd: {
      spec: {
        names: { kind: "ScaleLabels" },
        validation: { openAPIV3Schema: { type: "object", properties: { label: { type: "string" } } } },
      },
    },
    targets: [
      {
        target: "admission.k8s.gatekeeper.sh",
        rego: `package scale

violation[{"msg": msg}] {
  label := input.parameters.label
  not input.review.object.metadata.labels[label]
  msg := sprintf("label %v is missing", [label])
}
`,
      },
    ],
  },
};

const scaleConstraint = (name: string, kind: string): PlainObject => ({
  apiVersion: "constraints.gatekeeper.sh/v1beta1",
  kind: "ScaleLabels",
  metadata: { name },
  spec: { match: { kinds: [{ apiGroups: [""], kinds: [kind] }] }, parameters: { label: name } },
});

describe.skipIf(skip)("a large cluster", { timeout: 900_000 }, () => {
  let api: ApiServer;
  let client: KubeClient;
  let server: ClusterServer;
  let port: number;

  beforeAll(async () => {
    api = await startApiServer();
    client = await connect(api);
    port = await freePort();
    const namespaces = { group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false };
    const maps = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
    const started = Date.now();
    await many(NAMESPACES, (i) => client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: `scale-${i}` } }));
    await many(OBJECTS, (i) => {
      const namespace = `scale-${i % NAMESPACES}`;
      const data = { text: "x".repeat(500) };
      return client.create(maps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `map-${i}`, namespace }, data }, namespace);
    });
    say(`${NAMESPACES} namespaces and ${OBJECTS} objects made in ${(Date.now() - started) / 1000} s`);
    for (const object of installation(port)) await create(client, object);
    server = await startServer(api, port, "gatekeeper-0", ["--audit-interval=5", "--log-level=WARNING"]);
    await eventually("the server is ready", async () => (await fetch(`http://127.0.0.1:${server.healthPort}/readyz`)).status === 200);
  }, 600_000);

  afterAll(async () => {
    await server?.stop(500);
    await client?.transport.close();
    await api?.stop();
  }, 60_000);

  it("is audited whole", async () => {
    await create(client, TEMPLATE);
    await create(client, scaleConstraint("audited", "ConfigMap"));
    const status = await eventually(
      "the audit has counted every object",
      async () => {
        const found = await client.get(constraintResource("ScaleLabels"), { name: "audited" });
        const { totalViolations, violations } = (found?.["status"] ?? {}) as {
          readonly totalViolations?: number;
          readonly violations?: readonly unknown[];
        };
        return (totalViolations ?? 0) >= OBJECTS && { totalViolations, violations };
      },
      240_000,
    );
    expect(status.violations).toHaveLength(20);
    const metrics = await (await fetch(`http://127.0.0.1:${server.healthPort}/metrics`)).text();
    const seconds = Number(/^gatekeeper_audit_duration_seconds_sum (\S+)/m.exec(metrics)?.[1]);
    const runs = Number(/^gatekeeper_audit_duration_seconds_count (\S+)/m.exec(metrics)?.[1]);
    const memory = process.memoryUsage().rss / 1024 / 1024;
    say(`an audit took ${(seconds / runs).toFixed(1)} s on average of ${runs}; ${memory.toFixed(0)} MB resident with this test's own`);
  });

  it("takes 10,000 constraints at once and goes on answering", async () => {
    const started = Date.now();
    const slowest = { millis: 0 };
    let done = false;
    const asking = (async () => {
      for (; !done; await new Promise((resolve) => setTimeout(resolve, 100))) {
        const asked = performance.now();
        expect(await ask(port, namespaceReview())).toMatch(/"allowed":(true|false)/);
        slowest.millis = Math.max(slowest.millis, performance.now() - asked);
      }
    })();
    await many(CONSTRAINTS, (i) =>
      client.create(
        constraintResource("ScaleLabels"),
        scaleConstraint(`many-${i}`, i === CONSTRAINTS - 1 ? "Namespace" : `Other${i % 100}`),
      ),
    );
    say(`${CONSTRAINTS} constraints made in ${(Date.now() - started) / 1000} s`);
    await eventually(
      "the last one is in force",
      async () => (await ask(port, namespaceReview())).includes(`[many-${CONSTRAINTS - 1}] label many-${CONSTRAINTS - 1} is missing`),
      300_000,
    );
    say(`all in force after ${(Date.now() - started) / 1000} s; the slowest answer meanwhile took ${slowest.millis.toFixed(0)} ms`);
    done = true;
    await asking;
    const metrics = await (await fetch(`http://127.0.0.1:${server.healthPort}/metrics`)).text();
    expect(metrics).toContain(`gatekeeper_constraints{enforcement_action="deny",status="active"} ${CONSTRAINTS + 1}`);
    await eventually(
      "the status of the last one says that it is enforced",
      async () => {
        const found = await client.get(constraintResource("ScaleLabels"), { name: `many-${CONSTRAINTS - 1}` });
        const { byPod } = (found?.["status"] ?? {}) as { readonly byPod?: readonly { readonly enforced?: boolean }[] };
        return byPod?.some(({ enforced }) => enforced === true);
      },
      180_000,
    );
    say(`their statuses are written after ${(Date.now() - started) / 1000} s`);
  });
});
