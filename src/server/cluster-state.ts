/** What every thread of the server in a cluster has: a connection, policies and synced objects kept up to date, and answers from outside. */
import type { KubeObject } from "../gatekeeper/index.ts";
import type { AnswerOutside } from "../rego/index.ts";
import type { KubeClient } from "./cluster/client.ts";
import { openClient } from "./cluster/open-client.ts";
import { PodStatuses } from "./cluster/pod-status.ts";
import { isPassing } from "./cluster/transport.ts";
import type { ServerConfig } from "./config.ts";
import type { Logger } from "./effects/log.ts";
import { type Metrics, makeMetrics } from "./effects/metrics.ts";
import { installationOf } from "./installation.ts";
import { AdmissionPolicies } from "./loops/admission-policies.ts";
import type { IngestParts } from "./loops/announce.ts";
import { startIngestion } from "./loops/ingest.ts";
import { publisher } from "./loops/publish.ts";
import { startSync } from "./loops/sync.ts";
import { Tracker } from "./loops/tracker.ts";
import { outsideAnswers } from "./outside.ts";
import { PolicyStore } from "./policy-store.ts";
import { providerAccess } from "./provider-access.ts";
import { WorkQueue } from "./work-queue.ts";

/** Policies and synced objects, kept up to date from the API server. */
export interface ClusterState {
  readonly client: KubeClient;
  readonly store: PolicyStore;
  readonly metrics: Metrics;
  readonly tracker: Tracker;
  readonly answer: AnswerOutside;
  /** Calls back with every template, constraint, Config and Provider whenever it changes, its status included. */
  onSeen(listener: (object: KubeObject) => void): void;
  /** Objects of synced kinds whose Namespaces are excluded from the inventory; kept for an audit from the cache only. */
  readonly excludedFromSync: () => Iterable<KubeObject>;
  stop(): Promise<void>;
}

/** Connects and starts taking in what the API server has. `writes` tells whether this thread writes pod statuses and definitions. */
export async function openCluster(config: ServerConfig, log: Logger, writes: boolean): Promise<ClusterState> {
  const client = await openClient(config);
  const store = new PolicyStore(installationOf(config));
  const metrics = makeMetrics();
  const tracker = new Tracker();
  const pod = { name: config.podName || "no-pod", namespace: config.podNamespace, operations: [...config.operations] };
  const sync = startSync({
    client,
    store,
    log,
    metrics,
    tracker,
    keepExcluded: config.operations.has("audit") && config.enabled("audit-from-cache"),
  });
  let seen: (object: KubeObject) => void = () => undefined;
  const ingestParts: IngestParts = {
    client,
    store,
    log,
    metrics,
    tracker,
    statuses: writes
      ? new PodStatuses(client, pod, (error, name) => log.warn({ error, name }, "a pod status could not be written"))
      : undefined,
    podNamespace: config.podNamespace,
    retries: new WorkQueue({
      workers: 1,
      failed: (error, name) => log.warn({ error, name }, "the API server could not be told; trying again if that can help"),
      again: isPassing,
    }),
    taken: new Map(),
    ...(writes && config.operations.has("generate")
      ? { publishTemplate: publisher(client), policies: admissionPolicies(config, client, store, log, metrics) }
      : {}),
    onSeen: (object) => seen(object),
    onSyncChange: () => sync.refresh(),
  };
  ingestParts.statuses?.watch((error) => log.warn({ error }, "this pod's statuses cannot be watched; trying again"));
  const ingestion = startIngestion(ingestParts);
  tracker.seal();
  if (writes) sayWhatIsAwaited(tracker, store, log);
  return {
    client,
    store,
    metrics,
    tracker,
    answer: outsideAnswers(providerAccess({ config, store, log, client: async () => client })),
    onSeen: (listener) => {
      seen = listener;
    },
    excludedFromSync: () => sync.excluded(),
    stop: async () => {
      await Promise.all([ingestion.stop(), sync.stop()]);
      await client.transport.close();
    },
  };
}

const SAY_MILLIS = 1_000;

/** Logs once a second what readiness waits for, while a Config asks for it and until nothing is awaited. */
function sayWhatIsAwaited(tracker: Tracker, store: PolicyStore, log: Logger): void {
  const timer = setInterval(() => {
    if (tracker.failure() === undefined) clearInterval(timer);
    else if (store.current.config?.readinessStats === true) log.info({ awaited: tracker.awaited }, "not ready yet");
  }, SAY_MILLIS);
  timer.unref();
}

function admissionPolicies(config: ServerConfig, client: KubeClient, store: PolicyStore, log: Logger, metrics: Metrics): AdmissionPolicies {
  const prefixes = config.list("exempt-namespace-prefix").map((prefix) => `${prefix}*`);
  const suffixes = config.list("exempt-namespace-suffix").map((suffix) => `*${suffix}`);
  return new AdmissionPolicies({
    client,
    log,
    set: () => store.current,
    defaultForTemplates: config.enabled("default-create-vap-for-templates"),
    defaultForConstraints: config.enabled("default-create-vap-binding-for-constraints"),
    syncScope: config.enabled("sync-vap-enforcement-scope"),
    webhookName: config.text("validating-webhook-configuration-name"),
    onCount: (kind, count) => (kind === "ValidatingAdmissionPolicy" ? metrics.policies : metrics.bindings).set({ status: "active" }, count),
    exemptedNamespaces: [...config.list("exempt-namespace"), ...prefixes, ...suffixes],
  });
}
