/** The audit of a cluster, wherever it runs: its clock, its lease, where the objects come from, the statuses and Events it writes. */
import type { Verdict } from "../../gatekeeper/index.ts";
import { EventSender } from "../cluster/events.ts";
import { pause } from "../cluster/transport.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ServerConfig } from "../config.ts";
import type { Logger } from "../effects/log.ts";
import { logStats } from "../violation-log.ts";
import { type AuditRun, startAudit } from "./audit.ts";
import { auditCluster, auditSynced, type ClusterAuditParts, writeAuditStatus } from "./cluster-audit.ts";
import { startElection } from "./leader.ts";

const FIRST_LEASE_MILLIS = 25_000;

/** Starts auditing what the API server has; `onEnd` hears of the end of each run. */
export function startClusterAudit(config: ServerConfig, log: Logger, state: ClusterState, onEnd?: () => void): { stop(): Promise<void> } {
  const election = startElection(state.client, config.podNamespace, "portcullis-audit", config.podName || `pid-${process.pid}`, log);
  const events = config.enabled("emit-audit-events")
    ? new EventSender(state.client, log, {
        podNamespace: config.podNamespace,
        involvedNamespace: config.enabled("audit-events-involved-namespace"),
      })
    : undefined;
  const fromCache = config.enabled("audit-from-cache");
  const parts = partsOf(config, log, state);
  // After a start the lease may still be in the name of a pod that is gone; once is enough to wait for its end.
  let mayWait = true;
  let stopping = false;
  const untilLeader = async (): Promise<void> => {
    const until = performance.now() + FIRST_LEASE_MILLIS;
    while (mayWait && !stopping && !election.isLeader() && performance.now() < until) await pause(200);
    mayWait = false;
  };
  const audit = startAudit({
    log,
    metrics: state.metrics,
    intervalSeconds: config.number("audit-interval"),
    ready: () => state.tracker.failure() === undefined,
    sweep: (onResults, signal) => {
      log.info(fromCache ? "Auditing from cache" : "Auditing via discovery client");
      return fromCache ? auditSynced(parts, onResults, signal) : auditCluster(parts, onResults, signal);
    },
    report: async (run: AuditRun) => {
      await untilLeader();
      await writeAuditStatus(state.client, log, run, () => election.isLeader());
    },
    ...(onEnd === undefined ? {} : { onEnd }),
    ...(events === undefined
      ? {}
      : { onViolation: (object, result, violation, id) => events.audit(object, result, violation.message, id) }),
  });
  return {
    stop: async () => {
      stopping = true;
      await audit.stop();
      await election.stop();
    },
  };
}

function partsOf(config: ServerConfig, log: Logger, state: ClusterState): ClusterAuditParts {
  const fromCache = config.enabled("audit-from-cache");
  const onStats = (verdict: Verdict): void =>
    logStats(
      log,
      verdict,
      { process: "audit", event_type: fromCache ? "audit_cache_stats" : "audit_stats" },
      fromCache ? "audit from cache review request stats" : "audit review request stats",
    );
  return {
    client: state.client,
    log,
    set: () => state.store.current,
    excludedFromSync: state.excludedFromSync,
    answer: state.answer,
    violationsLimit: config.number("constraint-violations-limit"),
    chunkSize: config.number("audit-chunk-size"),
    matchKindOnly: config.enabled("audit-match-kind-only"),
    ...(config.enabled("log-stats-audit") ? { onStats } : {}),
  };
}
