import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  isAuthorityGood,
  isServerCertificateGood,
  issueServerCertificate,
  type KeyPair,
  makeAuthority,
} from "../../src/server/effects/certificates.ts";

const now = new Date("2026-06-01T00:00:00Z");
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
const identity = { dnsNames: ["hook.ns.svc"], ipAddresses: ["127.0.0.1"] };

describe("certificates", () => {
  let authority: KeyPair;
  let server: KeyPair;
  beforeAll(async () => {
    authority = await makeAuthority("gatekeeper-ca", "gatekeeper", now);
    server = await issueServerCertificate(authority, identity, now);
  });

  it("carry the names, usages and lifetimes of Gatekeeper's", () => {
    const root = new X509Certificate(authority.certificate);
    expect(root.ca).toBe(true);
    expect(root.subject).toBe("CN=gatekeeper-ca\nO=gatekeeper");
    expect(Date.parse(root.validTo) - Date.parse(root.validFrom)).toBe(3650 * 86_400_000 + 3_600_000);
    const leaf = new X509Certificate(server.certificate);
    expect(leaf.subject).toBe("CN=hook.ns.svc");
    expect(leaf.checkHost("hook.ns.svc")).toBe("hook.ns.svc");
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(server.key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
  });

  it("are good until ninety days before their end", () => {
    expect(isAuthorityGood(authority, now)).toBe(true);
    expect(isServerCertificateGood(server, authority, identity, later(274))).toBe(true);
    expect(isServerCertificateGood(server, authority, identity, later(276))).toBe(false);
    expect(isAuthorityGood(authority, later(3561))).toBe(false);
  });

  it("are not good for another name, another authority, another use, or when they are junk", async () => {
    const other = await makeAuthority("other", "other", now);
    expect(isServerCertificateGood(server, authority, { dnsNames: ["else.ns.svc"] }, now)).toBe(false);
    expect(isServerCertificateGood(server, other, identity, now)).toBe(false);
    expect(isServerCertificateGood(server, authority, { ...identity, clientAuth: true }, now)).toBe(false);
    expect(isServerCertificateGood({ certificate: "junk", key: "junk" }, authority, identity, now)).toBe(false);
    expect(isAuthorityGood({ certificate: authority.certificate, key: other.key }, now)).toBe(false);
  });
});
