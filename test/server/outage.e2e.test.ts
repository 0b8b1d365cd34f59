/**
 * What the server does when the API server is not what it should be, with real faults: it forgets old versions, connections go silent, it is
 * frozen or gone for a minute. Minutes long, so it runs only with PORTCULLIS_SLOW=1; skips, saying why, where KUBEBUILDER_ASSETS has no API server.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { KubeClient, updateWithRetries } from "../../src/server/cluster/client.ts";
import { constraintResource, LEASES } from "../../src/server/cluster/kinds.ts";
import { startReflector } from "../../src/server/cluster/reflector.ts";
import type { KubeTransport } from "../../src/server/cluster/transport.ts";
import { type ApiServer, apiServerMissing, freePort, startApiServer } from "../support/api-server.ts";
import { type Blackhole, startBlackhole } from "../support/blackhole.ts";
import { ask, type ClusterServer, connect, create, eventually, installation, objectsOf, startServer } from "../support/cluster.ts";
import { namespaceReview } from "../support/embedded.ts";

const missing = process.env["PORTCULLIS_SLOW"] === "1" ? apiServerMissing : "PORTCULLIS_SLOW is not 1";
const [template = {}] = objectsOf(readFileSync(new URL("../../examples/required-labels/policies/template.yaml", import.meta.url), "utf8"));
const KIND = constraintResource("K8sRequiredLabels");
const MAPS = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };

const constraint = (name: string, label = name): PlainObject => ({
  apiVersion: "constraints.gatekeeper.sh/v1beta1",
  kind: "K8sRequiredLabels",
  metadata: { name },
  spec: { match: { kinds: [{ apiGroups: [""], kinds: ["Namespace"] }] }, parameters: { labels: [label] } },
});
const map = (name: string): PlainObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } });
const wait = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** The names of the constraints that deny a namespace without labels. */
async function denying(port: number): Promise<string> {
  const names = [...(await ask(port, namespaceReview())).matchAll(/\[([\w-]+)\] you must provide labels/g)].map(([, name]) => name);
  return names.sort().join(" ");
}

/** Asks the webhook again and again until told to stop; gives the answers that differ from the expected one, and how slow the slowest was. */
function askAllTheTime(port: number, expected: string): { end(): Promise<{ asked: number; wrong: readonly string[]; slowest: number }> } {
  let running = true;
  const wrong: string[] = [];
  let [asked, slowest] = [0, 0];
  const loop = (async () => {
    for (; running; await wait(50)) {
      const started = performance.now();
      const names = await denying(port).catch(String);
      slowest = Math.max(slowest, performance.now() - started);
      asked++;
      if (names !== expected) wrong.push(names);
    }
  })();
  return {
    end: async () => {
      running = false;
      await loop;
      return { asked, wrong, slowest };
    },
  };
}

/** A client that counts its streams and tells whether one was told that its version has expired. */
function watched(client: KubeClient): { readonly client: KubeClient; expired: boolean; streams: number } {
  const seen = { expired: false, streams: 0 };
  const transport: KubeTransport = {
    ...client.transport,
    stream: async (request) => {
      seen.streams++;
      const stream = await client.transport.stream(request);
      return (async function* () {
        for await (const chunk of stream) {
          seen.expired ||= /"type":"ERROR".*"code":410/.test(chunk.toString());
          yield chunk;
        }
      })();
    },
  };
  return Object.assign(seen, { client: new KubeClient(transport) });
}

const say = (text: string): void => void process.stdout.write(`outage: ${text}\n`);

if (missing !== undefined) process.stdout.write(`outage tests skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)("when the API server has a bad day", { timeout: 180_000 }, () => {
  let api: ApiServer;
  let client: KubeClient;
  let server: ClusterServer;
  let port: number;

  beforeAll(async () => {
    api = await startApiServer();
    client = await connect(api);
    port = await freePort();
    for (const object of installation(port)) await create(client, object);
    server = await startServer(api, port, "gatekeeper-0");
    await create(client, template);
    for (const name of ["stays", "changes", "goes"]) await create(client, constraint(name));
    await eventually("all three deny", async () => (await denying(port)) === "changes goes stays");
  }, 90_000);

  afterAll(async () => {
    await server?.stop(500);
    await client?.transport.close();
    await api?.stop();
  }, 30_000);

  const through = (proxy: Blackhole): ApiServer => ({
    ...api,
    kubeconfig: api.kubeconfig.replaceAll(api.url, `https://127.0.0.1:${proxy.port}`),
  });
  const reconnect = async (): Promise<void> => {
    await client.transport.close();
    client = await connect(api);
  };
  const statusOf = async (name: string): Promise<PlainObject> => ((await client.get(KIND, { name }))?.["status"] ?? {}) as PlainObject;

  it("and has forgotten all versions of before, what changed meanwhile counts, and what did not goes on counting", async () => {
    const seen = watched(await connect(api));
    const names = new Map<string, string>();
    const nameOf = (object: PlainObject): string => String((object["metadata"] as PlainObject)["name"]);
    const reflector = startReflector(
      seen.client,
      MAPS,
      {
        changed: (object) => void names.set(nameOf(object), JSON.stringify(object["data"] ?? {})),
        deleted: (object) => void names.delete(nameOf(object)),
      },
      { namespace: "default" },
    );
    for (const name of ["kept", "gone"]) await create(client, map(name));
    await eventually("the reflector sees both", () => names.has("kept") && names.has("gone"));
    const answers = askAllTheTime(port, "changes goes stays");
    await api.restart(async () => {
      // The changes are made beside: what comes back knows nothing of the versions in between, and etcd neither.
      const other = await api.beside();
      const otherClient = await connect(other);
      expect(await answers.end()).toMatchObject({ wrong: [] });
      await otherClient.delete(KIND, { name: "goes" });
      await updateWithRetries(otherClient, KIND, { name: "changes" }, (current) => ({
        ...current,
        spec: constraint("changes", "late")["spec"] ?? {},
      }));
      await create(otherClient, constraint("comes"));
      await otherClient.delete(MAPS, { namespace: "default", name: "gone" });
      await otherClient.merge(MAPS, { namespace: "default", name: "kept" }, { data: { a: "b" } });
      await create(otherClient, map("new"));
      await otherClient.transport.close();
      await api.compact();
      await other.stop();
    });
    await reconnect();
    const text = await eventually("the changes count", async () => {
      return (await denying(port)) === "changes comes stays" && (await ask(port, namespaceReview()));
    });
    expect(text).toContain('[changes] you must provide labels: {\\"late\\"}');
    await eventually("the reflector sees them too", () => names.has("new") && !names.has("gone"));
    expect(Object.fromEntries(names)).toMatchObject({ kept: '{"a":"b"}', new: "{}" });
    expect(seen.expired).toBe(true);
    reflector.stop();
    await seen.client.transport.close();
    await client.delete(KIND, { name: "comes" });
    await create(client, constraint("goes"));
    await updateWithRetries(client, KIND, { name: "changes" }, (current) => ({ ...current, spec: constraint("changes")["spec"] ?? {} }));
    await eventually("all is as before", async () => (await denying(port)) === "changes goes stays");
  });

  it("and connections go silent without an end, watches notice it and go on over new ones", async () => {
    const proxy = await startBlackhole(Number(new URL(api.url).port));
    const seen = watched(await connect(through(proxy), 400));
    const names = new Set<string>();
    const reflector = startReflector(
      seen.client,
      MAPS,
      { changed: (object) => void names.add(String((object["metadata"] as PlainObject)["name"])), deleted: () => undefined },
      { namespace: "default" },
    );
    await create(client, map("before"));
    await eventually("the watch works", () => names.has("before"));
    proxy.swallow();
    await create(client, map("after"));
    await eventually("the change arrives over a new connection", () => names.has("after"));
    expect(seen.streams).toBeGreaterThanOrEqual(2);
    reflector.stop();
    await seen.client.transport.close();
    await proxy.stop();
  });

  describe("for long", () => {
    const afterwards = async (name: string, millis: number): Promise<number> => {
      await reconnect();
      const started = Date.now();
      await create(client, constraint(name));
      await eventually("the new constraint denies", async () => (await denying(port)).split(" ").includes(name), millis);
      const seconds = (Date.now() - started) / 1000;
      await eventually(
        "its status says that it is enforced",
        async () => {
          const byPod = (await statusOf(name))["byPod"] as readonly { readonly enforced?: boolean }[] | undefined;
          return byPod?.some(({ enforced }) => enforced === true);
        },
        60_000,
      );
      await eventually("it has been audited", async () => Number((await statusOf(name))["totalViolations"]) > 0, 60_000);
      await client.delete(KIND, { name });
      await eventually("its end counts", async () => (await denying(port)) === "changes goes stays");
      return seconds;
    };
    const lease = async (): Promise<PlainObject> =>
      ((await client.get(LEASES, { namespace: "gatekeeper-system", name: "portcullis-audit" }))?.["spec"] ?? {}) as PlainObject;

    it("because it is gone for a minute, every request is answered rightly, and after its return all goes on", async () => {
      const held = await lease();
      // Accepted in the last moment before the end.
      await create(client, constraint("last"));
      const answers = { current: undefined as ReturnType<typeof askAllTheTime> | undefined };
      await api.restart(async () => {
        await eventually("what was accepted counts", async () => (await denying(port)) === "changes goes last stays");
        answers.current = askAllTheTime(port, "changes goes last stays");
        await wait(60_000);
        expect((await fetch(`http://127.0.0.1:${server.healthPort}/readyz`)).status).toBe(200);
      });
      const { asked, wrong, slowest } = (await answers.current?.end()) ?? { asked: 0, wrong: [], slowest: 0 };
      expect(wrong).toEqual([]);
      expect(asked).toBeGreaterThan(500);
      await reconnect();
      await client.delete(KIND, { name: "last" });
      await eventually("its end counts", async () => (await denying(port)) === "changes goes stays", 60_000);
      const seconds = await afterwards("returned", 60_000);
      const now = await eventually("the lease is held again", async () => {
        const spec = await lease();
        return String(spec["renewTime"]) > String(held["renewTime"]) && spec;
      });
      expect(now["holderIdentity"]).toBe(held["holderIdentity"]);
      say(
        `gone for a minute: ${asked} requests answered rightly, the slowest in ${slowest.toFixed(0)} ms; then a new constraint counted after ${seconds.toFixed(1)} s`,
      );
    });

    it("because it is frozen, every request is answered rightly, and once it thaws all goes on", async () => {
      const answers = askAllTheTime(port, "changes goes stays");
      api.freeze();
      await wait(75_000);
      api.thaw();
      const { asked, wrong, slowest } = await answers.end();
      expect(wrong).toEqual([]);
      const seconds = await afterwards("thawed", 60_000);
      say(
        `frozen for 75 s: ${asked} requests answered rightly, the slowest in ${slowest.toFixed(0)} ms; then a new constraint counted after ${seconds.toFixed(1)} s`,
      );
    });

    it("because connections to it are half-open, a server notices within its pings and takes in what it missed", async () => {
      const proxy = await startBlackhole(Number(new URL(api.url).port));
      const secondPort = await freePort();
      const second = await startServer(through(proxy), secondPort, "gatekeeper-1", ["--operation=webhook", "--health-addr=0"]);
      await eventually("the second denies too", async () => (await denying(secondPort)) === "changes goes stays");
      proxy.swallow();
      const started = Date.now();
      await create(client, constraint("missed"));
      await eventually("it denies", async () => (await denying(secondPort)).includes("missed"), 60_000);
      say(`half-open: a constraint made in silence counted after ${((Date.now() - started) / 1000).toFixed(1)} s`);
      await client.delete(KIND, { name: "missed" });
      await second.stop(0);
      await proxy.stop();
    });
  });
});
