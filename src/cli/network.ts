/** What commands ask of the network and of other programs, for those few that do: it is loaded when it is needed. */
import { spawn } from "node:child_process";
import { EnvHttpProxyAgent, fetch } from "undici";
import { type HttpAnswer, type HttpRequest, NetworkError, type RanProgram } from "./effects.ts";

/** How long an exchange may take. */
const PATIENCE_MILLIS = 120_000;

/** Sends a request, through the proxy that the environment names. */
export async function fetchOverNetwork({ method, url, headers, body, limit }: HttpRequest): Promise<HttpAnswer> {
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const signal = AbortSignal.timeout(PATIENCE_MILLIS);
    const answer = await fetch(url, { method, headers, dispatcher, signal, ...(body === undefined ? {} : { body }) });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > limit) throw new NetworkError(`answer is larger than ${limit} bytes`);
      chunks.push(chunk);
    }
    return { status: answer.status, url: answer.url, headers: Object.fromEntries(answer.headers), body: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    throw new NetworkError(networkText(error));
  } finally {
    dispatcher.destroy().catch(() => undefined);
  }
}

function networkText(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const { code, address, port, hostname, message } = cause as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
    hostname?: string;
  };
  if (code === "ECONNREFUSED") return `dial tcp ${address}:${port}: connect: connection refused`;
  if (code === "ENOTFOUND") return `dial tcp: lookup ${hostname}: no such host`;
  return message;
}

/** Runs a program; what it writes beyond a mebibyte is left out. */
export function runProgram(name: string, args: readonly string[], stdin: string): Promise<RanProgram> {
  return new Promise((resolve) => {
    const child = spawn(name, args, { stdio: ["pipe", "pipe", "ignore"], timeout: PATIENCE_MILLIS });
    let stdout = "";
    child.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ error: error.code === "ENOENT" ? `exec: ${JSON.stringify(name)}: executable file not found in $PATH` : error.message }),
    );
    child.stdout.on("data", (chunk: Buffer) => {
      if (stdout.length < 1 << 20) stdout += chunk.toString("utf8");
    });
    child.on("close", (code) => resolve({ code: code ?? 1, stdout }));
    // The program may not want to read.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
  });
}
