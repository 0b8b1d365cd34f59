/** The public policy library and the fixtures of gator, where they are beside this repository. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { main } from "../../../src/cli/main.ts";
import { nodeEffects } from "../../../src/cli/node-effects.ts";

const shared = new URL("../../../../shared/conformance/", import.meta.url).pathname;

async function gator(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = "";
  const effects = {
    ...nodeEffects(),
    stdout: (text: string) => void (out += text),
    stderr: (text: string) => void (out += text),
    stdin: async () => "",
    stdinIsTty: true,
  };
  return { code: await main(argv, effects, "gator"), out };
}

describe.skipIf(!existsSync(shared))("the policies of others", () => {
  it.each(["true", "false"])("all suites of the library pass with CEL: %s", async (cel) => {
    const { code, out } = await gator("verify", `${shared}gatekeeper-library/library/...`, `--enable-k8s-native-validation=${cel}`);
    expect(out.split("\n").filter((line) => line !== "" && !line.startsWith("ok\t"))).toEqual(["PASS"]);
    expect(code).toBe(0);
  });

  it("gator's own suite passes", async () => {
    expect(await gator("verify", `${shared}gatekeeper/test/gator/verify/suite.yaml`)).toMatchObject({ code: 0 });
  });

  it.each([
    ["manifests/with-policies/no-violations.yaml", 0, ""],
    ["manifests/with-policies/with-violations.yaml", 1, "Container <tomcat> in your <Pod> <test-pod1> has no <readinessProbe>"],
    ["manifests/with-policies/with-violations-and-defaults.yaml", 1, "aRequiredMessage"],
    ["manifests/invalid-resources/template.yaml", 1, "reading yaml source"],
    ["manifests/different-extensions", 1, "has no <readinessProbe>"],
  ])("the fixture %s ends with %d", async (path, code, text) => {
    const ran = await gator("test", "-f", `${shared}gatekeeper/test/gator/test/fixtures/${path}`);
    expect(ran.code).toBe(code);
    expect(ran.out).toContain(text);
  });
});
