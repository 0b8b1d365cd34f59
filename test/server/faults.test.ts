/** What goes wrong on the wire, over real sockets: slow, greedy and strange clients, certificates that change, a stop in the middle of the work. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { Agent, request as httpsRequest } from "node:https";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueServerCertificate, type KeyPair, makeAuthority } from "../../src/server/effects/certificates.ts";
import { answerReview } from "../../src/server/http/envelope.ts";
import { Gate } from "../../src/server/http/gate.ts";
import { type Listener, type ListenerOptions, startListener } from "../../src/server/http/listener.ts";
import { answerWebhook, type WebhookRoute } from "../../src/server/http/webhook.ts";
import { freePort } from "../support/api-server.ts";
import { namespaceReview, post, startOver } from "../support/embedded.ts";

const example = (name: string): string => readFileSync(new URL(`../../examples/required-labels/policies/${name}`, import.meta.url), "utf8");
const policies = { "template.yaml": example("template.yaml"), "constraint.yaml": example("constraint.yaml") };

let authority: KeyPair;
let serving: KeyPair;
beforeAll(async () => {
  authority = await makeAuthority("test-ca", "test", new Date());
  serving = await serverCertificate();
});

const serverCertificate = (): Promise<KeyPair> =>
  issueServerCertificate(authority, { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"], clientAuth: true }, new Date());
const clientCertificate = (name: string): Promise<KeyPair> =>
  issueServerCertificate(authority, { dnsNames: [name], clientAuth: true }, new Date());

/** A webhook that allows everything, with limits short enough to wait for. */
async function listen(tls: Partial<NonNullable<ListenerOptions["tls"]>> = {}, millis = 400): Promise<Listener> {
  const route: WebhookRoute = {
    gate: new Gate(Number.POSITIVE_INFINITY, 10),
    bodyMillis: millis,
    onShed: () => undefined,
    answer: (text, deadline) =>
      answerReview(text, deadline, (request) => ({ uid: String(request["uid"]), allowed: true, status: { metadata: {}, code: 200 } })),
  };
  return await startListener(
    { host: "127.0.0.1", port: 0, requestTimeoutMillis: millis, tls: { ...serving, minVersion: "1.3", ...tls } },
    (request, response) => answerWebhook(route, request, response),
  );
}

function open(port: number, options: ConnectionOptions = {}): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(`https://127.0.0.1:${port}`, { ca: authority.certificate, ...options });
    session.once("connect", () => resolve(session));
    session.once("error", reject);
    session.once("close", () => reject(new Error("closed")));
  });
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a body over a session; rejects when the stream ends without an answer. */
function send(session: ClientHttp2Session, body: string, headers: { readonly [name: string]: string } = {}, end = true): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": "/v1/admit", "content-type": "application/json", ...headers });
    let status = 0;
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", (answer) => (status = Number(answer[":status"])));
    stream.on("data", (chunk: string) => (text += chunk));
    stream.on("error", reject);
    stream.on("close", () => (status === 0 ? reject(new Error(`closed with ${stream.rstCode}`)) : resolve({ status, text })));
    if (end) stream.end(body);
    else stream.write(body);
  });
}

describe("slow and greedy clients", () => {
  let listener: Listener;
  beforeAll(async () => {
    listener = await listen();
  });
  afterAll(() => listener.drain(0));

  it("are cut off over HTTP/2 when a body does not arrive in time, and others on the connection go on", async () => {
    const session = await open(listener.port);
    const slow = send(session, '{"kind":', {}, false);
    expect(await send(session, namespaceReview())).toMatchObject({ status: 200 });
    expect(await slow).toMatchObject({ status: 408 });
    expect(await send(session, namespaceReview())).toMatchObject({ status: 200 });
    session.destroy();
  });

  it("are cut off over HTTP/1.1, be it the headers or the body that drips", async () => {
    for (const text of [
      "POST /v1/admit HTTP/1.1\r\nhost: localhost\r\nx-slow: 1",
      "POST /v1/admit HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{",
    ]) {
      const socket = connectTls({ port: listener.port, host: "127.0.0.1", ca: authority.certificate, ALPNProtocols: ["http/1.1"] });
      const closed = new Promise<string>((resolve) => {
        let said = "";
        socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
        socket.on("error", () => undefined);
        socket.on("close", () => resolve(said));
      });
      socket.write(text);
      expect(await closed).toMatch(/^(HTTP\/1.1 408|$)/);
    }
  });

  it("cannot keep others out with connections that never say anything", async () => {
    const silent = Array.from({ length: 200 }, () => createConnection(listener.port, "127.0.0.1").on("error", () => undefined));
    const session = await open(listener.port);
    expect(await send(session, namespaceReview())).toMatchObject({ status: 200 });
    session.destroy();
    for (const socket of silent) socket.destroy();
  });

  it("hear that a body is too large, and a body without end is not read to its end", async () => {
    const session = await open(listener.port);
    const answer = await send(session, "x".repeat(8 * 1024 * 1024));
    expect(JSON.parse(answer.text)).toMatchObject({ response: { status: { code: 413 } } });
    const stream = session.request({ ":method": "POST", ":path": "/v1/admit", "content-type": "application/json" });
    stream.on("error", () => undefined).resume();
    const piece = Buffer.alloc(1024 * 1024, 120);
    let sent = 0;
    const more = (): void => {
      while (sent < 500 && !stream.destroyed) {
        sent++;
        if (!stream.write(piece)) {
          stream.once("drain", more);
          return;
        }
      }
    };
    more();
    await new Promise((resolve) => stream.once("end", resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent).toBeLessThan(500);
    session.destroy();
  });

  it("that never read their answers hold up nobody, and are let go once they have been silent for long", async () => {
    const body = namespaceReview();
    const text = `POST /v1/admit HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const deaf = Array.from({ length: 20 }, () => {
      const socket = connectTls({ port: listener.port, host: "127.0.0.1", ca: authority.certificate, ALPNProtocols: ["http/1.1"] });
      socket.on("error", () => undefined).pause();
      socket.write(text.repeat(60));
      return { socket, closed: new Promise((resolve) => socket.on("close", resolve)) };
    });
    const session = await open(listener.port);
    for (let i = 0; i < 20; i++) {
      const asked = performance.now();
      expect(await send(session, body)).toMatchObject({ status: 200 });
      expect(performance.now() - asked).toBeLessThan(1_000);
    }
    session.destroy();
    // What they were sent fits the system's buffers; then nothing moves any more.
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    for (const { socket } of deaf) socket.resume();
    await Promise.all(deaf.map(({ closed }) => closed));
  });

  it("are refused over HTTP/2, too, when the content type has parameters, as the original refuses them", async () => {
    const session = await open(listener.port);
    const { text } = await send(session, namespaceReview(), { "content-type": "application/json; charset=utf-8" });
    expect(JSON.parse(text)).toMatchObject({
      response: { status: { code: 400, message: "contentType=application/json; charset=utf-8, expected application/json" } },
    });
    session.destroy();
  });
});

describe("certificates", () => {
  it("change under load without a failed request, and only for new connections", async () => {
    const listener = await listen();
    const session = await open(listener.port);
    let running = true;
    let answered = 0;
    const load = Array.from({ length: 8 }, async () => {
      while (running) {
        const fresh = await open(listener.port);
        for (const each of [session, fresh]) expect(await send(each, namespaceReview())).toMatchObject({ status: 200 });
        fresh.destroy();
        answered += 2;
      }
    });
    const next = await serverCertificate();
    listener.setCertificate(next);
    await new Promise((resolve) => setTimeout(resolve, 200));
    running = false;
    await Promise.all(load);
    expect(answered).toBeGreaterThan(10);
    expect(await servedCertificate(listener.port)).toBe(next.certificate.replaceAll(/-----[A-Z ]+-----|\n/g, ""));
    session.destroy();
    await listener.drain(0);
  });

  it("of clients are asked for and their name is checked, before and after the own one changes", async () => {
    const refused: string[] = [];
    const listener = await startListener(
      {
        host: "127.0.0.1",
        port: 0,
        requestTimeoutMillis: 1_000,
        onRefused: (reason) => void refused.push(reason),
        tls: { ...serving, minVersion: "1.3", clientAuthority: authority.certificate, clientName: "kube-apiserver" },
      },
      (_request, response) => void response.end("{}"),
    );
    const [right, wrong] = await Promise.all([clientCertificate("kube-apiserver"), clientCertificate("somebody")]);
    for (let round = 0; round < 2; round++) {
      const session = await open(listener.port, { cert: right.certificate, key: right.key });
      expect(await send(session, "")).toMatchObject({ status: 200 });
      session.destroy();
      await expect(answerFor(listener.port, { cert: wrong.certificate, key: wrong.key })).rejects.toThrow();
      await expect(answerFor(listener.port, {})).rejects.toThrow();
      listener.setCertificate(await serverCertificate());
    }
    expect(refused).toContain("x509: subject with cn=somebody do not identify as kube-apiserver");
    await listener.drain(0);
  });

  it("are offered over TLS 1.3 only, unless a flag says otherwise, and a new one changes nothing about that", async () => {
    const old: ConnectionOptions = { maxVersion: "TLSv1.2" };
    const strict = await listen();
    await expect(answerFor(strict.port, old)).rejects.toThrow();
    strict.setCertificate(await serverCertificate());
    await expect(answerFor(strict.port, old)).rejects.toThrow();
    await strict.drain(0);
    const lenient = await listen({ minVersion: "1.2" });
    expect(await answerFor(lenient.port, old)).toMatchObject({ status: 200 });
    await lenient.drain(0);
  });
});

async function answerFor(port: number, options: ConnectionOptions): Promise<Answer> {
  const session = await open(port, options);
  try {
    return await send(session, namespaceReview());
  } finally {
    session.destroy();
  }
}

function servedCertificate(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: "127.0.0.1", ca: authority.certificate }, () => {
      resolve(socket.getPeerCertificate().raw.toString("base64"));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** Runs `serve` over the example's policies in a process of its own. */
async function startProcess(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-stop-"));
  for (const [name, text] of Object.entries(policies)) writeFileSync(join(folder, name), text);
  const port = await freePort();
  const program = new URL("../../src/cli/portcullis.ts", import.meta.url).pathname;
  const flags = [`--policies=${folder}`, `--port=${port}`, "--host=127.0.0.1", "--health-addr=0", "--audit-interval=0"];
  const child = spawn(process.execPath, [program, "serve", ...flags], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { port, child };
}

/** Loads a process with 50 clients, asks it to stop in the middle of that, and tells what came of it. */
async function stopUnderLoad(child: ChildProcess, ask: () => Promise<string>, isTurnedAway: (error: unknown) => boolean) {
  const lost: unknown[] = [];
  let [asked, denied, away] = [0, 0, false];
  const load = Array.from({ length: 50 }, async () => {
    while (!away) {
      asked++;
      try {
        const text = await ask();
        if (text.includes("you must provide labels")) denied++;
        else lost.push(text);
      } catch (error) {
        if (isTurnedAway(error)) away = true;
        else lost.push(error);
      }
      if (denied > 200 && !child.killed) child.kill("SIGTERM");
    }
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  await Promise.all(load);
  return { lost, asked, denied, code };
}

describe("a stop in the middle of the work", { timeout: 30_000 }, () => {
  it("fails no request that was accepted over HTTP/2", async () => {
    const { port, child } = await startProcess();
    const session = await open(port, { rejectUnauthorized: false });
    const { lost, asked, denied, code } = await stopUnderLoad(child, async () => (await send(session, namespaceReview())).text, isRefused);
    expect(lost).toEqual([]);
    expect(denied).toBeGreaterThan(200);
    expect(asked - denied).toBeLessThanOrEqual(50);
    expect(code).toBe(0);
  });

  it("fails no request over HTTP/1.1, be the connection old or new", async () => {
    const { port, child } = await startProcess();
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    const ask = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port, path: "/v1/admit", method: "POST", rejectUnauthorized: false, agent };
        const call = httpsRequest({ ...options, headers: { "content-type": "application/json" } }, (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve(text));
          response.on("error", reject);
        });
        let isSecure = false;
        call.on("socket", (socket) => socket.once("secureConnect", () => (isSecure = true)));
        call.on("error", (error) => reject(Object.assign(error, { turnedAway: !isSecure && !call.reusedSocket })));
        call.end(namespaceReview());
      });
    // No connection, or none with TLS yet: the client knows that nobody has seen the request.
    const isTurnedAway = (error: unknown): boolean => (error as { readonly turnedAway: boolean }).turnedAway;
    const { lost, denied, code } = await stopUnderLoad(child, ask, isTurnedAway);
    agent.destroy();
    expect(lost).toEqual([]);
    expect(denied).toBeGreaterThan(200);
    expect(code).toBe(0);
  });
});

// What the server says it did not look at: the client knows, and asks another pod.
function isRefused(error: unknown): boolean {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return (
    code === "ERR_HTTP2_GOAWAY_SESSION" ||
    code === "ERR_HTTP2_INVALID_SESSION" ||
    message.includes(`closed with ${constants.NGHTTP2_REFUSED_STREAM}`) ||
    message.includes("NGHTTP2_REFUSED_STREAM")
  );
}

describe("ten thousand constraints at once", () => {
  it("are taken in while the server goes on answering, and all of them count", { timeout: 60_000 }, async () => {
    const server = await startOver(policies);
    try {
      const many = Array.from({ length: 10_000 }, (_, i) =>
        JSON.stringify({
          apiVersion: "constraints.gatekeeper.sh/v1beta1",
          kind: "K8sRequiredLabels",
          metadata: { name: `many-${i}` },
          spec: {
            match: { kinds: [{ apiGroups: [""], kinds: [i === 9_999 ? "Namespace" : `Other${i % 100}`] }] },
            parameters: { labels: ["last"] },
          },
        }),
      );
      writeFileSync(join(server.folder, "many.yaml"), many.join("\n---\n"));
      let answers = 0;
      let text = "";
      for (const until = Date.now() + 45_000; !text.includes("[many-9999]") && Date.now() < until; answers++) {
        text = (await post(server, "/v1/admit", namespaceReview())).body;
        expect(text).toContain("[ns-must-have-gk] you must provide labels");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(text).toContain('[many-9999] you must provide labels: {\\"last\\"}');
      expect(answers).toBeGreaterThan(1);
      expect(server.logged.some((line) => line["constraints"] === 10_001)).toBe(true);
    } finally {
      await server.stop(0);
    }
  });
});
