import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerExternalData, type ExternalDataAccess, type Provider, ResponseCache } from "../../../src/gatekeeper/index.ts";
import { issueServerCertificate, type KeyPair, makeAuthority } from "../../../src/server/effects/certificates.ts";
import { ProviderSender } from "../../../src/server/effects/external-data.ts";

let authority: KeyPair;
let client: KeyPair;
let server: Server;
let port = 0;
const sender = new ProviderSender();
const seen: { body: string; contentType: string | undefined; peer: string | undefined }[] = [];
let reply: (keys: readonly string[]) => string | undefined;

beforeAll(async () => {
  const now = new Date();
  authority = await makeAuthority("test-ca", "test", now);
  const pair = await issueServerCertificate(authority, { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] }, now);
  client = await issueServerCertificate(authority, { dnsNames: ["portcullis"], clientAuth: true }, now);
  server = createServer(
    { cert: pair.certificate, key: pair.key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        const socket = request.socket as TLSSocket;
        seen.push({
          body,
          contentType: request.headers["content-type"],
          peer: socket.getPeerCertificate().subject?.CN as string | undefined,
        });
        const text = reply(JSON.parse(body).request.keys);
        if (text !== undefined) response.writeHead(200).end(text);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await sender.close();
  server.closeAllConnections();
  server.close();
});

const provider = (over: Partial<Provider> = {}): Provider => ({
  name: "names",
  url: `https://localhost:${port}/validate`,
  timeout: 3,
  caBundle: authority.certificate,
  ...over,
});

const answers = (keys: readonly string[]): string =>
  JSON.stringify({
    apiVersion: "externaldata.gatekeeper.sh/v1beta1",
    kind: "ProviderResponse",
    response: {
      idempotent: true,
      items: keys.map((key) => (key.startsWith("bad") ? { key, error: "no such name" } : { key, value: `${key}_valid` })),
    },
  });

function access(over: Partial<ExternalDataAccess> = {}, found = provider()): ExternalDataAccess {
  return {
    provider: (name) => (name === found.name ? found : undefined),
    send: (to, body) => sender.send(to, body),
    cache: undefined,
    nowSeconds: () => 1000,
    ...over,
  };
}

describe("external data over HTTPS", () => {
  it("sends the keys and sorts the answers from the errors", async () => {
    reply = answers;
    const value = await answerExternalData({ provider: "names", keys: ["a", "bad", "c"] }, access());
    expect(value).toEqual({
      responses: [
        ["a", "a_valid"],
        ["c", "c_valid"],
      ],
      errors: [["bad", "no such name"]],
      status_code: 200,
      system_error: "",
    });
    expect(seen.at(-1)).toEqual({
      body: '{"apiVersion":"externaldata.gatekeeper.sh/v1beta1","kind":"ProviderRequest","request":{"keys":["a","bad","c"]}}',
      contentType: "application/json",
      peer: undefined,
    });
  });

  it("asks only for keys that the cache does not have, and says status 0 when it has them all", async () => {
    reply = answers;
    const cached = access({ cache: new ResponseCache(10) });
    await answerExternalData({ provider: "names", keys: ["a"] }, cached);
    await answerExternalData({ provider: "names", keys: ["a", "b"] }, cached);
    expect(JSON.parse(seen.at(-1)?.body ?? "").request.keys).toEqual(["b"]);
    const count = seen.length;
    expect(await answerExternalData({ provider: "names", keys: ["b", "a"] }, cached)).toMatchObject({
      status_code: 0,
      responses: [
        ["b", "b_valid"],
        ["a", "a_valid"],
      ],
    });
    expect(seen.length).toBe(count);
    const later = { ...cached, nowSeconds: () => 1011 };
    await answerExternalData({ provider: "names", keys: ["a"] }, later);
    expect(seen.length).toBe(count + 1);
  });

  it("shows the client certificate to a provider that asks", async () => {
    reply = answers;
    await answerExternalData({ provider: "names", keys: ["a"] }, access({ send: (to, body) => sender.send(to, body, client) }));
    expect(seen.at(-1)?.peer).toBe("portcullis");
  });

  it("trusts nothing but the provider's bundle", async () => {
    const other = await makeAuthority("other", "other", new Date());
    const value = await answerExternalData({ provider: "names", keys: ["a"] }, access({}, provider({ caBundle: other.certificate })));
    expect(value).toMatchObject({ responses: null, errors: null, status_code: 500 });
    expect(JSON.stringify(value)).toContain("certificate signed by unknown authority");
  });

  it("gives up when the provider's time is over, and at once when it has none", async () => {
    reply = () => undefined;
    const slow = await answerExternalData({ provider: "names", keys: ["a"] }, access({}, provider({ timeout: 0.05 })));
    expect(slow).toMatchObject({ status_code: 500, system_error: expect.stringContaining("context deadline exceeded") });
    const none = await answerExternalData({ provider: "names", keys: ["a"] }, access({}, provider({ timeout: 0 })));
    expect(none).toMatchObject({ status_code: 500, system_error: expect.stringContaining("context deadline exceeded") });
  });

  it("reports an unknown provider, a refused connection and an answer that is no JSON", async () => {
    expect(await answerExternalData({ provider: "nobody", keys: ["a"] }, access())).toMatchObject({
      status_code: 400,
      system_error: "key is not found in provider cache",
    });
    const closed = await answerExternalData({ provider: "names", keys: ["a"] }, access({}, provider({ url: "https://127.0.0.1:1/" })));
    expect(closed).toMatchObject({ status_code: 500, system_error: expect.stringContaining("connection refused") });
    reply = () => "<html>";
    const html = await answerExternalData({ provider: "names", keys: ["a"] }, access());
    expect(html).toMatchObject({ status_code: 500, system_error: expect.stringContaining("failed to unmarshal external data response") });
  });
});
