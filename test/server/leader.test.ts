/** The lease of the audit under clocks that disagree and jump, against an API server that is one object in memory. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isPlainObject, type PlainObject } from "../../src/rego/index.ts";
import { KubeClient } from "../../src/server/cluster/client.ts";
import { KubeError, type KubeTransport } from "../../src/server/cluster/transport.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { type Election, startElection } from "../../src/server/loops/leader.ts";

/** One lease that refuses to be written by who has not read the newest. */
class Lease {
  held: PlainObject | undefined;
  #version = 0;
  readonly reachable = new Set<string>();

  client(who: string): KubeClient {
    this.reachable.add(who);
    const request: KubeTransport["request"] = async ({ method, body }) => {
      if (!this.reachable.has(who)) throw new Error("connect ECONNREFUSED");
      if (method === "GET") {
        if (this.held === undefined) throw new KubeError(404, "NotFound", "no lease");
        return this.held;
      }
      const read = isPlainObject(body) ? (body["metadata"] as PlainObject)["resourceVersion"] : undefined;
      if (method === "PUT" ? read !== String(this.#version) : this.held !== undefined) throw new KubeError(409, "Conflict", "changed");
      const { metadata, ...rest } = body as { readonly metadata: PlainObject };
      this.held = { ...rest, metadata: { ...metadata, resourceVersion: String(++this.#version) } };
      return this.held;
    };
    return new KubeClient({ request, stream: () => Promise.reject(new Error("no watch")), close: async () => undefined });
  }
}

const log = makeLogger({ level: "ERROR" }, { write: () => undefined });
const seconds = async (count: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(count * 1000));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the lease", () => {
  let lease: Lease;
  const join = (who: string): Election => startElection(lease.client(who), "gatekeeper-system", "audit", who, log);
  beforeEach(() => void (lease = new Lease()));

  it("has one holder, and goes to the next at once when the holder leaves", async () => {
    const [a, b] = [join("a"), join("b")];
    await seconds(10);
    expect([a.isLeader(), b.isLeader()].filter(Boolean)).toHaveLength(1);
    const [holder, next] = a.isLeader() ? [a, b] : [b, a];
    const stopped = holder.stop();
    await seconds(6);
    await stopped;
    expect(next.isLeader()).toBe(true);
    void next.stop();
  });

  it("is not taken from a holder whose clock is an hour behind, nor given up when a clock jumps", async () => {
    const a = join("a");
    await seconds(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    const b = join("b");
    for (let i = 0; i < 20; i++) {
      await seconds(2);
      // Each renewal of a now says the time of before.
      vi.setSystemTime(Date.now() + (i % 2 === 0 ? -3_600_000 : 3_600_000));
      expect([a.isLeader(), b.isLeader()]).toEqual([true, false]);
    }
    void a.stop();
    void b.stop();
  });

  it("goes to the next when the holder cannot renew it, after the holder has stopped believing in it", async () => {
    const a = join("a");
    await seconds(1);
    const b = join("b");
    await seconds(1);
    lease.reachable.delete("a");
    let until = 0;
    for (; !b.isLeader() && until < 60; until++) {
      await seconds(1);
      expect(a.isLeader() && b.isLeader()).toBe(false);
    }
    expect(until).toBeLessThan(30);
    void a.stop();
    void b.stop();
  });
});
