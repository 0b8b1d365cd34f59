/** Events about violations, against an API server that remembers what it was sent. */
import { describe, expect, it } from "vitest";
import { type KubeObject, reviewOf } from "../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../src/rego/index.ts";
import { KubeClient } from "../../src/server/cluster/client.ts";
import { EventSender } from "../../src/server/cluster/events.ts";
import { KubeError, type KubeTransport } from "../../src/server/cluster/transport.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { eventually } from "../support/cluster.ts";

type Sent = readonly [method: string, path: string, body: PlainObject];

function remembering(sent: Sent[], gone: Set<string>): KubeClient {
  const transport: KubeTransport = {
    request: async ({ method, path, body }) => {
      const name = path.split("/").at(-1) ?? "";
      if (method === "PATCH" && gone.has(name)) throw new KubeError(404, "NotFound", name);
      sent.push([method, path, body as PlainObject]);
      return { metadata: { name: `event-${sent.length}` } };
    },
    stream: async () => (async function* () {})(),
    close: async () => undefined,
  };
  return new KubeClient(transport);
}

const constraint: KubeObject = { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: "NoLatest", metadata: { name: "no-latest" } };
const object: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", uid: "u1", resourceVersion: "7" } };
const result = { kind: "NoLatest", name: "no-latest", msg: "no", action: "deny", scopedActions: [], constraint } as never;

function sender(sent: Sent[], gone = new Set<string>(), involvedNamespace = false): EventSender {
  return new EventSender(remembering(sent, gone), makeLogger({ level: "ERROR" }), { podNamespace: "gatekeeper-system", involvedNamespace });
}

describe("events", () => {
  it("name the object, the constraint and the run, in Gatekeeper's namespace", async () => {
    const sent: Sent[] = [];
    sender(sent).audit(object, result, "no", "2026-01-01T00:00:00Z");
    await eventually("it is sent", () => sent.length === 1);
    const [[method, path, event] = ["", "", {}]] = sent;
    expect([method, path]).toEqual(["POST", "/api/v1/namespaces/gatekeeper-system/events"]);
    expect(event).toMatchObject({
      reason: "AuditViolation",
      message: "Resource Namespace: shop, Constraint: no-latest, Message: no",
      count: 1,
      involvedObject: { kind: "Pod", name: "web", namespace: "gatekeeper-system", uid: "Pod/shop/web/NoLatest//no-latest" },
      metadata: { annotations: { auditTimestamp: "2026-01-01T00:00:00Z", constraint_namespace: "", resource_name: "web" } },
    });
    expect(event["involvedObject"]).not.toHaveProperty("apiVersion");
  });

  it("are put into the object's own namespace when that is asked for", async () => {
    const sent: Sent[] = [];
    sender(sent, new Set(), true).audit(object, result, "no", "t");
    await eventually("it is sent", () => sent.length === 1);
    expect(sent[0]?.[1]).toBe("/api/v1/namespaces/shop/events");
    expect(sent[0]?.[2]).toMatchObject({
      message: "Constraint: no-latest, Message: no",
      involvedObject: { namespace: "shop", uid: "u1", resourceVersion: "7" },
    });
  });

  it("that say the same again are counted up, and made anew once the API server has forgotten them", async () => {
    const sent: Sent[] = [];
    const gone = new Set<string>();
    const events = sender(sent, gone);
    for (const run of ["one", "two", "three"]) events.audit(object, result, "no", run);
    await eventually("all are sent", () => sent.length === 3);
    expect(sent.map(([method, path]) => `${method} ${path.split("/").at(-1)}`)).toEqual(["POST events", "PATCH event-1", "PATCH event-1"]);
    expect(sent[2]?.[2]).toMatchObject({ count: 3, metadata: { annotations: { auditTimestamp: "three" } } });
    gone.add("event-1");
    events.audit(object, result, "no", "four");
    await eventually("it is made anew", () => sent.length === 4);
    expect(sent[3]?.[0]).toBe("POST");
    expect(sent[3]?.[2]).toMatchObject({ count: 1 });
  });

  it("of an admission say who asked", async () => {
    const sent: Sent[] = [];
    const read = reviewOf(object);
    if ("error" in read) throw new Error(read.error);
    sender(sent).admission(read.review, { results: [result], stats: [], pending: [], trace: undefined } as never);
    await eventually("it is sent", () => sent.length === 1);
    expect(sent[0]?.[2]).toMatchObject({
      reason: "FailedAdmission",
      message: 'Admission webhook "validation.gatekeeper.sh" denied request, Resource Namespace: shop, Constraint: no-latest, Message: no',
      source: { component: "gatekeeper-webhook" },
    });
  });
});
