import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerExternalData, type ExternalDataAccess } from "../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../src/rego/index.ts";
import type { KubeClient } from "../../src/server/cluster/client.ts";
import { readServerConfig, type ServerConfig } from "../../src/server/config.ts";
import { issueServerCertificate, type KeyPair, makeAuthority } from "../../src/server/effects/certificates.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import { installationOf } from "../../src/server/installation.ts";
import { PolicyStore } from "../../src/server/policy-store.ts";
import { providerAccess } from "../../src/server/provider-access.ts";

let authority: KeyPair;
let fromSecret: KeyPair;
let fromFolder: KeyPair;
let server: Server;
let folder: string;
/** Common names of who asked, in order. */
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  const now = new Date();
  authority = await makeAuthority("test-ca", "test", now);
  const own = await issueServerCertificate(authority, { dnsNames: ["localhost"] }, now);
  fromSecret = await issueServerCertificate(authority, { dnsNames: ["from-secret"], clientAuth: true }, now);
  fromFolder = await issueServerCertificate(authority, { dnsNames: ["from-folder"], clientAuth: true }, now);
  folder = mkdtempSync(join(tmpdir(), "portcullis-pair-"));
  server = createServer(
    { cert: own.certificate, key: own.key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      asked.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
      request.resume().on("end", () => response.end(JSON.stringify({ response: { idempotent: true, items: [{ key: "a", value: "b" }] } })));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function accessWith(secret: PlainObject | Error | undefined, ...flags: readonly string[]): ExternalDataAccess {
  const read = readServerConfig(["--external-data-provider-response-cache-ttl=0", ...flags], {});
  if ("error" in read) throw new Error(read.error);
  const config: ServerConfig = read.config;
  const store = new PolicyStore(installationOf(config));
  const { port } = server.address() as AddressInfo;
  const provider: PlainObject = {
    apiVersion: "externaldata.gatekeeper.sh/v1beta1",
    kind: "Provider",
    metadata: { name: "names" },
    spec: { url: `https://localhost:${port}/validate`, timeout: 3, caBundle: base64(authority.certificate) },
  };
  expect(store.apply(provider)).toBeUndefined();
  const get = async (): Promise<PlainObject | undefined> => {
    if (secret instanceof Error) throw secret;
    return secret;
  };
  const log = makeLogger({ level: "ERROR", levelKey: "level", capital: false, file: "" });
  return providerAccess({ config, store, log, client: async () => ({ get }) as unknown as KubeClient });
}

const ask = (access: ExternalDataAccess): Promise<unknown> => answerExternalData({ provider: "names", keys: ["a"] }, access);
const secretOf = ({ certificate, key }: KeyPair): PlainObject => ({ data: { "tls.crt": base64(certificate), "tls.key": base64(key) } });

describe("a provider that asks who asks", () => {
  it("is shown the certificate of the secret", async () => {
    expect(await ask(accessWith(secretOf(fromSecret), "--cert-dir=/nowhere"))).toMatchObject({ responses: [["a", "b"]] });
    expect(asked.at(-1)).toBe("from-secret");
  });

  it("is shown the one of the folder where one is mounted", async () => {
    writeFileSync(join(folder, "tls.crt"), fromFolder.certificate);
    writeFileSync(join(folder, "tls.key"), fromFolder.key);
    expect(await ask(accessWith(secretOf(fromSecret), `--cert-dir=${folder}`))).toMatchObject({ responses: [["a", "b"]] });
    expect(asked.at(-1)).toBe("from-folder");
  });

  it("gets no answer out of us without one, and the policy hears of it", async () => {
    for (const secret of [undefined, {}, new Error("forbidden")]) {
      const before = asked.length;
      expect(await ask(accessWith(secret, "--cert-dir=/nowhere"))).toMatchObject({
        status_code: 500,
        system_error: expect.stringContaining("failed to send"),
      });
      expect(asked.length).toBe(before);
    }
  });
});
