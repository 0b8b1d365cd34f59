/**
 * The server in a cluster: controllers take policies and objects in, the webhook answers, certificates are kept, statuses gathered; the audit
 * runs in a thread of its own so that it never starves the webhook. Which parts run follows from `--operation`.
 */
import { isIP } from "node:net";
import { isNamespace, type KubeObject, nameOf, ResponseCache } from "../gatekeeper/index.ts";
import type { AnswerOutside } from "../rego/index.ts";
import { startAuditThread } from "./audit-thread.ts";
import { KubeClient } from "./cluster/client.ts";
import { EventSender } from "./cluster/events.ts";
import { MUTATING_WEBHOOKS, NAMESPACES, VALIDATING_WEBHOOKS } from "./cluster/kinds.ts";
import { PodStatuses } from "./cluster/pod-status.ts";
import { startReflector } from "./cluster/reflector.ts";
import { isPassing, loadKubeConfig, makeTransport } from "./cluster/transport.ts";
import type { ServerConfig } from "./config.ts";
import type { Logger } from "./effects/log.ts";
import { type Metrics, makeMetrics } from "./effects/metrics.ts";
import { type RunningServer, type ServerOutput, startHealth, startMetrics, startWebhook, webhookRoutes } from "./embedded.ts";
import type { Listener, TlsMaterial } from "./http/listener.ts";
import { routeRequests } from "./http/routes.ts";
import type { WebhookRoute } from "./http/webhook.ts";
import { installationOf } from "./installation.ts";
import { AdmissionPolicies } from "./loops/admission-policies.ts";
import { type CertificateLoop, followFolder, startRotation } from "./loops/certificates.ts";
import { type IngestParts, startIngestion } from "./loops/ingest.ts";
import { publisher } from "./loops/publish.ts";
import { startStatusGathering } from "./loops/status.ts";
import { startSync } from "./loops/sync.ts";
import { Tracker } from "./loops/tracker.ts";
import { outsideAnswers } from "./outside.ts";
import { PolicyStore } from "./policy-store.ts";
import { WorkQueue } from "./work-queue.ts";

/** Policies and synced objects, kept up to date from the API server. */
export interface ClusterState {
  readonly client: KubeClient;
  readonly store: PolicyStore;
  readonly metrics: Metrics;
  readonly tracker: Tracker;
  readonly answer: AnswerOutside;
  stop(): Promise<void>;
}

/** Connects and starts taking in what the API server has. `writes` tells whether this thread writes pod statuses and definitions. */
export async function openCluster(config: ServerConfig, log: Logger, writes: boolean): Promise<ClusterState> {
  const kubeConfig = await loadKubeConfig(config.text("kubeconfig"));
  if (kubeConfig === undefined) throw new Error("no cluster was found: no in-cluster configuration and no --kubeconfig");
  const client = new KubeClient(await makeTransport(kubeConfig));
  const store = new PolicyStore(installationOf(config));
  const metrics = makeMetrics();
  const tracker = new Tracker();
  const pod = { name: config.podName || "no-pod", namespace: config.podNamespace, operations: [...config.operations] };
  const sync = startSync({ client, store, log, metrics, tracker });
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
    onSyncChange: () => sync.refresh(),
  };
  const ingestion = startIngestion(ingestParts);
  tracker.seal();
  const ttl = config.duration("external-data-provider-response-cache-ttl") / 1e9;
  return {
    client,
    store,
    metrics,
    tracker,
    answer: outsideAnswers({
      provider: (name) => store.current.providers.get(name),
      send: async (provider, body) => await (await import("./effects/external-data.ts")).sendToProvider(provider, body),
      cache: ttl > 0 ? new ResponseCache(ttl) : undefined,
      nowSeconds: () => Date.now() / 1000,
    }),
    stop: async () => {
      await Promise.all([ingestion.stop(), sync.stop()]);
      await client.transport.close();
    },
  };
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

/** Starts everything that the operations ask for; resolves when it serves. */
export async function startCluster(config: ServerConfig, output: ServerOutput, argv: readonly string[]): Promise<RunningServer> {
  const { log, say } = output;
  const state = await openCluster(config, log.child({ logger: "controller" }), true);
  const { operations } = config;
  const namespaces = watchNamespaces(state.client, log);
  const events = new EventSender(state.client, log, {
    podNamespace: config.podNamespace,
    involvedNamespace: config.enabled("admission-events-involved-namespace"),
  });
  const webhooks: ReadonlyMap<string, WebhookRoute> = operations.has("webhook")
    ? webhookRoutes(config, {
        store: state.store,
        metrics: state.metrics,
        log: log.child({ logger: "webhook", hookType: "validation" }),
        ownUser: `system:serviceaccount:${config.podNamespace}:gatekeeper-admin`,
        checkActions: !config.enabled("disable-enforcementaction-validation"),
        logDenies: config.enabled("log-denies"),
        logStats: config.enabled("log-stats-admission"),
        namespace: namespaces.get,
        answer: state.answer,
        ...(config.enabled("emit-admission-events") ? { onVerdict: (review, verdict) => events.admission(review, verdict) } : {}),
      })
    : new Map();
  const audit = operations.has("audit") ? startAuditThread(argv, log, state.metrics) : undefined;
  let listener: Listener | undefined;
  const tlsCheck = {
    name: "tls-check",
    failure: () =>
      listener === undefined ? "unable to verify webhook TLS endpoint: unable to connect to server: not listening yet" : undefined,
  };
  const routes = {
    webhooks,
    metrics: state.metrics,
    ...(audit === undefined ? {} : { moreMetrics: audit.metricsText }),
    healthChecks: [{ name: "default", failure: () => undefined }, ...(config.enabled("enable-tls-healthcheck") ? [tlsCheck] : [])],
    readyChecks: [{ name: "tracker", failure: () => state.tracker.failure() }, ...(webhooks.size > 0 ? [tlsCheck] : [])],
  };
  let certificates: CertificateLoop | undefined;
  if (webhooks.size > 0) {
    certificates = await startCertificates(config, state.client, log, (material) => listener?.setCertificate(material));
    listener = await startWebhook(config, certificates.material, routeRequests(routes), log);
    say(`listening on https://${config.text("host") || "localhost"}:${listener.port}\n`);
  }
  const health = await startHealth(config, routeRequests({ ...routes, webhooks: new Map() }), log);
  const metricsPort = await startMetrics(config, routeRequests({ ...routes, webhooks: new Map() }), log);
  const statuses = operations.has("status")
    ? startStatusGathering({ client: state.client, log, podNamespace: config.podNamespace })
    : undefined;
  return {
    port: listener?.port ?? 0,
    healthPort: health?.port,
    authority: "",
    ...(certificates === undefined ? {} : { checkCertificates: () => certificates.check() }),
    ...(audit === undefined ? {} : { crashAudit: () => audit.crash() }),
    stop: async (graceMillis = 30_000) => {
      certificates?.stop();
      await listener?.drain(graceMillis);
      await Promise.all([audit?.stop(), statuses?.stop(), namespaces.stop(), health?.drain(0), metricsPort?.drain(0)]);
      await state.stop();
    },
  };
}

async function startCertificates(
  config: ServerConfig,
  client: KubeClient,
  log: Logger,
  onChange: (material: TlsMaterial) => void,
): Promise<CertificateLoop> {
  if (config.enabled("disable-cert-rotation")) return followFolder(config.text("cert-dir"), log, onChange);
  const webhooks = [
    ...[config.text("validating-webhook-configuration-name"), ...config.list("additional-validating-webhook-configs-to-rotate-certs")].map(
      (name) => ({ resource: VALIDATING_WEBHOOKS, name }),
    ),
    ...(config.operations.has("mutation-webhook")
      ? [config.text("mutating-webhook-configuration-name"), ...config.list("additional-mutating-webhook-configs-to-rotate-certs")].map(
          (name) => ({ resource: MUTATING_WEBHOOKS, name }),
        )
      : []),
  ];
  return await startRotation({
    client,
    log: log.child({ logger: "cert-rotation" }),
    namespace: config.podNamespace,
    identity: {
      dnsNames: [`${config.text("cert-service-name")}.${config.podNamespace}.svc`],
      // Outside a pod the API server reaches us by address.
      ipAddresses: isIP(config.text("host")) === 0 ? [] : [config.text("host")],
      clientAuth: config.enabled("enable-external-data"),
    },
    webhooks,
    onChange,
  });
}

/** Keeps every Namespace at hand, since each review of a namespaced object needs one; asks the API server for one not seen yet. */
function watchNamespaces(
  client: KubeClient,
  log: Logger,
): { get(name: string, signal: AbortSignal): Promise<KubeObject | undefined> | KubeObject | undefined; stop(): Promise<void> } {
  const known = new Map<string, KubeObject>();
  const reflector = startReflector(client, NAMESPACES, {
    changed: (object) => void (isNamespace(object) && known.set(nameOf(object), object)),
    deleted: (object) => void known.delete(nameOf(object)),
    failed: (error) => log.warn({ error, resource: "namespaces" }, "watch failed; trying again"),
  });
  return {
    get: (name, signal) => known.get(name) ?? client.get(NAMESPACES, { name }, signal),
    stop: async () => {
      reflector.stop();
      await reflector.done;
    },
  };
}
