/** Starts the embedded server for a test, on a free port, with what it says and logs collected; and talks to it over TLS as the API server does. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readServerConfig } from "../../src/server/config.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { type RunningServer, startEmbedded } from "../../src/server/index.ts";

/** A running server and its output so far. */
export interface Embedded extends RunningServer {
  readonly said: string[];
  readonly logged: { readonly [key: string]: unknown }[];
  /** The folder of policies, which the server watches. */
  readonly folder: string;
}

/** Starts a server over a folder with the given files. */
export async function startOver(files: { readonly [name: string]: string }, flags: readonly string[] = []): Promise<Embedded> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-policies-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const read = readServerConfig(
    [`--policies=${folder}`, "--port=0", "--host=127.0.0.1", "--health-addr=127.0.0.1:0", "--audit-interval=0", ...flags],
    {},
  );
  if ("error" in read) throw new Error(read.error);
  const said: string[] = [];
  const logged: { readonly [key: string]: unknown }[] = [];
  const log = makeLogger(
    { level: "DEBUG" },
    { write: (line: string) => void logged.push(JSON.parse(line) as { readonly [key: string]: unknown }) },
  );
  const server = await startEmbedded(read.config, { log, say: (text) => void said.push(text), colour: false });
  return { ...server, said, logged, folder };
}

/** An answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Posts a body over HTTP/1.1, trusting the server's own authority. */
export function post(
  server: RunningServer,
  path: string,
  body: string | Buffer,
  headers: { readonly [name: string]: string } = { "content-type": "application/json" },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = httpsRequest({ host: "localhost", port: server.port, path, method: "POST", ca: server.authority, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** Posts several bodies at once over one HTTP/2 connection, as the API server does. */
export async function postMany(server: RunningServer, path: string, bodies: readonly string[]): Promise<readonly Reply[]> {
  const session = connect(`https://localhost:${server.port}`, { ca: server.authority });
  try {
    return await Promise.all(
      bodies.map(
        (body) =>
          new Promise<Reply>((resolve, reject) => {
            const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json" });
            let status = 0;
            const chunks: Buffer[] = [];
            stream.on("response", (headers) => (status = Number(headers[":status"])));
            stream.on("data", (chunk: Buffer) => chunks.push(chunk));
            stream.on("end", () => resolve({ status, body: Buffer.concat(chunks).toString() }));
            stream.on("error", reject);
            stream.end(body);
          }),
      ),
    );
  } finally {
    session.close();
  }
}

/** What of a request may differ from the usual one. */
export interface RequestFields {
  readonly [field: string]: unknown;
}

/** Returns the text of an AdmissionReview about creating a namespace, with some fields of the request replaced. */
export function namespaceReview(
  labels: { readonly [name: string]: string } = {},
  fields: RequestFields = {},
  apiVersion = "admission.k8s.io/v1",
): string {
  return JSON.stringify({
    apiVersion,
    kind: "AdmissionReview",
    request: {
      uid: "u1",
      kind: { group: "", version: "v1", kind: "Namespace" },
      resource: { group: "", version: "v1", resource: "namespaces" },
      name: "team-a",
      namespace: "team-a",
      operation: "CREATE",
      userInfo: { username: "ann" },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a", labels } },
      oldObject: null,
      dryRun: false,
      options: null,
      ...fields,
    },
  });
}
