/** Rotation of the webhook's certificates over the years, against an API server that is two objects in memory. */
import { X509Certificate } from "node:crypto";
import { Agent, request } from "node:https";
import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { KubeClient } from "../../src/server/cluster/client.ts";
import { VALIDATING_WEBHOOKS } from "../../src/server/cluster/kinds.ts";
import { KubeError, type KubeTransport } from "../../src/server/cluster/transport.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { type Listener, startListener, type TlsMaterial } from "../../src/server/http/listener.ts";
import { startRotation } from "../../src/server/loops/certificates.ts";

const DAY = 86_400_000;
const SECRET = "/api/v1/namespaces/gatekeeper-system/secrets/gatekeeper-webhook-server-cert";
const WEBHOOK = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/hook";

function memory(objects: Map<string, PlainObject>): KubeClient {
  const transport: KubeTransport = {
    request: async ({ method, path, body }) => {
      if (method === "GET" && !objects.has(path)) throw new KubeError(404, "NotFound", path);
      if (method === "PUT") objects.set(path, body as PlainObject);
      return objects.get(path) ?? {};
    },
    stream: async () => (async function* () {})(),
    close: async () => undefined,
  };
  return new KubeClient(transport);
}

describe("rotation", () => {
  it("replaces the serving certificate before it ends and the authority before that ends, and hands the new ones out", async () => {
    const objects = new Map<string, PlainObject>([
      [SECRET, { kind: "Secret", metadata: { name: "gatekeeper-webhook-server-cert" } }],
      [
        WEBHOOK,
        {
          kind: "ValidatingWebhookConfiguration",
          webhooks: [
            { name: "a", clientConfig: {} },
            { name: "b", clientConfig: {} },
          ],
        },
      ],
    ]);
    let now = Date.now();
    const served: TlsMaterial[] = [];
    const loop = await startRotation({
      client: memory(objects),
      log: makeLogger({ level: "ERROR" }),
      namespace: "gatekeeper-system",
      identity: { dnsNames: ["gatekeeper-webhook-service.gatekeeper-system.svc"] },
      webhooks: [{ resource: VALIDATING_WEBHOOKS, name: "hook" }],
      onChange: (material) => void served.push(material),
      now: () => new Date(now),
    });
    const bundles = (): readonly string[] => {
      const webhooks = (objects.get(WEBHOOK)?.["webhooks"] ?? []) as readonly { readonly clientConfig: { readonly caBundle: string } }[];
      return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle, "base64").toString());
    };
    const isTrusted = (material: TlsMaterial): boolean =>
      bundles().every((bundle) => new X509Certificate(material.certificate).verify(new X509Certificate(bundle).publicKey));
    try {
      const [first] = bundles();
      expect(isTrusted(loop.material)).toBe(true);

      now += 200 * DAY;
      await loop.check();
      expect(served).toEqual([]);

      now += 80 * DAY; // 85 days before its end
      await loop.check();
      expect(served).toHaveLength(1);
      expect(bundles()).toEqual([first, first]);

      now += 9.6 * 365 * DAY;
      await loop.check();
      expect(served).toHaveLength(2);
      expect(bundles()[0]).not.toBe(first);
      // Pods that still serve the former certificate are trusted for a while.
      expect(bundles()[0]).toContain(first);
      expect(isTrusted(served[1] ?? loop.material)).toBe(true);
      await loop.check();
      expect(bundles()[0]).not.toContain(first);
      expect(isTrusted(served[1] ?? loop.material)).toBe(true);
    } finally {
      loop.stop();
    }
  });

  it("serves a new certificate before the old one or its authority really ends: over seconds of lifetimes no handshake fails, and no request", async () => {
    const objects = new Map<string, PlainObject>([
      [SECRET, { kind: "Secret", metadata: { name: "gatekeeper-webhook-server-cert" } }],
      [WEBHOOK, { kind: "ValidatingWebhookConfiguration", webhooks: [{ name: "a", clientConfig: {} }] }],
    ]);
    let listener: Listener | undefined;
    const loop = await startRotation({
      client: memory(objects),
      log: makeLogger({ level: "ERROR" }),
      namespace: "gatekeeper-system",
      identity: { dnsNames: ["localhost"] },
      webhooks: [{ resource: VALIDATING_WEBHOOKS, name: "hook" }],
      onChange: (material) => listener?.setCertificate(material),
      lifetimes: { authority: 6_000, server: 4_000, lookahead: 2_500 },
      lookMillis: 200,
    });
    const tls = { ...loop.material, minVersion: "1.3" as const };
    listener = await startListener({ host: "127.0.0.1", port: 0, requestTimeoutMillis: 2_000, tls }, (_request, response) => {
      response.end("{}");
    });
    const { port } = listener;
    const seen = new Set<string>();
    const authorities = new Set<string>();
    const lost: unknown[] = [];
    let asked = 0;
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const trusted = (): string => {
      const webhooks = (objects.get(WEBHOOK)?.["webhooks"] ?? []) as readonly { readonly clientConfig: { readonly caBundle: string } }[];
      const [webhook] = webhooks;
      return Buffer.from(webhook?.clientConfig.caBundle ?? "", "base64").toString();
    };
    const ask = (agent: Agent | false): Promise<void> =>
      new Promise((resolve) => {
        const call = request({ host: "localhost", port, method: "POST", ca: trusted(), agent }, (response) => {
          const peer = (response.socket as TLSSocket).getPeerCertificate(true);
          seen.add(peer.fingerprint256);
          authorities.add(peer.issuerCertificate?.fingerprint256 ?? "");
          response.resume().on("end", resolve);
        });
        call.on("error", (error) => {
          lost.push(error);
          resolve();
        });
        call.end("{}");
        asked++;
      });
    for (const until = Date.now() + 5_500; Date.now() < until; ) {
      await Promise.all([ask(kept), ask(false), ask(false)]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    loop.stop();
    kept.destroy();
    await listener.drain(0);
    expect(lost).toEqual([]);
    expect(asked).toBeGreaterThan(100);
    // The first one ended after four seconds; each is replaced after some 1.5.
    expect(seen.size).toBeGreaterThanOrEqual(3);
    expect(authorities.size).toBeGreaterThanOrEqual(2);
  });
});
