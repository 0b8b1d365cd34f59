/**
 * The audit's clock: runs a sweep every so often, one at a time, and hands on what it found. Where the objects come from and where the report
 * goes is the caller's; a run that fails is logged and the next one starts at its time.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/audit
 */
import type { AuditViolation, ConstraintReport, KubeObject, Result } from "../../gatekeeper/index.ts";
import { violationOf } from "../../gatekeeper/index.ts";
import type { Logger } from "../effects/log.ts";
import { type Metrics, REPORTED_ACTIONS } from "../effects/metrics.ts";
import { logAuditViolation } from "../violation-log.ts";

/** What one run found. */
export interface AuditRun {
  /** Start time, RFC 3339 with seconds; names the run everywhere. */
  readonly id: string;
  readonly constraints: readonly ConstraintReport[];
  readonly audited: number;
  readonly seconds: number;
  readonly failures: readonly { readonly object: KubeObject; readonly message: string }[];
}

/** Hears of each object's results while a run goes on. */
export type ResultsListener = (object: KubeObject, results: readonly Result[]) => void;

/** What the clock drives. */
export interface AuditParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly intervalSeconds: number;
  /** Reviews everything there is. */
  readonly sweep: (onResults: ResultsListener, signal: AbortSignal) => Promise<Pick<AuditRun, "constraints" | "audited" | "failures">>;
  /** Receives the finished run (statuses, console). */
  readonly report: (run: AuditRun) => Promise<void> | void;
  /** Whether policies and objects are loaded; the first run waits for it. */
  readonly ready?: () => boolean;
  /** Told after each run, whatever its end. */
  readonly onEnd?: () => void;
  /** Hears of each violation, for Events. */
  readonly onViolation?: (object: KubeObject, result: Result, violation: AuditViolation, id: string) => void;
}

/** A running audit. */
export interface AuditLoop {
  /** Runs one audit now; waits for one that is under way. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the clock. The first run starts at once: an operator should not wait a full interval for the first answer. */
export function startAudit(parts: AuditParts): AuditLoop {
  const abort = new AbortController();
  let underWay: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    underWay ??= runOnce(parts, abort.signal).finally(() => {
      underWay = undefined;
    });
    await underWay;
  };
  const timer = parts.intervalSeconds > 0 ? setInterval(() => void run(), parts.intervalSeconds * 1000) : undefined;
  if (timer === undefined) parts.log.info("auditing is disabled");
  else void whenReady(parts, abort.signal).then(() => (abort.signal.aborted ? undefined : run()));
  return {
    run,
    stop: async () => {
      clearInterval(timer);
      abort.abort();
      await underWay;
    },
  };
}

// Policies are taken in within a moment of the start; an audit before that would clear every status.
async function whenReady({ ready, intervalSeconds }: AuditParts, signal: AbortSignal): Promise<void> {
  const until = performance.now() + intervalSeconds * 1000;
  while (ready !== undefined && !ready() && !signal.aborted && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

async function runOnce(parts: AuditParts, signal: AbortSignal): Promise<void> {
  const { log, metrics } = parts;
  // Times of day may jump; how long something took is told by the clock that does not.
  const [started, from] = [Date.now(), performance.now()];
  const id = new Date(started).toISOString().replace(/\.\d+Z$/, "Z");
  const keys = { process: "audit", audit_id: id };
  log.info({ ...keys, event_type: "audit_started", semantic: true }, "auditing constraints and violations");
  metrics.auditLastRun.set(started / 1000);
  const totals = new Map<string, number>(REPORTED_ACTIONS.map((action) => [action, 0]));
  try {
    const swept = await parts.sweep((object, results) => {
      for (const result of results) {
        totals.set(result.action, (totals.get(result.action) ?? 0) + 1);
        const violation = violationOf(object, result);
        logAuditViolation(log, object, result, violation, id);
        parts.onViolation?.(object, result, violation, id);
      }
    }, signal);
    if (signal.aborted) return;
    const seconds = (performance.now() - from) / 1000;
    for (const [action, total] of totals) metrics.violations.set({ enforcement_action: action }, total);
    for (const { object, message } of swept.failures)
      log.error({ ...keys, resource: object["metadata"] }, `object was not audited: ${message}`);
    for (const each of swept.constraints.filter(({ violations }) => violations.length > 0)) logConstraint(log, keys, each);
    await parts.report({ id, seconds, ...swept });
  } catch (error) {
    log.error({ ...keys, error }, "audit failed");
  } finally {
    const seconds = (performance.now() - from) / 1000;
    metrics.auditSeconds.observe(seconds);
    metrics.auditLastRunEnd.set(Date.now() / 1000);
    log.info({ ...keys, event_type: "audit_finished", semantic: true, duration: goDuration(seconds) }, "auditing is complete");
    parts.onEnd?.();
  }
}

function logConstraint(log: Logger, keys: Readonly<Record<string, string>>, report: ConstraintReport): void {
  log.info(
    {
      ...keys,
      semantic: true,
      event_type: "constraint_audited",
      constraint_group: "constraints.gatekeeper.sh",
      constraint_api_version: "v1beta1",
      constraint_kind: report.kind,
      constraint_name: report.name,
      constraint_namespace: "",
      constraint_action: report.violations[0]?.enforcementAction ?? "",
      constraint_status: "enforced",
      constraint_violations: String(report.totalViolations),
    },
    "audit results for constraint",
  );
}

/** Writes seconds as Go's durations: `1h2m3.5s`, the larger units only where they are needed. */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(3));
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}
