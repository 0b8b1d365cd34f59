/**
 * The load, in a process of its own: posts AdmissionReviews over HTTP/2 (a few connections with many streams, as an API server holds them) or
 * HTTP/1.1, either as fast as the answers come or at a given rate, and prints one line of JSON. At a rate, a request's time counts from
 * when it was due, so a server that stalls cannot hide the requests it kept waiting.
 */
import { readFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { Agent, request } from "node:https";
import { isMainThread } from "node:worker_threads";

/** What to send and how. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly protocol: "h2" | "h1";
  readonly connections: number;
  /** Requests under way over all connections, when no rate is given; else the most there may be. */
  readonly inFlight: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Requests sent before anything is measured, for at most 20 s: both engines compile what runs often. */
  readonly warmUpRequests?: number;
  /** Requests a second; absent = as many as are answered. */
  readonly rate?: number;
  /** File with one AdmissionReview a line. */
  readonly bodies: string;
}

/** What came of it; times in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly requests: number;
  readonly denied: number;
  readonly failed: number;
}

/** More connections would measure handshakes. */
const HTTP1_CONNECTIONS = 64;

/** Sends one body and gives the answer's text. */
type Send = (body: Buffer) => Promise<string>;

async function openHttp2({ port, path, connections }: Load): Promise<{ readonly send: Send; close(): void }> {
  const sessions = await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<ClientHttp2Session>((resolve, reject) => {
          const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
          session.once("connect", () => resolve(session));
          session.once("error", reject);
        }),
    ),
  );
  let turn = 0;
  const send: Send = (body) =>
    new Promise((resolve, reject) => {
      const session = sessions[turn++ % sessions.length] as ClientHttp2Session;
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/json",
        "content-length": body.length,
      });
      let text = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => (text += chunk));
      stream.on("end", () => resolve(text));
      stream.on("error", reject);
      stream.end(body);
    });
  return { send, close: () => sessions.forEach((session) => session.destroy()) };
}

function openHttp1({ port, path, inFlight }: Load): { readonly send: Send; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: Math.min(inFlight, HTTP1_CONNECTIONS), rejectUnauthorized: false });
  const send: Send = (body) =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": body.length };
      const call = request({ host: "127.0.0.1", port, path, method: "POST", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(text));
      });
      call.on("error", reject);
      call.end(body);
    });
  return { send, close: () => agent.destroy() };
}

async function run(load: Load): Promise<LoadResult> {
  const bodies = readFileSync(load.bodies, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Buffer.from(line));
  const { send, close } = load.protocol === "h2" ? await openHttp2(load) : openHttp1(load);
  let warm = 0;
  const warmUntil = performance.now() + 20_000;
  const warmUp = async (): Promise<void> => {
    while (warm < (load.warmUpRequests ?? 0) && performance.now() < warmUntil)
      await send(bodies[warm++ % bodies.length] as Buffer).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: 32 }, warmUp));
  const times: number[] = [];
  let [denied, failed, at, open] = [0, 0, 0, 0];
  const started = performance.now();
  const from = started + load.warmUpSeconds * 1000;
  const until = from + load.seconds * 1000;
  const one = async (due: number): Promise<void> => {
    const body = bodies[at++ % bodies.length] as Buffer;
    open++;
    try {
      const text = await send(body);
      if (due >= from) {
        times.push(performance.now() - due);
        if (text.includes('"allowed":false')) denied++;
        else if (!text.includes('"allowed":true')) failed++;
      }
    } catch {
      failed++;
    }
    open--;
  };
  if (load.rate === undefined) {
    const loop = async (): Promise<void> => {
      for (let now = performance.now(); now < until; now = performance.now()) await one(now);
    };
    await Promise.all(Array.from({ length: load.inFlight }, loop));
  } else await paced(load.rate, started, until, (due) => (open < load.inFlight ? void one(due) : void failed++));
  for (const end = performance.now() + 5_000; open > 0 && performance.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 10));
  close();
  times.sort((a, b) => a - b);
  const at_ = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return {
    perSecond: times.length / load.seconds,
    p50: at_(0.5),
    p99: at_(0.99),
    p999: at_(0.999),
    requests: times.length,
    denied,
    failed,
  };
}

/** Calls `send` with the time at which each request is due, in bursts of what is due by now. */
async function paced(rate: number, started: number, until: number, send: (due: number) => void): Promise<void> {
  for (let sent = 0; ; ) {
    const now = performance.now();
    if (now >= until) return;
    for (let due = started + (sent * 1000) / rate; due <= now; due = started + (++sent * 1000) / rate) send(due);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

if (isMainThread && process.argv[1] === import.meta.filename) {
  const result = await run(JSON.parse(process.argv[2] ?? "{}") as Load);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}
