/** Runs the real Gatekeeper manager against an API server, with the given policies in force. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlainObject } from "../../src/rego/index.ts";
import { constraintResource, issueServerCertificate, type KubeClient, makeAuthority } from "../../src/server/parts.ts";
import { type ApiServer, freePort } from "../../test/support/api-server.ts";
import { connect, create, eventually, objectsOf } from "../../test/support/cluster.ts";
import { gatekeeperSources } from "../rivals.ts";
import { end } from "./end.ts";
import type { Policies } from "./policies.ts";

/** A running manager. */
export interface Gatekeeper {
  readonly pid: number;
  readonly port: number;
  readonly metricsPort: number;
  readonly healthPort: number;
  /** What it wrote to standard error, the last thousands of lines of it. */
  readonly logged: readonly string[];
  stop(): Promise<void>;
}

const NAMESPACE = "gatekeeper-system";

/** Starts the manager and waits until every constraint is enforced. */
export async function startGatekeeper(binary: string, api: ApiServer, policies: Policies, flags: readonly string[]): Promise<Gatekeeper> {
  const client = await connect(api);
  const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-gatekeeper-"));
  for (const object of definitions()) await createOnce(client, object);
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bench", namespace: NAMESPACE },
    spec: { containers: [{ name: "manager", image: "x" }] },
  };
  await createOnce(client, pod);
  writeFileSync(join(folder, "kubeconfig"), api.kubeconfig);
  const authority = await makeAuthority("bench", "bench", new Date());
  const serving = await issueServerCertificate(authority, { dnsNames: ["localhost"], clientAuth: true }, new Date());
  for (const [name, text] of Object.entries({ "ca.crt": authority.certificate, "tls.crt": serving.certificate, "tls.key": serving.key }))
    writeFileSync(join(folder, name), text);
  const [port, healthPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const child = spawn(
    binary,
    [
      `--kubeconfig=${join(folder, "kubeconfig")}`,
      "--disable-cert-rotation",
      `--cert-dir=${folder}`,
      `--port=${port}`,
      `--health-addr=127.0.0.1:${healthPort}`,
      `--prometheus-port=${metricsPort}`,
      `--api-cache-dir=${mkdtempSync(join(tmpdir(), "portcullis-bench-audit-"))}`,
      "--enable-k8s-native-validation=false",
      "--default-create-vap-binding-for-constraints=false",
      "--log-level=WARNING",
      ...flags,
    ],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, POD_NAME: "bench", POD_NAMESPACE: NAMESPACE } },
  );
  const lines: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    lines.push(chunk.toString());
    if (lines.length > 4_000) lines.splice(0, 2_000);
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await client.transport.close();
  };
  try {
    for (const object of [...policies.templates, ...policies.constraints]) await createOnce(client, object);
    for (const constraint of policies.constraints) await untilEnforced(client, constraint);
    if (child.exitCode !== null) throw new Error("it ended");
  } catch (error) {
    await stop();
    throw new Error(`Gatekeeper did not start: ${String(error)}\n${lines.join("").slice(-2_000)}`);
  }
  return { pid: child.pid ?? 0, port, metricsPort, healthPort, logged: lines, stop };
}

/** Creates what is not there yet. */
async function createOnce(client: KubeClient, object: PlainObject): Promise<void> {
  try {
    await create(client, object);
  } catch (error) {
    if ((error as { readonly code?: number }).code !== 409) throw error;
  }
}

/** Its definitions and namespace, without what would run in a cluster. */
function definitions(): readonly PlainObject[] {
  const text = readFileSync(join(gatekeeperSources(), "deploy/gatekeeper.yaml"), "utf8");
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
  return [namespace, ...objectsOf(text).filter(({ kind }) => kind === "CustomResourceDefinition")];
}

async function untilEnforced(client: KubeClient, constraint: PlainObject): Promise<void> {
  const { name } = constraint["metadata"] as { readonly name: string };
  await eventually(
    `${String(constraint["kind"])}/${name} is enforced`,
    async () => {
      const found = await client.get(constraintResource(String(constraint["kind"])), { name });
      const { byPod } = (found?.["status"] ?? {}) as { readonly byPod?: readonly { readonly enforced?: boolean }[] };
      return byPod?.some(({ enforced }) => enforced === true);
    },
    60_000,
  );
}
