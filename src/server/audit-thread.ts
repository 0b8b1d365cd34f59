/**
 * The audit's thread, seen from the main one: starts it, starts it again when it dies, keeps the text of its metrics. The thread has its own
 * copy of policies and synced objects, so a sweep of a large cluster never delays an admission review.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Logger } from "./effects/log.ts";
import type { Metrics } from "./effects/metrics.ts";

/** A running audit thread. */
export interface AuditThread {
  /** The thread's own metrics in Prometheus' text form, as of its last run. */
  readonly metricsText: () => string;
  stop(): Promise<void>;
}

/** What the thread tells the main one. */
export type ThreadMessage = { readonly kind: "metrics"; readonly text: string } | { readonly kind: "stopped" };

const RESTART_MILLIS = 2_000;
const STOP_MILLIS = 10_000;

// Beside this file in the sources and the library; one folder up from the chunks of the bundled program.
function workerFile(): string {
  const candidates = ["./worker.ts", "./worker.js", "../worker.js"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  return candidates.find(existsSync) ?? "worker.js";
}

/** Starts the thread with the server's own arguments. */
export function startAuditThread(argv: readonly string[], log: Logger, metrics: Metrics): AuditThread {
  let text = "";
  let stopping = false;
  let worker: Worker;
  // The thread reports these; the main thread's own zeros would stand beside them.
  for (const name of AUDIT_METRICS) metrics.registry.removeSingleMetric(name);
  const start = (): void => {
    worker = new Worker(workerFile(), { workerData: { argv: [...argv] } });
    worker.on("message", (message: ThreadMessage) => {
      if (message.kind === "metrics") text = message.text;
    });
    worker.on("error", (error) => log.error({ error }, "the audit thread failed"));
    worker.on("exit", (code) => {
      if (stopping) return;
      log.error({ code }, "the audit thread ended; starting another");
      setTimeout(start, RESTART_MILLIS).unref();
    });
  };
  start();
  return {
    metricsText: () => text,
    stop: async () => {
      stopping = true;
      const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      worker.postMessage({ kind: "stop" });
      const timer = setTimeout(() => void worker.terminate(), STOP_MILLIS);
      await ended;
      clearTimeout(timer);
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
