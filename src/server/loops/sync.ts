/**
 * Replicates the objects that Config and SyncSets ask for into the inventory: one reflector a kind, started and stopped as the wishes change.
 * Namespaces excluded for `sync` stay out. https://open-policy-agent.github.io/gatekeeper/website/docs/sync
 */
import { type Gvk, isExcluded, isNamespace, type KubeObject, nameOf, namespaceOf, syncedKinds } from "../../gatekeeper/index.ts";
import type { KubeClient, Resource } from "../cluster/client.ts";
import { resourcesOf } from "../cluster/discovery.ts";
import { type Reflector, startReflector } from "../cluster/reflector.ts";
import { pause } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";
import type { Metrics } from "../effects/metrics.ts";
import type { PolicyStore } from "../policy-store.ts";
import type { Tracker } from "./tracker.ts";

/** What replication needs. */
export interface SyncParts {
  readonly client: KubeClient;
  readonly store: PolicyStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracker: Tracker;
  /** Keeps objects of Namespaces that are excluded from the inventory: an audit of the synced kinds sees them all the same. */
  readonly keepExcluded: boolean;
}

/** Running replication. */
export interface Sync {
  /** Looks again at what should be synced. */
  refresh(): void;
  /** Kinds that are replicated now. */
  readonly kinds: readonly Gvk[];
  /** Objects of synced kinds that are not in the inventory. */
  excluded(): Iterable<KubeObject>;
  stop(): Promise<void>;
}

interface Entry {
  readonly gvk: Gvk;
  readonly abort: AbortController;
  reflector: Reflector | undefined;
  /** Objects of the kind in the inventory, by namespace and name: what to take out when the kind is wanted no more. */
  readonly held: Map<string, KubeObject>;
  readonly failed: Set<string>;
  readonly excluded: Map<string, KubeObject>;
  excludedText: string;
}

const RETRY_MILLIS = 5_000;

/** Starts replication of what SyncSets and the Config ask for. */
export function startSync(parts: SyncParts): Sync {
  const entries = new Map<string, Entry>();
  const refresh = (): void => {
    const wanted = new Map(syncedKinds(parts.store.current).map((gvk) => [keyOf(gvk), gvk]));
    const excluded = JSON.stringify(parts.store.current.config?.exclusions ?? []);
    for (const [key, entry] of entries) {
      if (wanted.has(key) && entry.excludedText === excluded) continue;
      end(parts, entry);
      entries.delete(key);
    }
    for (const [key, gvk] of wanted) {
      if (entries.has(key)) continue;
      const entry: Entry = {
        gvk,
        abort: new AbortController(),
        reflector: undefined,
        held: new Map(),
        failed: new Set(),
        excluded: new Map(),
        excludedText: excluded,
      };
      entries.set(key, entry);
      parts.tracker.expect(`sync ${key}`);
      void begin(parts, entry);
    }
    parts.metrics.intendedKinds.set(wanted.size);
    parts.metrics.watchedKinds.set(entries.size);
  };
  refresh();
  return {
    refresh,
    get kinds() {
      return [...entries.values()].map(({ gvk }) => gvk);
    },
    excluded: function* () {
      for (const entry of entries.values()) yield* entry.excluded.values();
    },
    stop: async () => {
      const reflectors = [...entries.values()].map(({ reflector }) => reflector);
      for (const entry of entries.values()) entry.abort.abort();
      for (const reflector of reflectors) reflector?.stop();
      await Promise.all(reflectors.map((reflector) => reflector?.done));
    },
  };
}

function keyOf({ group, version, kind }: Gvk): string {
  return `${group}/${version}/${kind}`;
}

/** Finds the kind at the API server, again and again until it is there, then reflects it. */
async function begin(parts: SyncParts, entry: Entry): Promise<void> {
  const { gvk, abort } = entry;
  let told = false;
  while (!abort.signal.aborted) {
    const resource = await findResource(parts.client, gvk);
    if (resource !== undefined) {
      if (!abort.signal.aborted) entry.reflector = reflect(parts, entry, resource);
      return;
    }
    if (!told) parts.log.warn({ gvk }, "a kind to sync is not served by the API server; trying again");
    told = true;
    parts.tracker.observe(`sync ${keyOf(gvk)}`); // readiness does not wait for what may never come
    await pause(RETRY_MILLIS, abort.signal);
  }
}

/** Returns the resource type of a kind, or undefined while the API server does not serve it. */
async function findResource(client: KubeClient, { group, version, kind }: Gvk): Promise<Resource | undefined> {
  const { resources } = await resourcesOf(client, group === "" ? version : `${group}/${version}`);
  return resources.find((resource) => resource.kind === kind);
}

function reflect(parts: SyncParts, entry: Entry, resource: Resource): Reflector {
  const { store, metrics } = parts;
  const key = (object: KubeObject): string => `${namespaceOf(object)}/${nameOf(object)}`;
  const count = (): void => {
    metrics.sync.set({ kind: resource.kind, status: "active" }, entry.held.size);
    metrics.sync.set({ kind: resource.kind, status: "error" }, entry.failed.size);
    metrics.syncLastRun.set(Date.now() / 1000);
  };
  return startReflector(parts.client, resource, {
    changed: (object) => {
      const done = metrics.syncSeconds.startTimer();
      const namespace = isNamespace(object) ? nameOf(object) : namespaceOf(object);
      if (isExcluded(store.current.config, "sync", namespace)) {
        if (parts.keepExcluded) entry.excluded.set(key(object), object);
        return;
      }
      const error = store.sync(object);
      if (error) {
        parts.log.error({ error: error.message, kind: resource.kind }, "object could not be synced");
        entry.failed.add(key(object));
      } else {
        entry.held.set(key(object), nameOnly(object));
        entry.failed.delete(key(object));
      }
      count();
      done();
    },
    deleted: (object) => {
      store.unsync(object);
      entry.held.delete(key(object));
      entry.failed.delete(key(object));
      entry.excluded.delete(key(object));
      count();
    },
    synced: () => parts.tracker.observe(`sync ${keyOf(entry.gvk)}`),
    failed: (error) => parts.log.warn({ error, resource: resource.plural }, "watch failed; trying again"),
  });
}

// The inventory holds the object; here only its name is kept.
function nameOnly(object: KubeObject): KubeObject {
  const namespace = namespaceOf(object);
  const { apiVersion, kind } = object;
  return {
    apiVersion: apiVersion ?? "",
    kind: kind ?? "",
    metadata: namespace === "" ? { name: nameOf(object) } : { name: nameOf(object), namespace },
  };
}

function end(parts: SyncParts, entry: Entry): void {
  entry.abort.abort();
  entry.reflector?.stop();
  for (const object of entry.held.values()) parts.store.unsync(object);
  for (const status of ["active", "error"]) parts.metrics.sync.remove({ kind: entry.gvk.kind, status });
}
