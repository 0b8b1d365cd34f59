/**
 * The audit's benchmark: objects a second of processor time and peak memory at 10,000 and 100,000 objects over a fake API server that pages
 * fast, and next to Gatekeeper's audit over a real one with as many Pods as it takes in a minute.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlainObject } from "../../src/rego/index.ts";
import { apiServerMissing, freePort, startApiServer } from "../../test/support/api-server.ts";
import { connect, eventually } from "../../test/support/cluster.ts";
import type { Row } from "../report.ts";
import { gatekeeperManager } from "../rivals.ts";
import type { AuditCost } from "./audit-run.ts";
import { end } from "./end.ts";
import { startGatekeeper } from "./gatekeeper.ts";
import { libraryPolicies, pod } from "./policies.ts";
import { processorSeconds, saidSomething } from "./targets.ts";

const CONSTRAINTS = 20;
const SIZES = [10_000, 100_000];
const REAL_PODS = 1_000;

/** Runs the audits; returns their rows. */
export async function benchAudit(filter: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) {
    const name = `audit ${size}`;
    if (name.includes(filter)) rows.push(rowOf(name, await auditFake(size)));
  }
  if ("audit real".includes(filter)) rows.push(...(await auditReal()));
  return rows;
}

function rowOf(name: string, cost: AuditCost, rival?: AuditCost): Row {
  const figures: Record<string, number> = {
    "objects/cpu s": cost.objects / cost.processorSeconds,
    "objects/s": cost.objects / cost.seconds,
    "peak MB": cost.peakMegabytes,
  };
  if (rival !== undefined) {
    figures["rival objects/cpu s"] = rival.objects / rival.processorSeconds;
    figures["rival peak MB"] = rival.peakMegabytes;
  }
  process.stdout.write(`${name}: ${JSON.stringify(cost)}${rival === undefined ? "" : ` gatekeeper: ${JSON.stringify(rival)}`}\n`);
  return { name, group: "audit", figures };
}

async function auditFake(size: number): Promise<AuditCost> {
  const port = await freePort();
  const server = spawn(process.execPath, [join(import.meta.dirname, "fake-api.ts"), String(port), String(size)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await saidSomething(server);
    const cluster = { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
    return await runAudit(
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "fake",
        clusters: [{ name: "fake", cluster }],
        users: [{ name: "nobody", user: {} }],
        contexts: [{ name: "fake", context: { cluster: "fake", user: "nobody" } }],
      }),
    );
  } finally {
    await end(server);
  }
}

let built: Promise<{ readonly program: string; readonly policies: string }> | undefined;

/** Bundles the audit as the published program is bundled: memory would otherwise hold the tool that reads TypeScript, too. */
async function buildAudit() {
  const { build } = await import("esbuild");
  const outdir = mkdtempSync(join(tmpdir(), "portcullis-bench-audit-"));
  const policies = join(outdir, "policies.json");
  writeFileSync(policies, JSON.stringify(libraryPolicies(CONSTRAINTS)));
  await build({
    entryPoints: [join(import.meta.dirname, "audit-run.ts")],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    keepNames: true,
    outExtension: { ".js": ".mjs" },
    banner: { js: 'import { createRequire as benchRequire } from "node:module"; const require = benchRequire(import.meta.url);' },
  });
  return { program: join(outdir, "audit-run.mjs"), policies };
}

async function runAudit(kubeconfig: string, runs = 1): Promise<AuditCost> {
  built ??= buildAudit();
  const { program, policies } = await built;
  // The flag is the one that the shipped deployment sets.
  const argv = ["--max-semi-space-size=4", program, kubeconfig, policies, String(runs)];
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, {
      stdio: ["ignore", "pipe", "inherit"],
      timeout: 600_000,
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("exit", () => (text === "" ? reject(new Error("the audit ended without a result")) : resolve(JSON.parse(text) as AuditCost)));
  });
}

/** Audits the same Pods of a real API server, first by Gatekeeper, then by us. */
async function auditReal(): Promise<readonly Row[]> {
  const manager = apiServerMissing === undefined ? gatekeeperManager() : undefined;
  if (manager === undefined) {
    process.stdout.write(`no Gatekeeper to compare audits with: ${apiServerMissing ?? "it could not be built"}\n`);
    return [];
  }
  const api = await startApiServer();
  try {
    const client = await connect(api);
    const pods = { group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true };
    let next = 0;
    const maker = async (): Promise<void> => {
      while (next < REAL_PODS) await client.create(pods, pod(next++) as PlainObject, "default");
    };
    await Promise.all(Array.from({ length: 10 }, maker));
    const rival = await auditByGatekeeper(manager, api, client.transport.close);
    return [rowOf("audit real", await runAudit(api.kubeconfig, 3), rival)];
  } finally {
    await api.stop();
  }
}

async function auditByGatekeeper(
  manager: string,
  api: Awaited<ReturnType<typeof startApiServer>>,
  close: () => Promise<void>,
): Promise<AuditCost> {
  const flags = ["--operation=audit", "--operation=status", "--operation=generate", "--audit-interval=2"];
  const gatekeeper = await startGatekeeper(manager, api, libraryPolicies(CONSTRAINTS), flags);
  try {
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${gatekeeper.metricsPort}/metrics`)).text();
      return Number(new RegExp(`^${name}(?:[{][^}]*[}])? (\\S+)$`, "m").exec(text)?.[1] ?? 0);
    };
    const sum = "gatekeeper_audit_duration_seconds_sum";
    const count = "gatekeeper_audit_duration_seconds_count";
    const runs = async (atLeast: number): Promise<number> =>
      await eventually("an audit ends", async () => ((await metric(count)) >= atLeast ? await metric(count) : undefined), 300_000);
    const first = await runs(1);
    const [cpuBefore, sumBefore] = [processorSeconds(gatekeeper.pid), await metric(sum)];
    const last = await runs(first + 2);
    const done = last - first;
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${gatekeeper.pid}/status`, "utf8"))?.[1];
    return {
      objects: REAL_PODS,
      violations: 0,
      seconds: ((await metric(sum)) - sumBefore) / done,
      processorSeconds: (processorSeconds(gatekeeper.pid) - cpuBefore) / done,
      peakMegabytes: Number(peak) / 1024,
    };
  } finally {
    await gatekeeper.stop();
    await close();
  }
}
