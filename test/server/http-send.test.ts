import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlainObject, Value } from "../../src/rego/index.ts";
import { lookUpAddresses } from "../../src/server/effects/dns.ts";
import { HttpAnswerCache } from "../../src/server/effects/http-cache.ts";
import { performHttpSend } from "../../src/server/effects/http-send.ts";
import { LEAF_CERTIFICATE, LEAF_KEY, ROOT_CERTIFICATE, SERVER_CERTIFICATE, SERVER_KEY } from "../support/certificates.ts";

let seen: string[] = [];
let failures = 0;

const routes: Readonly<Record<string, RequestListener>> = {
  "/json": (_, response) => response.setHeader("content-type", "application/json; charset=utf-8").end('{"a": [1.5, null]}'),
  "/text": (_, response) => response.setHeader("content-type", "text/plain").end('{"a": 1}'),
  "/yaml": (_, response) => response.setHeader("content-type", "application/yaml").end("a: [1, yes]\n"),
  "/echo": (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() }));
    });
  },
  "/moved": (_, response) => response.writeHead(302, { location: "/echo" }).end(),
  "/kept": (_, response) => response.writeHead(307, { location: "/echo" }).end(),
  "/away": (_, response) => response.writeHead(302, { location: "http://elsewhere.invalid/" }).end(),
  "/loop": (_, response) => response.writeHead(302, { location: "/loop" }).end(),
  "/slow": () => undefined,
  "/fresh": (_, response) => response.setHeader("cache-control", "max-age=60").end("fresh"),
  "/private": (_, response) => response.setHeader("cache-control", "no-store").end("private"),
  "/tagged": (request, response) => {
    if (request.headers["if-none-match"] === '"one"') response.writeHead(304, { etag: '"one"' }).end();
    else response.setHeader("etag", '"one"').end("tagged");
  },
  "/flaky": (request, response) => {
    failures++;
    if (failures < 3) request.socket.destroy();
    else response.end("at last");
  },
};

const listener: RequestListener = (request, response) => {
  seen.push(request.url ?? "");
  const route = routes[request.url ?? ""];
  if (route === undefined) response.writeHead(404).end();
  else route(request, response);
};

let server: Server;
let origin = "";

beforeAll(async () => {
  server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function get(path: string, more: PlainObject = {}, hosts: Value = null, cache = new HttpAnswerCache()): Promise<Value | Error> {
  seen = [];
  return await performHttpSend({ builtin: "http.send", operands: [{ method: "get", url: origin + path, ...more }, hosts] }, cache);
}

async function read(path: string, more?: PlainObject): Promise<Readonly<Record<string, Value>>> {
  const answer = await get(path, more);
  if (answer instanceof Error) throw answer;
  return answer as PlainObject;
}

describe("answers", () => {
  test("decode JSON and YAML by their type, and by force", async () => {
    expect(await read("/json")).toMatchObject({ status: "200 OK", status_code: 200, raw_body: '{"a": [1.5, null]}' });
    expect((await read("/text"))["body"]).toBe(null);
    expect((await read("/text", { force_json_decode: true }))["body"]).toEqual({ a: 1 });
    expect((await read("/yaml"))["body"]).toEqual({ a: [1, true] });
    expect((await read("/text", { force_yaml_decode: true }))["body"]).toEqual({ a: 1 });
  });

  test("have lower-case header names with lists of values", async () => {
    expect((await read("/json"))["headers"]).toMatchObject({ "content-type": ["application/json; charset=utf-8"] });
  });

  test("of every code are values", async () => {
    expect(await read("/nowhere")).toMatchObject({ status: "404 Not Found", status_code: 404, body: null, raw_body: "" });
  });
});

describe("requests", () => {
  test("carry bodies as JSON or raw, and headers", async () => {
    const sent = (await read("/echo", { method: "post", body: { b: 1 }, headers: { "X-A": "1" } }))["body"];
    expect(sent).toMatchObject({ method: "POST", body: '{"b":1}', headers: { "x-a": "1" } });
    expect((await read("/echo", { method: "PUT", raw_body: "a b" }))["body"]).toMatchObject({ method: "PUT", body: "a b" });
  });

  test("follow redirects only when asked to", async () => {
    expect(await read("/moved")).toMatchObject({ status_code: 302 });
    const moved = await read("/moved", { method: "post", raw_body: "x", enable_redirect: true });
    expect(moved["body"]).toMatchObject({ method: "GET", body: "" });
    const kept = await read("/kept", { method: "post", raw_body: "x", enable_redirect: true });
    expect(kept["body"]).toMatchObject({ method: "POST", body: "x" });
  });

  test("end with redirects to other hosts than allowed, and with redirects in circles", async () => {
    const away = await get("/away", { enable_redirect: true }, ["127.0.0.1"]);
    expect(String(away)).toContain('Get "http://elsewhere.invalid/": unallowed host: elsewhere.invalid');
    expect(String(await get("/loop", { enable_redirect: true }))).toContain("redirects");
  });

  test("to hosts that are not allowed are not sent", async () => {
    expect(String(await get("/json", {}, []))).toContain("unallowed host: 127.0.0.1");
    expect(seen).toEqual([]);
  });

  test("through unix sockets reach the server behind", async () => {
    const path = join(tmpdir(), `portcullis-${process.pid}.sock`);
    const local = createServer(listener);
    await new Promise<void>((done) => local.listen(path, done));
    const url = `unix://localhost/json?socket=${encodeURIComponent(path)}`;
    expect(await read("", { url })).toMatchObject({ status_code: 200, body: { a: [1.5, null] } });
    local.close();
  });
});

describe("failures", () => {
  test("name the request and say what Go says", async () => {
    expect(String(await get("", { url: "http://127.0.0.1:1/x" }))).toContain(
      'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
    );
    expect(String(await get("", { url: "ftp://h/" }))).toContain('Get "ftp://h/": unsupported protocol scheme "ftp"');
  });

  test("by timeout come in time", async () => {
    expect(String(await get("/slow", { timeout: "50ms" }))).toContain(`Get ${origin}/slow: request timed out`);
    expect(String(await get("/slow", { timeout: "50ms", raise_error: false }))).toContain("context deadline exceeded");
  });

  test("are tried again as often as asked", async () => {
    failures = 0;
    expect(String(await get("/flaky", { max_retry_attempts: 1 }))).toContain("Get ");
    failures = 0;
    expect(await read("/flaky", { max_retry_attempts: 2 })).toMatchObject({ raw_body: "at last" });
  });

  test("of certificates are no network failures", async () => {
    const answer = await get("/json", { tls_ca_cert: "none" });
    expect(answer).toMatchObject({ name: "HttpInternalError", message: "could not append certificates" });
  });
});

describe("TLS", () => {
  const options = { key: SERVER_KEY, cert: SERVER_CERTIFICATE, ca: ROOT_CERTIFICATE, requestCert: true, rejectUnauthorized: false };
  const secure = createTlsServer(options, (request, response) => {
    const { authorized } = request.socket as unknown as { readonly authorized: boolean };
    response.end(`${request.headers.host} ${authorized ? "with" : "without"} certificate`);
  });

  beforeAll(async () => {
    await new Promise<void>((done) => secure.listen(0, "127.0.0.1", done));
  });

  afterAll(() => {
    secure.closeAllConnections();
    secure.close();
  });

  async function ask(more: PlainObject): Promise<string> {
    const answer = await get("", { url: `https://localhost:${(secure.address() as AddressInfo).port}/`, ...more });
    return answer instanceof Error ? answer.message : String((answer as PlainObject)["raw_body"]);
  }

  test("trusts the authorities a request names, however their text is written", async () => {
    expect(await ask({})).toContain("tls: failed to verify certificate: x509: certificate signed by unknown authority");
    expect(await ask({ tls_ca_cert: ROOT_CERTIFICATE })).toContain("without certificate");
    expect(await ask({ tls_ca_cert: ROOT_CERTIFICATE.replaceAll("\n", "\\n") })).toContain("without certificate");
    expect(await ask({ tls_insecure_skip_verify: true, headers: { host: "a.example" } })).toBe("a.example without certificate");
  });

  test("shows a certificate where a request has one", async () => {
    const own = { tls_ca_cert: ROOT_CERTIFICATE, tls_client_cert: LEAF_CERTIFICATE, tls_client_key: LEAF_KEY };
    expect(await ask(own)).toContain("with certificate");
    expect(await ask({ ...own, tls_client_key: SERVER_KEY })).toBe("tls: private key does not match public key");
    expect(await ask({ ...own, tls_client_key: "x" })).toBe("tls: failed to find any PEM data in key input");
  });

  test("checks the name a request expects", async () => {
    expect(await ask({ tls_ca_cert: ROOT_CERTIFICATE, tls_server_name: "other.example" })).toContain(
      "x509: certificate is valid for localhost, not other.example",
    );
  });
});

describe("the cache between queries", () => {
  test("serves fresh answers without asking", async () => {
    const cache = new HttpAnswerCache();
    await get("/fresh", { cache: true }, null, cache);
    expect(await get("/fresh", { cache: true }, null, cache)).toMatchObject({ raw_body: "fresh" });
    expect(seen).toEqual([]);
    await get("/fresh", {}, null, cache);
    expect(seen).toEqual(["/fresh"]);
  });

  test("keeps nothing that says no-store, unless forced", async () => {
    const cache = new HttpAnswerCache();
    const forced = { force_cache: true, force_cache_duration_seconds: 60 };
    for (const [more, asked] of [
      [{ cache: true }, 1],
      [forced, 0],
    ] as const) {
      await get("/private", more, null, cache);
      await get("/private", more, null, cache);
      expect(seen).toHaveLength(asked);
    }
  });

  test("asks whether a stale answer is still good", async () => {
    const cache = new HttpAnswerCache();
    await get("/tagged", { cache: true }, null, cache);
    expect(await get("/tagged", { cache: true }, null, cache)).toMatchObject({ status_code: 200, raw_body: "tagged" });
    expect(seen).toEqual(["/tagged"]);
  });
});

describe("look-ups", () => {
  const lookUp = (host: string): Promise<Value | Error> => lookUpAddresses({ builtin: "net.lookup_ip_addr", operands: [host] });

  test("give sets of addresses", async () => {
    expect(await lookUp("10.1.2.3")).toMatchObject({ items: ["10.1.2.3"] });
    expect(await lookUp("localhost")).toHaveProperty("items");
  });

  test("of unknown hosts are errors", async () => {
    expect(String(await lookUp(""))).toContain("no such host");
    expect(await lookUp("no.such.host.invalid")).toBeInstanceOf(Error);
  });
});
