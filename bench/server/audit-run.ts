/** One audit of whatever an API server has, in a process of its own: prints objects, seconds, processor seconds and the largest memory. */
import { readFileSync } from "node:fs";
import { makeLogger, readServerConfig } from "../../src/server/index.ts";
import { auditCluster, installationOf, KubeClient, keepHeapSmall, makeTransport, PolicyStore } from "../../src/server/parts.ts";
import type { Policies } from "./policies.ts";

/** What a run found and cost. */
export interface AuditCost {
  readonly objects: number;
  readonly violations: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
}

const [, , kubeconfig = "", policiesFile = "", runs = "1"] = process.argv;
keepHeapSmall();
const { KubeConfig } = await import("@kubernetes/client-node");
const config = new KubeConfig();
config.loadFromString(kubeconfig);
const read = readServerConfig(["--enable-k8s-native-validation=false"], {});
if ("error" in read) throw new Error(read.error);
const store = new PolicyStore(installationOf(read.config));
const policies = JSON.parse(readFileSync(policiesFile, "utf8")) as Policies;
for (const object of [...policies.templates, ...policies.constraints]) store.apply(object);
const client = new KubeClient(await makeTransport(config));
const parts = {
  client,
  log: makeLogger({ level: "WARNING" }),
  set: () => store.current,
  answer: async () => new Error("nothing outside"),
  violationsLimit: 20,
  chunkSize: 500,
  matchKindOnly: false,
};
let cost: AuditCost | undefined;
for (let run = 0; run < Number(runs); run++) {
  const started = performance.now();
  const before = process.cpuUsage();
  const swept = await auditCluster(parts, () => undefined, new AbortController().signal);
  const { user, system } = process.cpuUsage(before);
  cost = {
    objects: swept.audited,
    violations: swept.constraints.reduce((sum, { totalViolations }) => sum + totalViolations, 0),
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}
process.stdout.write(`${JSON.stringify(cost)}\n`);
await client.transport.close();
