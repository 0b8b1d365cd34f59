/**
 * The audit's thread, seen from the main one: starts it, starts it again when it dies, keeps the text of its metrics. The thread has its own
 * copy of policies and synced objects, so a sweep of a large cluster never delays an admission review.
 */
import { Worker } from "node:worker_threads";
import type { Logger } from "../effects/log.ts";
import type { Metrics } from "../effects/metrics.ts";
import { threadFile } from "./thread-file.ts";

/** A running audit thread. */
export interface AuditThread {
  /** The thread's own metrics in Prometheus' text form, as of its last run. */
  readonly metricsText: () => string;
  /** Ends the thread without asking, as a crash would; another one follows. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** What the thread tells the main one. */
export type ThreadMessage = { readonly kind: "metrics"; readonly text: string } | { readonly kind: "stopped" };

/** What a sweep leaves behind dies young: with the usual 100 MB for it the thread would take that much and be no faster. */
const YOUNG_MEGABYTES = 12;
/** The pause before another thread is started; doubled for each that did not live a minute. */
const RESTART_MILLIS = 2_000;
const LONGEST_RESTART_MILLIS = 60_000;
const STOP_MILLIS = 10_000;

/** Starts the thread with the server's own arguments. */
export function startAuditThread(argv: readonly string[], log: Logger, metrics: Metrics, restartMillis = RESTART_MILLIS): AuditThread {
  let text = "";
  let stopping = false;
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let deaths = 0;
  // The thread reports these; the main thread's own zeros would stand beside them.
  for (const name of AUDIT_METRICS) metrics.registry.removeSingleMetric(name);
  const env = { ...process.env }; // the pod's name stays what it was at the start
  const start = (): void => {
    const startedAt = performance.now();
    const started = new Worker(threadFile("audit-worker"), {
      env,
      workerData: { argv: [...argv] },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    worker = started;
    started.on("message", (message: ThreadMessage) => {
      if (message.kind === "metrics") text = message.text;
    });
    started.on("error", (error) => log.error({ error }, "the audit thread failed"));
    started.on("exit", (code) => {
      worker = undefined;
      if (stopping) return;
      log.error({ code }, "the audit thread ended; starting another");
      deaths = performance.now() - startedAt > LONGEST_RESTART_MILLIS ? 0 : deaths + 1;
      timer = setTimeout(start, Math.min(restartMillis * 2 ** Math.max(deaths - 1, 0), LONGEST_RESTART_MILLIS));
    });
  };
  start();
  return {
    metricsText: () => text,
    crash: async () => void (await worker?.terminate()),
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      const last = worker;
      if (last === undefined) return; // it has just ended and the next one was not started yet
      const ended = new Promise<void>((resolve) => last.once("exit", () => resolve()));
      last.postMessage({ kind: "stop" });
      const insist = setTimeout(() => void last.terminate(), STOP_MILLIS);
      await ended;
      clearTimeout(insist);
    },
  };
}

/** Metrics that the audit's thread reports. */
export const AUDIT_METRICS = [
  "gatekeeper_violations",
  "gatekeeper_audit_duration_seconds",
  "gatekeeper_audit_last_run_time",
  "gatekeeper_audit_last_run_end_time",
] as const;
