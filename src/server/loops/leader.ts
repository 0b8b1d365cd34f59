/**
 * A Lease that one pod holds at a time: who holds it may write what only one may write. Losing it is noticed before another can take it. No two
 * pods' clocks are compared: a lease has run out when nobody has renewed it for its whole length while we looked.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
import { fieldAt, type KubeObject, stringAt } from "../../gatekeeper/index.ts";
import type { PlainObject } from "../../rego/index.ts";
import type { KubeClient } from "../cluster/client.ts";
import { LEASES } from "../cluster/kinds.ts";
import { KubeError, pause } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";

const LEASE_SECONDS = 15;
const RENEW_MILLIS = 4_000;
/** The holder stops believing in its lease before others may doubt it. */
const TRUST_MILLIS = 10_000;

/** What a lease said when we looked, and when by our own clock we first saw it say so. */
interface Sight {
  readonly said: string;
  readonly since: number;
}

/** A running election. */
export interface Election {
  isLeader(): boolean;
  stop(): Promise<void>;
}

/** Takes part in the election of a lease; with no name to run under, everybody leads (one pod, no cluster identity). */
export function startElection(client: KubeClient, namespace: string, name: string, identity: string, log: Logger): Election {
  const abort = new AbortController();
  let renewedAt = Number.NEGATIVE_INFINITY;
  let sight: Sight = { said: "", since: 0 };
  const look = (lease: KubeObject): boolean => {
    const said = `${stringAt(lease, "spec", "holderIdentity")} ${stringAt(lease, "spec", "renewTime")}`;
    if (said !== sight.said) sight = { said, since: performance.now() };
    return performance.now() - sight.since > LEASE_SECONDS * 1000;
  };
  const loop = (async () => {
    while (!abort.signal.aborted) {
      const asked = performance.now(); // the lease runs from then, however long the answer took
      try {
        const held = await tryHold(client, { namespace, name }, identity, look);
        if (held && renewedAt < 0) log.info({ lease: name }, "became the leader");
        renewedAt = held ? asked : Number.NEGATIVE_INFINITY;
      } catch (error) {
        log.warn({ error, lease: name }, "the lease could not be renewed");
      }
      await pause(RENEW_MILLIS * (0.8 + Math.random() * 0.4), abort.signal);
    }
    if (renewedAt >= 0) await release(client, { namespace, name }, identity);
  })();
  return {
    isLeader: () => performance.now() - renewedAt < TRUST_MILLIS,
    stop: async () => {
      abort.abort();
      await loop;
    },
  };
}

/** Where the lease is. */
interface LeaseKey {
  readonly namespace: string;
  readonly name: string;
}

async function tryHold(client: KubeClient, key: LeaseKey, identity: string, hasRunOut: (lease: KubeObject) => boolean): Promise<boolean> {
  const now = new Date().toISOString().replace("Z", "000Z");
  const lease = await client.get(LEASES, key);
  try {
    if (lease === undefined) {
      const spec = { holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, acquireTime: now, renewTime: now, leaseTransitions: 0 };
      await client.create(LEASES, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { ...key }, spec }, key.namespace);
      return true;
    }
    const holder = stringAt(lease, "spec", "holderIdentity");
    const runOut = hasRunOut(lease);
    if (holder !== identity && holder !== "" && !runOut) return false;
    const spec = (lease["spec"] ?? {}) as PlainObject;
    const taken =
      holder === identity ? {} : { acquireTime: now, leaseTransitions: Number(fieldAt(lease, "spec", "leaseTransitions") ?? 0) + 1 };
    const next = { ...lease, spec: { ...spec, holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, renewTime: now, ...taken } };
    await client.update(LEASES, key, next);
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.code === 409) return false;
    throw error;
  }
}

async function release(client: KubeClient, key: LeaseKey, identity: string): Promise<void> {
  try {
    const lease = await client.get(LEASES, key);
    if (lease === undefined || stringAt(lease, "spec", "holderIdentity") !== identity) return;
    await client.update(LEASES, key, { ...lease, spec: { ...(lease["spec"] as PlainObject), holderIdentity: "" } });
  } catch {
    // The lease runs out by itself.
  }
}
