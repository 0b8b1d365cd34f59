import { describe, expect, it } from "vitest";
import { matchesNothing } from "../../src/server/advice.ts";

const constraint = (spec: object): never =>
  ({ apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: "K", metadata: { name: "c" }, spec }) as never;

describe("advice about a constraint", () => {
  it("is silent about what can match", () => {
    expect(matchesNothing(constraint({ match: { kinds: [{ apiGroups: [""], kinds: ["Pod"] }] } }))).toEqual([]);
    expect(matchesNothing(constraint({}))).toEqual([]);
  });

  it.each([
    [
      { match: { kinds: [{ apiGroups: [""], kinds: ["pods"] }] } },
      'spec.match.kinds names "pods"; kinds are written like Pod, not like pods',
    ],
    [
      { match: { scope: "Namespaced", kinds: [{ apiGroups: [""], kinds: ["Namespace"] }] } },
      "Namespaces are cluster-scoped and spec.match.scope is Namespaced",
    ],
    [
      { match: { scope: "Namespaced", namespaces: ["a"], excludedNamespaces: ["a"] } },
      "every namespace of spec.match.namespaces is in spec.match.excludedNamespaces",
    ],
    [{ enforcementAction: "scoped", scopedEnforcementActions: [] }, "spec.scopedEnforcementActions names no enforcement point"],
  ])("says why %j matches nothing", (spec, reason) => {
    expect(matchesNothing(constraint(spec))).toEqual([reason]);
  });
});
