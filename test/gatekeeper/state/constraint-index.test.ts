import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constraintsOf, reviewOf } from "../../../src/gatekeeper/index.ts";
import { matchReview } from "../../../src/gatekeeper/match/match.ts";
import type { PlainObject } from "../../../src/rego/index.ts";
import { constraint, judge, load, namespace, pod, sync, template } from "../../support/gatekeeper.ts";

const names = fc.subarray(["a", "b", "a*", "kube-system"], { minLength: 0 });
const kinds = fc.array(
  fc.record({
    kinds: fc.subarray(["Pod", "Namespace", "ClusterRole", "*"]),
    apiGroups: fc.subarray(["", "rbac.authorization.k8s.io", "*"]),
  }),
  { maxLength: 2 },
);
const match: fc.Arbitrary<PlainObject> = fc.record({ kinds, namespaces: names, excludedNamespaces: names }, { requiredKeys: [] });

const objects = [
  pod("p", "a"),
  pod("p", "b"),
  pod("p", "kube-system"),
  namespace("a"),
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "a" } },
];

describe("the index of constraints", () => {
  it("finds exactly the constraints that match", () => {
    const base = load([template()]);
    fc.assert(
      fc.property(fc.array(match, { minLength: 1, maxLength: 6 }), (matches) => {
        const state = load(
          matches.map((spec, i) => constraint({ match: spec }, { name: `c${i}` })),
          base,
        );
        for (const object of objects) {
          const read = reviewOf(object);
          if ("error" in read) throw new Error(read.error);
          const matching = constraintsOf(state).filter((entry) => matchReview(entry.match, read.review, undefined).kind === "in");
          const found = judge(state, object).results.map(({ name }) => name);
          expect(found.toSorted()).toEqual(matching.map(({ name }) => name).toSorted());
        }
      }),
      { numRuns: 60 },
    );
  });

  it("works out the Namespace of an object from the inventory", () => {
    const state = load([template(), constraint({ match: { namespaceSelector: { matchLabels: { a: "b" } } } })]);
    expect(judge(state, pod("p", "ns")).results[0]?.msg).toContain("missing Namespace");
    expect(judge(sync(state, [namespace("ns", { a: "b" })]), pod("p", "ns")).results[0]?.msg).toBe("no p");
    expect(judge(sync(state, [namespace("ns")]), pod("p", "ns")).results).toEqual([]);
  });
});
