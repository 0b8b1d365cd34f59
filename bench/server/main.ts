/**
 * The server's benchmark: our webhook, a bare node:http2 server and the real Gatekeeper manager (or `opa run --server` where it cannot be
 * built) under the same load over TLS, then audits. Beside throughput it reports the processor time a request costs the server, which
 * says the same on a busy machine.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Row, renderRows } from "../report.ts";
import { benchAudit } from "./audit.ts";
import type { Load, LoadResult } from "./load.ts";
import { libraryPolicies, type Policies, podReviews } from "./policies.ts";
import { processorSeconds, startBare, startOurs, startRival, type Target } from "./targets.ts";

const SECONDS = Number(process.env["PORTCULLIS_BENCH_SECONDS"] ?? 5);
const PROTOCOLS = ["h2", "h1"] as const;
const CONSTRAINTS = [1, 20, 50];

/** Runs the benchmark; returns its rows. `filter` selects cases by name, such as `h2 20`. */
export async function benchServer(filter: string): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-"));
  const bodies = join(folder, "bodies.jsonl");
  writeFileSync(bodies, podReviews(500).join("\n"));
  const rows: Row[] = [];
  for (const count of CONSTRAINTS) {
    const cases = PROTOCOLS.map((protocol) => ({ protocol, name: `${protocol} ${count}` })).filter(({ name }) => name.includes(filter));
    if (cases.length === 0) continue;
    rows.push(...(await benchCount(libraryPolicies(count), cases, bodies)));
  }
  process.stdout.write(
    renderRows(rows, [
      { title: "throughput/rival", over: "req/s", under: "rival req/s" },
      { title: "throughput/bare", over: "req/s", under: "bare req/s" },
      { title: "cpu: rival/ours", over: "rival cpu us", under: "cpu us" },
      { title: "cpu: bare/ours", over: "bare cpu us", under: "cpu us" },
      { title: "p99: rival/ours", over: "rival p99", under: "p99 at rival's" },
    ]),
  );
  const audits = await benchAudit(filter);
  process.stdout.write(`\n${renderRows(audits, [{ title: "rival/ours", over: "objects/cpu s", under: "rival objects/cpu s" }])}`);
  return [...rows, ...audits];
}

async function benchCount(
  policies: Policies,
  cases: readonly { readonly protocol: "h2" | "h1"; readonly name: string }[],
  bodies: string,
): Promise<readonly Row[]> {
  const targets: Target[] = [];
  try {
    for (const start of [startOurs, startBare, startRival]) {
      const target = await start(policies);
      if (target !== undefined) targets.push(target);
    }
    const rows: Row[] = [];
    for (const { protocol, name } of cases) rows.push(await benchCase(name, protocol, targets, bodies));
    return rows;
  } finally {
    for (const target of targets) await target.stop();
  }
}

async function benchCase(name: string, protocol: "h2" | "h1", targets: readonly Target[], bodies: string): Promise<Row> {
  const figures: Record<string, number> = {};
  const differ = await differences(targets, bodies);
  let failed = 0;
  const loadOf = ({ port, path }: Target) => ({ port, path, protocol, bodies, connections: 2, inFlight: 64, seconds: SECONDS });
  for (const target of targets) {
    const prefix = target.role === "ours" ? "" : `${target.role} `;
    const load = loadOf(target);
    await sendLoad({ ...load, seconds: 1, warmUpSeconds: 0, warmUpRequests: target.role === "rival" ? 200 : 4_000 });
    const before = processorSeconds(target.pid);
    const peak = await sendLoad({ ...load, warmUpSeconds: 0 });
    const cost = ((processorSeconds(target.pid) - before) * 1e6) / peak.requests;
    const half = await sendLoad({ ...load, inFlight: 5_000, warmUpSeconds: 1, rate: peak.perSecond / 2 });
    Object.assign(figures, {
      [`${prefix}req/s`]: peak.perSecond,
      [`${prefix}cpu us`]: cost,
      [`${prefix}p50`]: half.p50,
      [`${prefix}p99`]: half.p99,
      [`${prefix}p99.9`]: half.p999,
    });
    failed += peak.failed + half.failed;
    process.stdout.write(
      `${name} ${target.title}: ${peak.perSecond.toFixed(0)} req/s at ${peak.p50.toFixed(1)}/${peak.p99.toFixed(1)}/${peak.p999.toFixed(1)} ms, ` +
        `${cost.toFixed(0)} us of processor a request; at half of that ${half.p50.toFixed(1)}/${half.p99.toFixed(1)}/${half.p999.toFixed(1)} ms ` +
        `(p50/p99/p99.9); ${((100 * half.denied) / half.requests).toFixed(0)} % denied, ${peak.failed + half.failed} failed\n`,
    );
  }
  const [ours, rival] = (["ours", "rival"] as const).map((role) => targets.find((target) => target.role === role));
  if (ours !== undefined && rival !== undefined) {
    const rate = (figures["rival req/s"] ?? 0) / 2;
    const same = await sendLoad({ ...loadOf(ours), inFlight: 5_000, warmUpSeconds: 1, rate });
    figures["p99 at rival's"] = same.p99;
    process.stdout.write(`${name} portcullis at ${rival.title}'s half load of ${rate.toFixed(0)} req/s: p99 ${same.p99.toFixed(1)} ms\n`);
  }
  return {
    name,
    group: name.split(" ")[0] ?? name,
    figures,
    ...(failed > 0 ? { problem: `${failed} failed` } : differ > 0 ? { problem: `${differ} answers differ` } : {}),
  };
}

function sendLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "load.ts"), JSON.stringify(load)], {
      stdio: ["ignore", "pipe", "inherit"],
      timeout: (load.seconds + load.warmUpSeconds + 30) * 1000,
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("exit", () => (text === "" ? reject(new Error("the load ended without a result")) : resolve(JSON.parse(text) as LoadResult)));
  });
}

const COMPARED = 60;

/** Asks ours and the rival the same and counts the answers that differ; several messages of one denial may come in any order. */
async function differences(targets: readonly Target[], bodies: string): Promise<number> {
  const [ours, rival] = (["ours", "rival"] as const).map((role) => targets.find((target) => target.role === role));
  if (ours === undefined || rival === undefined) return 0;
  const reviews = readFileSync(bodies, "utf8").split("\n").slice(0, COMPARED);
  let different = 0;
  for (const review of reviews) {
    const answers = await Promise.all([ours, rival].map(async ({ port, path }) => sortedLines(await postOnce(port, path, review))));
    if (answers[0] !== answers[1]) different++;
  }
  return different;
}

function sortedLines(text: string): string {
  const { response } = JSON.parse(text) as {
    readonly response: { readonly allowed: boolean; readonly status?: { readonly message?: string } };
  };
  return JSON.stringify([response.allowed, (response.status?.message ?? "").split("\n").sort()]);
}

function postOnce(port: number, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const call = request({ host: "127.0.0.1", port, path, method: "POST", rejectUnauthorized: false, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end(body);
  });
}
