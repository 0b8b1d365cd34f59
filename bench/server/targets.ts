/** The servers that the benchmark loads: ours from a folder, a bare one, and the real Gatekeeper manager against a real API server. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiServerMissing, freePort, startApiServer } from "../../test/support/api-server.ts";
import { gatekeeperManager, original } from "../rivals.ts";
import { end } from "./end.ts";
import { type Gatekeeper, startGatekeeper } from "./gatekeeper.ts";
import { startOpa } from "./opa.ts";
import type { Policies } from "./policies.ts";

/** A running server to load. */
export interface Target {
  readonly role: "ours" | "bare" | "rival";
  readonly title: string;
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  stop(): Promise<void>;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** Starts our server without a cluster. */
export async function startOurs(policies: Policies): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-policies-"));
  for (const [i, object] of [...policies.templates, ...policies.constraints].entries())
    writeFileSync(join(folder, `${i}.json`), JSON.stringify(object));
  const port = await freePort();
  const profile = process.env["PORTCULLIS_BENCH_PROFILE"];
  const child = spawn(
    process.execPath,
    [
      ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`]),
      join(ROOT, "src/cli/portcullis.ts"),
      "serve",
      `--policies=${folder}`,
      `--port=${port}`,
      "--host=127.0.0.1",
      "--health-addr=0",
      "--audit-interval=0",
      "--log-level=WARNING",
      "--enable-k8s-native-validation=false",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await saidSomething(child);
  return { role: "ours", title: "portcullis", pid: child.pid ?? 0, port, path: "/v1/admit", stop: () => end(child) };
}

/** Starts the bare server. */
export async function startBare(): Promise<Target> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(ROOT, "bench/server/bare.ts"), String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  await saidSomething(child);
  return { role: "bare", title: "bare node:http2", pid: child.pid ?? 0, port, path: "/", stop: () => end(child) };
}

/** Starts Gatekeeper, or `opa run --server` where there is no Gatekeeper, or says why there is nothing to compare with. */
export async function startRival(policies: Policies): Promise<Target | undefined> {
  const manager = apiServerMissing === undefined && process.env["PORTCULLIS_BENCH_RIVAL"] !== "opa" ? gatekeeperManager() : undefined;
  if (manager === undefined) return await startOpaTarget(policies);
  const api = await startApiServer();
  let gatekeeper: Gatekeeper | undefined;
  try {
    gatekeeper = await startGatekeeper(manager, api, policies, ["--operation=webhook", "--operation=status", "--operation=generate"]);
  } catch (error) {
    await api.stop();
    throw error;
  }
  const running = gatekeeper;
  return {
    role: "rival",
    title: "gatekeeper",
    pid: running.pid,
    port: running.port,
    path: "/v1/admit",
    stop: async () => {
      await running.stop();
      await api.stop();
    },
  };
}

async function startOpaTarget(policies: Policies): Promise<Target | undefined> {
  const binary = original("opa");
  if (binary === undefined) {
    process.stdout.write(`nothing to compare with: ${apiServerMissing ?? "Gatekeeper could not be built"}, and there is no opa\n`);
    return undefined;
  }
  const { pid, port, stop } = await startOpa(binary, policies);
  return { role: "rival", title: "opa", pid, port, path: "/", stop };
}

/** Waits for a server's first line. */
export function saidSomething(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    child.once("error", reject);
  });
}

let ticks = 0;

/** Seconds of processor time a process has used; NaN where the system does not say. */
export function processorSeconds(pid: number): number {
  try {
    ticks ||= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  } catch {
    return Number.NaN;
  }
}
