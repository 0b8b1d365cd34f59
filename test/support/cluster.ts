/** Helpers of the end-to-end tests: applies manifests to an API server, and runs the server against it as a pod would. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPlainObject, type PlainObject, readYaml } from "../../src/rego/index.ts";
import { KubeClient, type Resource } from "../../src/server/cluster/client.ts";
import { discover } from "../../src/server/cluster/discovery.ts";
import { KubeError, makeTransport } from "../../src/server/cluster/transport.ts";
import { readServerConfig } from "../../src/server/config.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { type RunningServer, startCluster } from "../../src/server/index.ts";
import { type ApiServer, freePort } from "./api-server.ts";

/** Connects as the administrator. */
export async function connect(server: Pick<ApiServer, "kubeconfig">, pingMillis?: number): Promise<KubeClient> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromString(server.kubeconfig);
  return new KubeClient(await makeTransport(config, pingMillis));
}

/** Reads the objects of a YAML text. */
export function objectsOf(text: string): readonly PlainObject[] {
  const { documents, error } = readYaml(text);
  if (error !== undefined) throw new Error(error);
  return documents.map(({ value }) => value).filter(isPlainObject);
}

/** Creates an object of any kind; waits for its kind to be served. Returns the created object. */
export async function create(client: KubeClient, object: PlainObject): Promise<PlainObject> {
  const resource = await resourceOf(client, object);
  return await client.create(resource, object, namespaceIn(object));
}

/** Deletes an object. */
export async function remove(client: KubeClient, object: PlainObject): Promise<void> {
  await client.delete(await resourceOf(client, object), { namespace: namespaceIn(object), name: nameIn(object) });
}

/** Finds the resource type of an object. */
export async function resourceOf(client: KubeClient, object: PlainObject): Promise<Resource> {
  const apiVersion = String(object["apiVersion"]);
  const [group, version] = apiVersion.includes("/") ? (apiVersion.split("/") as [string, string]) : ["", apiVersion];
  return await eventually(`the API server serves ${String(object["kind"])}`, async () => {
    const { resources } = await discover(client);
    return resources.find(
      (each) => each.group === group && each.kind === object["kind"] && (each.version === version || group === "templates.gatekeeper.sh"),
    );
  });
}

/** Asks again and again until the answer is neither undefined nor false, and gives it. */
export async function eventually<T>(
  claim: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  millis = 20_000,
): Promise<T> {
  const until = Date.now() + millis;
  let last: unknown;
  while (Date.now() < until) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as T;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${millis} ms: ${claim}${last instanceof Error ? ` (${last.message})` : ""}`);
}

/** Returns the refusal of an action that must be refused. */
export async function refusal(action: Promise<unknown>): Promise<KubeError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
  throw new Error("the API server did not refuse");
}

function nameIn(object: PlainObject): string {
  return String((object["metadata"] as PlainObject)["name"]);
}

function namespaceIn(object: PlainObject): string | undefined {
  const namespace = (object["metadata"] as PlainObject)["namespace"];
  return typeof namespace === "string" ? namespace : undefined;
}

/** The objects of `deploy/portcullis.yaml`, the webhook's service replaced by an address: no pod runs behind a bare API server. */
export function installation(port: number): readonly PlainObject[] {
  const text = readFileSync(new URL("../../deploy/portcullis.yaml", import.meta.url), "utf8");
  return objectsOf(text).map((object) => (object["kind"] === "ValidatingWebhookConfiguration" ? withAddress(object, port) : object));
}

function withAddress(configuration: PlainObject, port: number): PlainObject {
  const webhooks = (configuration["webhooks"] as readonly PlainObject[]).map((webhook) => {
    const { path } = (webhook["clientConfig"] as PlainObject)["service"] as PlainObject;
    return { ...webhook, clientConfig: { url: `https://127.0.0.1:${port}${String(path)}` } };
  });
  return { ...configuration, webhooks };
}

/** Returns the API server as Gatekeeper's service account sees it: with the rights of the installation and no others. */
export async function asServiceAccount(api: ApiServer, client: KubeClient): Promise<ApiServer> {
  const granted = await client.transport.request({
    method: "POST",
    path: "/api/v1/namespaces/gatekeeper-system/serviceaccounts/gatekeeper-admin/token",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 7_200 } },
  });
  const { token } = granted["status"] as { readonly token: string };
  return { ...api, token, kubeconfig: api.kubeconfig.replaceAll(api.token, token) };
}

/** A server that runs against an API server, and what it logged. */
export interface ClusterServer extends RunningServer {
  readonly logged: readonly string[];
  /** Where the audit's thread logs. */
  readonly logFile: string;
}

/** Starts the server as the pod `name`, with the flags of the shipped deployments unless others are given. */
export async function startServer(api: ApiServer, port: number, name: string, flags: readonly string[] = []): Promise<ClusterServer> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-config-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, api.kubeconfig);
  const argv = [
    `--kubeconfig=${kubeconfig}`,
    "--host=127.0.0.1",
    `--port=${port}`,
    `--health-addr=127.0.0.1:${await freePort()}`,
    "--audit-interval=2",
    "--prometheus-port=0",
    `--log-file=${join(folder, "audit.log")}`,
    "--log-level=DEBUG",
    ...flags,
  ];
  const read = readServerConfig(argv, { POD_NAME: name, POD_NAMESPACE: "gatekeeper-system" });
  if ("error" in read) throw new Error(read.error);
  const logged: string[] = [];
  const log = makeLogger({ level: "DEBUG" }, { write: (line: string) => void logged.push(line) });
  process.env["POD_NAME"] = name; // the audit's thread reads its own environment
  const server = await startCluster(read.config, { log, say: () => undefined, colour: false }, argv);
  return { ...server, logged, logFile: join(folder, "audit.log") };
}

/** Asks the webhook directly, as an API server would that is gone at the moment; gives the text of its answer. */
export function ask(port: number, review: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/v1/admit", method: "POST", rejectUnauthorized: false };
    const call = request({ ...options, headers: { "content-type": "application/json" } }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end(review);
  });
}

/** A template in CEL, `ShortNames`, with one validation, from which a ValidatingAdmissionPolicy is made as well. */
export function shortNames(validation: PlainObject): PlainObject {
  return {
    apiVersion: "templates.gatekeeper.sh/v1",
    kind: "ConstraintTemplate",
    metadata: { name: "shortnames" },
    spec: {
      crd: { spec: { names: { kind: "ShortNames" } } },
      targets: [
        {
          target: "admission.k8s.gatekeeper.sh",
          code: [{ engine: "K8sNativeValidation", source: { validations: [validation], generateVAP: true } }],
        },
      ],
    },
  };
}
