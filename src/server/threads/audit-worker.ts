/** The audit's thread, from inside: its own view of the cluster and the audit over it. Started by `audit-thread.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import { openCluster } from "../cluster-state.ts";
import { readServerConfig } from "../config.ts";
import { makeLogger } from "../effects/log.ts";
import { startClusterAudit } from "../loops/audit-runner.ts";
import { AUDIT_METRICS, type ThreadMessage } from "./audit-thread.ts";

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
const audit = startClusterAudit(config, log, state, () => void tellMetrics());

async function tellMetrics(): Promise<void> {
  const texts = await Promise.all(AUDIT_METRICS.map((name) => state.metrics.registry.getSingleMetricAsString(name)));
  tell({ kind: "metrics", text: `${texts.join("\n\n")}\n` });
}

parentPort?.on("message", async () => {
  await audit.stop();
  await state.stop();
  tell({ kind: "stopped" });
  process.exit(0);
});
