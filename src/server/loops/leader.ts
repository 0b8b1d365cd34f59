/**
 * A Lease that one pod holds at a time: who holds it may write what only one may write. Losing it is noticed before another can take it.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
import { fieldAt, stringAt } from "../../gatekeeper/index.ts";
import type { PlainObject } from "../../rego/index.ts";
import type { KubeClient } from "../cluster/client.ts";
import { LEASES } from "../cluster/kinds.ts";
import { KubeError, pause } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";

const LEASE_SECONDS = 15;
const RENEW_MILLIS = 4_000;
/** The holder stops believing in its lease before others may doubt it. */
const TRUST_MILLIS = 10_000;

/** A running election. */
export interface Election {
  isLeader(): boolean;
  stop(): Promise<void>;
}

/** Takes part in the election of a lease; with no name to run under, everybody leads (one pod, no cluster identity). */
export function startElection(client: KubeClient, namespace: string, name: string, identity: string, log: Logger): Election {
  const abort = new AbortController();
  let renewedAt = 0;
  const loop = (async () => {
    while (!abort.signal.aborted) {
      const asked = Date.now(); // the lease runs from then, however long the answer took
      try {
        const held = await tryHold(client, namespace, name, identity);
        if (held && renewedAt === 0) log.info({ lease: name }, "became the leader");
        renewedAt = held ? asked : 0;
      } catch (error) {
        log.warn({ error, lease: name }, "the lease could not be renewed");
      }
      await pause(RENEW_MILLIS * (0.8 + Math.random() * 0.4), abort.signal);
    }
    if (renewedAt > 0) await release(client, namespace, name, identity);
  })();
  return {
    isLeader: () => Date.now() - renewedAt < TRUST_MILLIS,
    stop: async () => {
      abort.abort();
      await loop;
    },
  };
}

async function tryHold(client: KubeClient, namespace: string, name: string, identity: string): Promise<boolean> {
  const now = new Date().toISOString().replace("Z", "000Z");
  const lease = await client.get(LEASES, { namespace, name });
  try {
    if (lease === undefined) {
      const spec = { holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, acquireTime: now, renewTime: now, leaseTransitions: 0 };
      await client.create(LEASES, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace }, spec }, namespace);
      return true;
    }
    const holder = stringAt(lease, "spec", "holderIdentity");
    const renewed = Date.parse(stringAt(lease, "spec", "renewTime")) || 0;
    const expired = Date.now() - renewed > LEASE_SECONDS * 1000;
    if (holder !== identity && holder !== "" && !expired) return false;
    const spec = (lease["spec"] ?? {}) as PlainObject;
    const taken =
      holder === identity ? {} : { acquireTime: now, leaseTransitions: Number(fieldAt(lease, "spec", "leaseTransitions") ?? 0) + 1 };
    const next = { ...lease, spec: { ...spec, holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, renewTime: now, ...taken } };
    await client.update(LEASES, { namespace, name }, next);
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.code === 409) return false;
    throw error;
  }
}

async function release(client: KubeClient, namespace: string, name: string, identity: string): Promise<void> {
  try {
    const lease = await client.get(LEASES, { namespace, name });
    if (lease === undefined || stringAt(lease, "spec", "holderIdentity") !== identity) return;
    await client.update(LEASES, { namespace, name }, { ...lease, spec: { ...(lease["spec"] as PlainObject), holderIdentity: "" } });
  } catch {
    // The lease runs out by itself.
  }
}
