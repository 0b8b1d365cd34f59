import { describe, expect, it } from "vitest";
import { AUDIT_POINT, GATOR_POINT, judgeReview, readReview, WEBHOOK_POINT } from "../../../src/gatekeeper/index.ts";
import { constraint, judge, load, pod, template } from "../../support/gatekeeper.ts";

describe("judging", () => {
  it("skips constraints that are for another enforcement point", () => {
    const scoped = {
      enforcementAction: "scoped",
      scopedEnforcementActions: [{ action: "warn", enforcementPoints: [{ name: AUDIT_POINT }] }],
    };
    const state = load([template(), constraint(scoped)]);
    expect(judge(state, pod("p"), { point: GATOR_POINT }).results).toEqual([]);
    expect(judge(state, pod("p"), { point: AUDIT_POINT }).results).toMatchObject([{ action: "scoped", scopedActions: ["warn"] }]);
  });

  it("asks templates about the operations they list, in the webhook only", () => {
    const state = load([template({ target: { operations: ["UPDATE"] } }), constraint()]);
    const read = (operation: string) => readReview({ operation, object: pod("p") });
    const create = read("CREATE");
    const update = read("UPDATE");
    if ("error" in create || "error" in update) throw new Error("unreadable");
    expect(judgeReview(state, create.review, { point: WEBHOOK_POINT }).results).toEqual([]);
    expect(judgeReview(state, create.review, { point: AUDIT_POINT }).results).toHaveLength(1);
    expect(judgeReview(state, update.review, { point: WEBHOOK_POINT }).results).toHaveLength(1);
  });

  it("gives the same results in the same order, whatever the order of loading", () => {
    const manifests = ["b", "a", "c"].map((name) => constraint({}, { name }));
    const forward = judge(load([template(), ...manifests]), pod("p"));
    const backward = judge(load([template(), ...manifests.toReversed()]), pod("p"));
    expect(forward.results.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(backward).toEqual(forward);
  });

  it("measures templates when there is a clock", () => {
    let now = 0n;
    const state = load([template(), constraint({}, { name: "a" }), constraint({}, { name: "b" })]);
    const { stats } = judge(state, pod("p"), { stats: true, clock: () => (now += 5n) });
    expect(stats).toMatchObject([
      {
        scope: "template",
        statsFor: "Deny",
        stats: [{ name: "templateRunTimeNS" }, { name: "constraintCount", value: 2 }],
        labels: [
          { name: "TracingEnabled", value: false },
          { name: "PrintEnabled" },
          { name: "target", value: "admission.k8s.gatekeeper.sh" },
        ],
      },
    ]);
    expect(stats[0]?.stats[0]?.value).toBeGreaterThan(0);
  });

  it("traces when asked to", () => {
    const state = load([template(), constraint()]);
    expect(judge(state, pod("p")).trace).toBeUndefined();
    expect(judge(state, pod("p"), { trace: true }).trace).toMatch(/^DRIVER Rego:\n\n.*Enter/s);
  });
});
