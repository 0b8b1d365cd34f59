import { expect, it } from "vitest";
import { policyDump } from "../../../src/gatekeeper/index.ts";
import { constraint, load, template } from "../../support/gatekeeper.ts";

it("a dump has the code of each template and the constraints", () => {
  const text = policyDump(load([template(), constraint()]));
  expect(text).toMatch(/^DRIVER: Rego:\n\n\{[\s\S]*\}\n\n$/);
  const dump = JSON.parse(text.slice(text.indexOf("{")));
  expect(dump).toMatchObject({
    "admission.k8s.gatekeeper.sh": {
      modules: { Deny: { template: expect.stringContaining("violation") } },
      data: { constraints: { Deny: expect.anything() }, inventory: expect.anything() },
    },
  });
});
