/** Rotation of the webhook's certificates over the years, against an API server that is two objects in memory. */
import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { KubeClient } from "../../src/server/cluster/client.ts";
import { VALIDATING_WEBHOOKS } from "../../src/server/cluster/kinds.ts";
import { KubeError, type KubeTransport } from "../../src/server/cluster/transport.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import type { TlsMaterial } from "../../src/server/http/listener.ts";
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
      expect(isTrusted(served[1] ?? loop.material)).toBe(true);
    } finally {
      loop.stop();
    }
  });
});
