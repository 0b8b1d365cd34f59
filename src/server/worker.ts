/** The audit's thread, from inside: its own view of the cluster, the audit's clock, statuses and Events. Started by `audit-thread.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import type { Verdict } from "../gatekeeper/index.ts";
import { AUDIT_METRICS, type ThreadMessage } from "./audit-thread.ts";
import { EventSender } from "./cluster/events.ts";
import { pause } from "./cluster/transport.ts";
import { openCluster } from "./cluster.ts";
import { readServerConfig } from "./config.ts";
import { makeLogger } from "./effects/log.ts";
import { type AuditRun, startAudit } from "./loops/audit.ts";
import { auditCluster, auditSynced, writeAuditStatus } from "./loops/cluster-audit.ts";
import { startElection } from "./loops/leader.ts";
import { logStats } from "./violation-log.ts";

const FIRST_LEASE_MILLIS = 20_000;
const { argv } = workerData as { readonly argv: readonly string[] };
const read = readServerConfig(argv, process.env);
if ("error" in read) throw new Error(read.error);
const { config } = read;
const log = makeLogger({
  level: config.text("log-level"),
  levelKey: config.text("log-level-key"),
  capital: config.text("log-level-encoder").startsWith("capital"),
  file: config.text("log-file"),
}).child({ logger: "controller" });
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

const state = await openCluster(config, log, false);
const election = startElection(state.client, config.podNamespace, "portcullis-audit", config.podName || `pid-${process.pid}`, log);
const events = config.enabled("emit-audit-events")
  ? new EventSender(state.client, log, {
      podNamespace: config.podNamespace,
      involvedNamespace: config.enabled("audit-events-involved-namespace"),
    })
  : undefined;

const fromCache = config.enabled("audit-from-cache");
const logAuditStats = (verdict: Verdict): void =>
  logStats(
    log,
    verdict,
    { process: "audit", event_type: fromCache ? "audit_cache_stats" : "audit_stats" },
    fromCache ? "audit from cache review request stats" : "audit review request stats",
  );

const audit = startAudit({
  log,
  metrics: state.metrics,
  intervalSeconds: config.number("audit-interval"),
  ready: () => state.tracker.failure() === undefined,
  sweep: (onResults, signal) => {
    const parts = {
      client: state.client,
      log,
      set: () => state.store.current,
      answer: state.answer,
      violationsLimit: config.number("constraint-violations-limit"),
      chunkSize: config.number("audit-chunk-size"),
      matchKindOnly: config.enabled("audit-match-kind-only"),
      ...(config.enabled("log-stats-audit") ? { onStats: logAuditStats } : {}),
    };
    log.info(config.enabled("audit-from-cache") ? "Auditing from cache" : "Auditing via discovery client");
    return config.enabled("audit-from-cache") ? auditSynced(parts, onResults, signal) : auditCluster(parts, onResults, signal);
  },
  report: async (run: AuditRun) => {
    await untilLeader();
    await writeAuditStatus(state.client, log, run, () => election.isLeader());
  },
  onEnd: () => void tellMetrics(),
  ...(events === undefined ? {} : { onViolation: (object, result, violation, id) => events.audit(object, result, violation.message, id) }),
});

// After a start the lease may still be in the name of a pod that is gone; once is enough to wait for its end.
let mayWait = true;
let stopping = false;
async function untilLeader(): Promise<void> {
  const until = Date.now() + FIRST_LEASE_MILLIS;
  while (mayWait && !stopping && !election.isLeader() && Date.now() < until) await pause(200);
  mayWait = false;
}

async function tellMetrics(): Promise<void> {
  const texts = await Promise.all(AUDIT_METRICS.map((name) => state.metrics.registry.getSingleMetricAsString(name)));
  tell({ kind: "metrics", text: `${texts.join("\n\n")}\n` });
}

parentPort?.on("message", async () => {
  stopping = true;
  await audit.stop();
  await election.stop();
  await state.stop();
  tell({ kind: "stopped" });
  process.exit(0);
});
