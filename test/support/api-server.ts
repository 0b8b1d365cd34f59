/**
 * A real Kubernetes API server for tests: etcd and kube-apiserver from the folder that KUBEBUILDER_ASSETS names, on free loopback ports,
 * with their data in a temporary folder. Where they are absent, `apiServerMissing` says why and the tests skip with that line.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the programs are. */
const assets = process.env["KUBEBUILDER_ASSETS"] ?? "";

/** Why there is no API server here, or undefined when there is. */
export const apiServerMissing: string | undefined = !assets
  ? "KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver"
  : ["etcd", "kube-apiserver"].filter((name) => !existsSync(join(assets, name))).map((name) => `${name} is not in KUBEBUILDER_ASSETS`)[0];

/** A running API server. */
export interface ApiServer {
  readonly url: string;
  readonly token: string;
  /** A kubeconfig for the administrator, as text. */
  readonly kubeconfig: string;
  /** PEM of what signed its certificate. */
  readonly authority: string;
  /** Stops the API server (etcd goes on) and starts it again on the same port; `meanwhile` runs in between. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  /** Halts the process: connections stay open and nobody answers on them. */
  freeze(): void;
  thaw(): void;
  /** Starts a second API server over the same etcd; its `stop` leaves etcd alone. */
  beside(): Promise<Pick<ApiServer, "url" | "kubeconfig" | "token" | "stop">>;
  /** Makes etcd forget every version but the current ones. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

/** Returns a loopback port nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

/** Starts etcd and kube-apiserver; resolves when `/readyz` says ok. */
export async function startApiServer(extraFlags: readonly string[] = []): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-kube-"));
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const token = "portcullis-test-token";
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "sa.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,admin,system:masters\n`);

  const etcd = start(folder, "etcd", [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
    `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
  ]);
  const flagsOn = (securePort: number, certificates: string): readonly string[] => [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--cert-dir=${join(folder, certificates)}`,
    `--secure-port=${securePort}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${join(folder, "sa.pub")}`,
    `--service-account-signing-key-file=${join(folder, "sa.key")}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--disable-admission-plugins=ServiceAccount",
    "--allow-privileged=true",
    ...extraFlags,
  ];
  const flags = flagsOn(port, "certs");
  let server = start(folder, "kube-apiserver", flags);
  const url = `https://127.0.0.1:${port}`;
  await untilReady(url, token, server, folder);
  const authority = readFileSync(join(folder, "certs", "apiserver.crt"), "utf8");

  return {
    url,
    token,
    authority,
    kubeconfig: kubeconfigText(url, token, authority),
    restart: async (meanwhile) => {
      await end(server);
      await meanwhile?.();
      server = start(folder, "kube-apiserver", flags);
      await untilReady(url, token, server, folder);
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    beside: async () => {
      const otherPort = await freePort();
      const otherUrl = `https://127.0.0.1:${otherPort}`;
      const other = start(folder, "kube-apiserver", flagsOn(otherPort, "other-certs"));
      await untilReady(otherUrl, token, other, folder);
      const otherAuthority = readFileSync(join(folder, "other-certs", "apiserver.crt"), "utf8");
      return { url: otherUrl, token, kubeconfig: kubeconfigText(otherUrl, token, otherAuthority), stop: () => end(other) };
    },
    compact: () => compactEtcd(`http://127.0.0.1:${etcdPort}`),
    stop: async () => {
      await end(server);
      await end(etcd);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function compactEtcd(url: string): Promise<void> {
  const post = async (path: string, body: object): Promise<Response> =>
    await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
  const { header } = (await (await post("/v3/kv/range", { key: "AA==" })).json()) as { readonly header: { readonly revision: string } };
  const response = await post("/v3/kv/compaction", { revision: header.revision, physical: true });
  if (!response.ok) throw new Error(`etcd did not compact: ${await response.text()}`);
}

function start(folder: string, name: string, flags: readonly string[]): ChildProcess {
  const child = spawn(join(assets, name), flags, { stdio: ["ignore", "ignore", "pipe"], cwd: folder });
  const kept: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => {
    kept.push(chunk.toString());
    if (kept.length > 200) kept.splice(0, 100);
  });
  child.on("exit", () => writeFileSync(join(folder, `${name}.log`), kept.join("")));
  return child;
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

async function untilReady(url: string, token: string, server: ChildProcess, folder: string): Promise<void> {
  const until = Date.now() + 90_000;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`kube-apiserver ended with ${server.exitCode}; its log is in ${folder}`);
    if (await answersOk(`${url}/readyz`, token)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("kube-apiserver was not ready within 90 s");
}

function answersOk(url: string, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(url, { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("error", () => resolve(false));
    call.on("timeout", () => call.destroy());
    call.end();
  });
}

function kubeconfigText(url: string, token: string, authority: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster: { server: url, "certificate-authority-data": Buffer.from(authority).toString("base64") } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  });
}
