/**
 * The server without a cluster: policies and objects from folders, the same webhook with a certificate of its own, audits on the console. What
 * a developer runs, and what the demo shows.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../gatekeeper/index.ts";
import { isNamespace, nameOf, sweep } from "../gatekeeper/index.ts";
import type { ServerConfig } from "./config.ts";
import { renderAudit } from "./console-report.ts";
import { issueServerCertificate, makeAuthority } from "./effects/certificates.ts";
import type { Logger } from "./effects/log.ts";
import { makeMetrics } from "./effects/metrics.ts";
import { type Listener, type RequestHandler, startListener, type TLS_VERSIONS, type TlsMaterial } from "./http/listener.ts";
import { routeRequests } from "./http/routes.ts";
import { installationOf } from "./installation.ts";
import { startAudit } from "./loops/audit.ts";
import { startFolders } from "./loops/folders.ts";
import { outsideAnswers } from "./outside.ts";
import { PolicyStore } from "./policy-store.ts";
import { providerAccess } from "./provider-access.ts";
import type { ReviewPool } from "./threads/review-pool.ts";
import { startWebhooks, type Webhooks } from "./webhooks.ts";

/** A running server. */
export interface RunningServer {
  /** Port of the webhook. */
  readonly port: number;
  /** Port of health and metrics, when it is open. */
  readonly healthPort: number | undefined;
  /** PEM of the authority that signed the serving certificate. */
  readonly authority: string;
  /** Looks at the certificates once more, where they are rotated. */
  checkCertificates?(): Promise<void>;
  /** The threads that review, where there are any. */
  readonly pool?: ReviewPool;
  /** Ends the audit's thread as a crash would, where there is one. */
  crashAudit?(): Promise<void>;
  /** Drains and stops everything. */
  stop(graceMillis?: number): Promise<void>;
}

/** What the server writes to. */
export interface ServerOutput {
  readonly log: Logger;
  /** For people: where it listens, what the audit found. */
  readonly say: (text: string) => void;
  readonly colour: boolean;
}

const REQUEST_TIMEOUT_MILLIS = 30_000;

/** Starts the embedded server; resolves when it serves. */
export async function startEmbedded(config: ServerConfig, { log, say, colour }: ServerOutput): Promise<RunningServer> {
  const metrics = makeMetrics();
  const store = new PolicyStore(installationOf(config));
  let webhooks: Webhooks | undefined;
  const folders = startFolders(store, log, config.list("policies"), config.list("objects"), (problems) => {
    log.info(
      { templates: store.current.templates.size, constraints: store.constraintCount(), problems: store.problems.length + problems },
      "policies loaded",
    );
    webhooks?.pool?.forgetNamespace(undefined);
  });
  const answer = outsideAnswers(providerAccess({ config, store, log }));
  webhooks = startWebhooks(config, {
    store,
    metrics,
    log: log.child({ logger: "webhook", hookType: "validation" }),
    ownUser: `system:serviceaccount:${config.podNamespace}:gatekeeper-admin`,
    checkActions: !config.enabled("disable-enforcementaction-validation"),
    logDenies: config.enabled("log-denies"),
    logStats: config.enabled("log-stats-admission"),
    namespace: (name) => folders.objects().find((object) => isNamespace(object) && nameOf(object) === name),
    answer,
  });

  const routes = {
    webhooks: webhooks.routes,
    metrics,
    healthChecks: [{ name: "default", failure: () => undefined }],
    readyChecks: [
      {
        name: "tracker",
        failure: () => (store.current.templates.size > 0 || folders.problems.length === 0 ? undefined : "no policy could be loaded"),
      },
    ],
  };
  const now = new Date();
  const authority = await makeAuthority("gatekeeper-ca", "gatekeeper", now);
  const names = [`${config.text("cert-service-name")}.${config.podNamespace}.svc`, "localhost"];
  const serving = await issueServerCertificate(authority, { dnsNames: names, ipAddresses: ["127.0.0.1", "::1"] }, now);
  const listener = await startWebhook(config, serving, routeRequests(routes), log);
  const health = await startHealth(config, routeRequests({ ...routes, webhooks: new Map() }), log);
  say(
    `listening on https://${config.text("host") || "localhost"}:${listener.port} with ${store.current.templates.size} templates and ${store.constraintCount()} constraints\n`,
  );

  const audit = startAudit({
    log: log.child({ logger: "controller" }),
    metrics,
    intervalSeconds: config.number("audit-interval"),
    sweep: async (onResults) =>
      sweep(store.current, withNamespaces(folders.objects()), {
        violationsLimit: config.number("constraint-violations-limit"),
        nowNanos: BigInt(Date.now()) * 1_000_000n,
        onResults,
      }),
    report: (run) => say(renderAudit(run, colour)),
  });

  const { pool } = webhooks;
  return {
    port: listener.port,
    healthPort: health?.port,
    authority: authority.certificate,
    ...(pool === undefined ? {} : { pool }),
    stop: async (graceMillis = 10_000) => {
      folders.stop();
      await audit.stop();
      await Promise.all([listener.drain(graceMillis), health?.drain(0)]);
      await pool?.stop();
    },
  };
}

function* withNamespaces(
  objects: readonly KubeObject[],
): Iterable<{ readonly object: KubeObject; readonly namespace: KubeObject | undefined }> {
  const namespaces = new Map(objects.filter(isNamespace).map((object) => [nameOf(object), object]));
  for (const object of objects) {
    const metadata = object["metadata"] as KubeObject | undefined;
    yield { object, namespace: namespaces.get(String(metadata?.["namespace"] ?? "")) };
  }
}

/** Returns the lowest TLS version; an empty flag means what Go's library takes it for. */
function tlsVersion(config: ServerConfig): keyof typeof TLS_VERSIONS {
  const text = config.text("tls-min-version");
  return text === "" ? "1.0" : (text as keyof typeof TLS_VERSIONS);
}

/** Opens the webhook's port with a certificate. */
export function startWebhook(config: ServerConfig, material: TlsMaterial, handler: RequestHandler, log: Logger): Promise<Listener> {
  const clientAuthority = config.text("client-ca-name");
  const client =
    clientAuthority === ""
      ? {}
      : {
          clientAuthority: readFileSync(join(config.text("cert-dir"), clientAuthority), "utf8"),
          clientName: config.text("client-cn-name"),
        };
  return startListener(
    {
      host: config.text("host"),
      port: config.number("port"),
      tls: { ...material, minVersion: tlsVersion(config), ...client },
      requestTimeoutMillis: REQUEST_TIMEOUT_MILLIS,
      onRefused: (reason) => log.warn({ reason }, "a client was turned away"),
    },
    handler,
  );
}

/** Starts the plain HTTP port for metrics; port 0 means none. */
export async function startMetrics(
  config: ServerConfig,
  handler: ReturnType<typeof routeRequests>,
  log: Logger,
): Promise<Listener | undefined> {
  const port = config.number("prometheus-port");
  if (port === 0) return undefined;
  try {
    return await startListener({ host: "", port, requestTimeoutMillis: REQUEST_TIMEOUT_MILLIS }, handler);
  } catch (error) {
    log.warn({ error }, `no metrics port ${port}: /metrics is on the health port`);
    return undefined;
  }
}

/** Starts the plain HTTP port for health and metrics; an address `0` or empty means none. */
export async function startHealth(
  config: ServerConfig,
  handler: ReturnType<typeof routeRequests>,
  log: Logger,
): Promise<Listener | undefined> {
  const address = config.text("health-addr");
  if (address === "" || address === "0") return undefined;
  const at = address.lastIndexOf(":");
  try {
    return await startListener(
      { host: address.slice(0, at), port: Number(address.slice(at + 1)), requestTimeoutMillis: REQUEST_TIMEOUT_MILLIS },
      handler,
    );
  } catch (error) {
    log.warn({ error }, `no health port on ${address}: /healthz, /readyz and /metrics are on the webhook's port`);
    return undefined;
  }
}
