/**
 * The server in a cluster: controllers take policies and objects in, the webhook answers, certificates are kept, statuses gathered; the audit
 * runs in a thread of its own so that it never starves the webhook. Which parts run follows from `--operation`.
 */
import { isIP } from "node:net";
import { isNamespace, type KubeObject, nameOf } from "../gatekeeper/index.ts";
import type { KubeClient } from "./cluster/client.ts";
import { EventSender } from "./cluster/events.ts";
import { MUTATING_WEBHOOKS, NAMESPACES, VALIDATING_WEBHOOKS } from "./cluster/kinds.ts";
import { startReflector } from "./cluster/reflector.ts";
import { openCluster } from "./cluster-state.ts";
import type { ServerConfig } from "./config.ts";
import { keepHeapSmall } from "./effects/heap.ts";
import type { Logger } from "./effects/log.ts";
import { type RunningServer, type ServerOutput, startHealth, startMetrics, startWebhook } from "./embedded.ts";
import type { Waiting } from "./http/deadline.ts";
import type { Listener, TlsMaterial } from "./http/listener.ts";
import { routeRequests } from "./http/routes.ts";
import { startClusterAudit } from "./loops/audit-runner.ts";
import { type CertificateLoop, followFolder, startRotation } from "./loops/certificates.ts";
import { startStatusGathering } from "./loops/status.ts";
import { startAuditThread } from "./threads/audit-thread.ts";
import { startWebhooks } from "./webhooks.ts";

/** Starts everything that the operations ask for; resolves when it serves. */
export async function startCluster(config: ServerConfig, output: ServerOutput, argv: readonly string[]): Promise<RunningServer> {
  const { log, say } = output;
  const controllerLog = log.child({ logger: "controller" });
  const state = await openCluster(config, controllerLog, true);
  const { operations } = config;
  let onNamespace = (_name: string): void => undefined;
  const namespaces = watchNamespaces(state.client, log, (name) => onNamespace(name));
  const events = new EventSender(state.client, log, {
    podNamespace: config.podNamespace,
    involvedNamespace: config.enabled("admission-events-involved-namespace"),
  });
  const webhooks = operations.has("webhook")
    ? startWebhooks(config, {
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
    : undefined;
  onNamespace = (name) => webhooks?.pool?.forgetNamespace(name);
  // Beside a webhook the audit has a thread and a view of its own; alone in a pod a second view would only cost memory.
  const thread = operations.has("audit") && operations.has("webhook") ? startAuditThread(argv, log, state.metrics) : undefined;
  if (operations.has("audit")) keepHeapSmall();
  const alone = operations.has("audit") && thread === undefined ? startClusterAudit(config, controllerLog, state) : undefined;
  let listener: Listener | undefined;
  const tlsCheck = {
    name: "tls-check",
    failure: () =>
      listener === undefined ? "unable to verify webhook TLS endpoint: unable to connect to server: not listening yet" : undefined,
  };
  const routes = {
    webhooks: webhooks?.routes ?? new Map(),
    metrics: state.metrics,
    ...(thread === undefined ? {} : { moreMetrics: thread.metricsText }),
    healthChecks: [{ name: "default", failure: () => undefined }, ...(config.enabled("enable-tls-healthcheck") ? [tlsCheck] : [])],
    readyChecks: [{ name: "tracker", failure: () => state.tracker.failure() }, ...(webhooks === undefined ? [] : [tlsCheck])],
  };
  let certificates: CertificateLoop | undefined;
  if (webhooks !== undefined) {
    certificates = await startCertificates(config, state.client, log, (material) => listener?.setCertificate(material));
    listener = await startWebhook(config, certificates.material, routeRequests(routes), log);
    say(`listening on https://${config.text("host") || "localhost"}:${listener.port}\n`);
  }
  const health = await startHealth(config, routeRequests({ ...routes, webhooks: new Map() }), log);
  const metricsPort = await startMetrics(config, routeRequests({ ...routes, webhooks: new Map() }), log);
  const statuses = operations.has("status")
    ? startStatusGathering({ client: state.client, log, podNamespace: config.podNamespace })
    : undefined;
  if (statuses !== undefined) state.onSeen((object) => statuses.seen(object));
  return {
    port: listener?.port ?? 0,
    healthPort: health?.port,
    authority: "",
    ...(certificates === undefined ? {} : { checkCertificates: () => certificates.check() }),
    ...(thread === undefined ? {} : { crashAudit: () => thread.crash() }),
    ...(webhooks?.pool === undefined ? {} : { pool: webhooks.pool }),
    stop: async (graceMillis = 30_000) => {
      certificates?.stop();
      await listener?.drain(graceMillis);
      await Promise.all([
        webhooks?.pool?.stop(),
        thread?.stop(),
        alone?.stop(),
        statuses?.stop(),
        namespaces.stop(),
        health?.drain(0),
        metricsPort?.drain(0),
      ]);
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
  onChange: (name: string) => void,
): { get(name: string, waiting: Waiting): Promise<KubeObject | undefined> | KubeObject | undefined; stop(): Promise<void> } {
  const known = new Map<string, KubeObject>();
  const reflector = startReflector(client, NAMESPACES, {
    changed: (object) => {
      if (!isNamespace(object)) return;
      known.set(nameOf(object), object);
      onChange(nameOf(object));
    },
    deleted: (object) => {
      known.delete(nameOf(object));
      onChange(nameOf(object));
    },
    failed: (error) => log.warn({ error, resource: "namespaces" }, "watch failed; trying again"),
  });
  return {
    get: (name, waiting) => known.get(name) ?? fetchNamespace(client, name, waiting.signal),
    stop: async () => {
      reflector.stop();
      await reflector.done;
    },
  };
}

// Whoever creates something in a namespace that is just gone is refused, as nobody can tell what would match it.
async function fetchNamespace(client: KubeClient, name: string, signal: AbortSignal): Promise<KubeObject> {
  const found = await client.get(NAMESPACES, { name }, signal);
  if (found === undefined) throw new Error(`namespaces ${JSON.stringify(name)} not found`);
  return found;
}
