/**
 * The story in one command: starts the server with the required-labels example, sends it a real AdmissionReview over TLS, prints the denial
 * and what the audit found, stops. The server is the one users run, as a process of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

const example = new URL("../examples/required-labels/", import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, example));
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const heading = (text: string): void => say(`\n${styleText("bold", text)}`);

const TIMEOUT_MILLIS = 25_000;

heading("1. Start the server with a template and a constraint, no cluster needed");
say(styleText("dim", "   portcullis serve --policies examples/required-labels/policies --objects examples/required-labels/objects"));
const server = spawn(
  process.execPath,
  [
    fileURLToPath(new URL("../src/cli/portcullis.ts", import.meta.url)),
    "serve",
    "--policies",
    path("policies"),
    "--objects",
    path("objects"),
    "--port",
    "0",
    "--health-addr",
    "127.0.0.1:0",
    "--audit-interval",
    "1",
  ],
  { stdio: ["ignore", "pipe", "pipe"] },
);
const failsafe = setTimeout(() => finish(1, `the demo did not end within ${TIMEOUT_MILLIS / 1000} s`), TIMEOUT_MILLIS);

const output = collect(server);
const ready = await output.until(/listening on (https:\/\/\S+)/);
say(`   ${ready[0]}`);

heading("2. Ask to create a namespace without the label, as the API server asks");
const review = JSON.parse(readFileSync(path("requests/create-namespace.json"), "utf8")) as { readonly request: { readonly name: string } };
const answer = await post(`${ready[1]}/v1/admit?timeout=3s`, JSON.stringify(review));
const { response } = JSON.parse(answer) as {
  readonly response: { readonly allowed: boolean; readonly status: { readonly code: number; readonly message: string } };
};
say(`   $ kubectl create namespace ${review.request.name}`);
say(`   Error from server (Forbidden): admission webhook "validation.gatekeeper.sh" denied the request:`);
say(`   ${styleText("red", response.status.message)}`);

heading("3. Audit what exists already");
say((await output.until(/\nAudit[\s\S]*?\n\n/))[0].trim().replace(/^/gm, "   "));
say("");
finish(response.allowed ? 1 : 0, response.allowed ? "the request was allowed" : undefined);

function collect(child: ChildProcess): { until(pattern: RegExp): Promise<RegExpExecArray> } {
  let text = "";
  const waiting: { readonly pattern: RegExp; readonly resolve: (match: RegExpExecArray) => void }[] = [];
  const look = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const { pattern, resolve } of waiting) {
      const match = pattern.exec(text);
      if (match) resolve(match);
    }
  };
  child.stdout?.on("data", look);
  child.stderr?.on("data", look);
  child.on("exit", (code) => {
    if (code !== null && code !== 0) finish(1, `the server ended early:\n${text}`);
  });
  return {
    until: (pattern) => {
      const match = pattern.exec(text);
      return match ? Promise.resolve(match) : new Promise((resolve) => waiting.push({ pattern, resolve }));
    },
  };
}

// The server made its certificate a moment ago and for itself; a cluster would hand its authority to the API server.
function post(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", rejectUnauthorized: false, headers: { "content-type": "application/json" } }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("end", () => resolve(Buffer.concat(chunks).toString()));
    });
    call.on("error", reject);
    call.end(body);
  });
}

function finish(code: number, problem?: string): void {
  clearTimeout(failsafe);
  if (problem !== undefined) process.stderr.write(`demo: ${problem}\n`);
  server.removeAllListeners("exit");
  server.kill("SIGKILL");
  process.exitCode = code;
}
