/** The reflector against a transport that does what API servers do on bad days: versions expire, streams break, lists fail. */
import { describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { KubeClient } from "../../src/server/cluster/client.ts";
import { startReflector } from "../../src/server/cluster/reflector.ts";
import { KubeError, type KubeRequest, type KubeTransport } from "../../src/server/cluster/transport.ts";

const MAPS = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const map = (name: string, resourceVersion: string): PlainObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "a", resourceVersion },
});
const event = (type: string, object: PlainObject): string => JSON.stringify({ type, object });
const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };

type Watch = readonly string[] | Error;

/** A transport with scripted lists and watches; the last ones are repeated, a repeated watch says nothing for a while. */
function scripted(lists: readonly (readonly PlainObject[] | Error)[], watches: readonly Watch[]) {
  const asked: KubeRequest[] = [];
  let [listed, watched] = [0, 0];
  const transport: KubeTransport = {
    request: async (request) => {
      asked.push(request);
      const list = lists[Math.min(listed++, lists.length - 1)];
      if (list instanceof Error) throw list;
      return { metadata: { resourceVersion: String(listed * 100) }, items: list ?? [] };
    },
    stream: async (request) => {
      asked.push(request);
      const watch = watches[watched++];
      if (watch instanceof Error) throw watch;
      return (async function* () {
        for (const line of watch ?? []) yield Buffer.from(`${line}\n`);
        if (watch === undefined) await new Promise((resolve) => setTimeout(resolve, 5_000).unref());
      })();
    },
    close: async () => undefined,
  };
  return { client: new KubeClient(transport), asked };
}

/** Runs a reflector until something was said, and gives everything that was. */
async function follow(script: ReturnType<typeof scripted>, until: string): Promise<readonly string[]> {
  const said: string[] = [];
  const nameOf = (object: PlainObject): string => String((object["metadata"] as PlainObject)["name"]);
  const reflector = startReflector(script.client, MAPS, {
    changed: (object) => void said.push(`changed ${nameOf(object)}`),
    deleted: (object) => void said.push(`deleted ${nameOf(object)}`),
    synced: () => void said.push("synced"),
    failed: (error) => void said.push(`failed ${error.message}`),
  });
  for (const end = Date.now() + 8_000; !said.includes(until) && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
  reflector.stop();
  return said;
}

describe("a reflector", () => {
  it("tells the list, then each change once and in order", async () => {
    const said = await follow(
      scripted(
        [[map("one", "1")]],
        [[event("ADDED", map("one", "1")), event("ADDED", map("two", "2")), event("DELETED", map("one", "3"))]],
      ),
      "deleted one",
    );
    expect(said).toEqual(["changed one", "synced", "changed two", "deleted one"]);
  });

  it("lists again when the server has forgotten the version, and tells what vanished meanwhile", async () => {
    for (const watch of [[event("ERROR", expired)], new KubeError(410, "Expired", "too old resource version")]) {
      const script = scripted(
        [
          [map("one", "1"), map("two", "2")],
          [map("two", "2"), map("three", "9")],
        ],
        [watch],
      );
      expect(await follow(script, "deleted one")).toEqual(["changed one", "changed two", "synced", "changed three", "deleted one"]);
    }
  });

  it("goes on from where a broken stream ended, without listing again", async () => {
    const script = scripted(
      [[]],
      [[event("ADDED", map("one", "7"))], [event("MODIFIED", map("one", "8")), event("ADDED", map("two", "9"))]],
    );
    expect(await follow(script, "changed two")).toEqual(["synced", "changed one", "changed one", "changed two"]);
    const watches = script.asked.filter(({ query }) => query?.["watch"] === true);
    expect(watches.slice(0, 2).map(({ query }) => query?.["resourceVersion"])).toEqual(["100", "7"]);
  });

  it("moves on with bookmarks, which change nothing else", async () => {
    const bookmark = event("BOOKMARK", { kind: "ConfigMap", metadata: { resourceVersion: "55" } });
    const script = scripted([[]], [[bookmark], [event("ADDED", map("one", "56"))]]);
    expect(await follow(script, "changed one")).toEqual(["synced", "changed one"]);
    expect(script.asked.filter(({ query }) => query?.["watch"] === true)[1]?.query?.["resourceVersion"]).toBe("55");
  });

  it("says what failed and tries again, be it the list or the watch", async () => {
    const refused = new Error("connect ECONNREFUSED");
    const said = await follow(
      scripted([refused, [map("one", "1")]], [new Error("socket hang up"), ["no json"], [event("ADDED", map("two", "2"))]]),
      "changed two",
    );
    expect(said).toEqual([
      "failed connect ECONNREFUSED",
      "changed one",
      "synced",
      "failed socket hang up",
      "failed unreadable watch event of configmaps",
      "changed two",
    ]);
  });
});
