import { describe, expect, it } from "vitest";
import { readProvider } from "../../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../../src/rego/index.ts";

const PEM = btoa("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
const provider = (spec: PlainObject, name = "p"): PlainObject => ({
  apiVersion: "externaldata.gatekeeper.sh/v1beta1",
  kind: "Provider",
  metadata: { name },
  spec,
});

describe("providers", () => {
  it("have a trusted bundle and a time", () => {
    expect(readProvider(provider({ url: "https://x/y", timeout: 3, caBundle: PEM }))).toMatchObject({
      provider: { name: "p", url: "https://x/y", timeout: 3 },
    });
  });

  it.each<[PlainObject, string]>([
    [provider({ url: "http://x", timeout: 1, caBundle: PEM }), "only HTTPS scheme is supported for Providers"],
    [provider({ url: "", timeout: 1, caBundle: PEM }), "invalid provider url. value: "],
    [provider({ url: "https://x", timeout: -1, caBundle: PEM }), "provider timeout should be a positive integer. value: -1"],
    [provider({ url: "https://x", timeout: 1 }), "caBundle should be set for HTTPS scheme"],
    [provider({ url: "https://x", timeout: 1, caBundle: "ab!" }), "failed to base64 decode caBundle: illegal base64 data at input byte 2"],
    [provider({ url: "https://x", timeout: 1, caBundle: btoa("nothing") }), "bad caBundle"],
    [provider({ url: "https://x", timeout: 1, caBundle: PEM }, ""), "provider name can not be empty. value "],
    [provider({ url: 3 }), "json: cannot unmarshal number into Go struct field ProviderSpec.spec.url of type string"],
  ])("%j is refused", (object, error) => expect(readProvider(object)).toEqual({ error }));
});
