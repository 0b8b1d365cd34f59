import { describe, expect, it } from "vitest";
import { judgeReview, readReview, respond, WEBHOOK_POINT } from "../../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../../src/rego/index.ts";
import { constraint, load, pod, template } from "../../support/gatekeeper.ts";

const LABELS = `package k8srequiredlabels
violation[{"msg": msg, "details": {"missing_labels": missing}}] {
  provided := {label | input.review.object.metadata.labels[label]}
  required := {label | label := input.parameters.labels[_]}
  missing := required - provided
  count(missing) > 0
  msg := sprintf("you must provide labels: %v", [missing])
}`;

function answer(specs: readonly PlainObject[], operation = "CREATE") {
  const schema = { type: "object", properties: { labels: { type: "array", items: { type: "string" } } } };
  const state = load([
    template({ kind: "K8sRequiredLabels", rego: LABELS, schema }),
    ...specs.map((spec, i) => constraint(spec, { kind: "K8sRequiredLabels", name: `c${i}` })),
  ]);
  const read = readReview({ uid: "u1", kind: { group: "", version: "v1", kind: "Pod" }, operation, name: "p", object: pod("p") });
  if ("error" in read) throw new Error(read.error);
  return respond(read.review, judgeReview(state, read.review, { point: WEBHOOK_POINT }));
}

const wants = (label: string, more: PlainObject = {}): PlainObject => ({ parameters: { labels: [label] }, ...more });

describe("answers", () => {
  it("deny with one line for each violation", () => {
    expect(answer([wants("b"), wants("a")])).toEqual({
      uid: "u1",
      allowed: false,
      status: {
        metadata: {},
        message: '[c1] you must provide labels: {"a"}\n[c0] you must provide labels: {"b"}',
        reason: "Forbidden",
        code: 403,
      },
    });
  });

  it("allow in silence, and with warnings", () => {
    expect(answer([])).toEqual({ uid: "u1", allowed: true, status: { metadata: {}, code: 200 } });
    expect(answer([wants("a", { enforcementAction: "dryrun" })])).toEqual({
      uid: "u1",
      allowed: true,
      status: { metadata: {}, code: 200 },
    });
    expect(answer([wants("a", { enforcementAction: "warn" })])).toEqual({
      uid: "u1",
      allowed: true,
      status: { metadata: {}, code: 299 },
      warnings: ['[c0] you must provide labels: {"a"}'],
    });
  });

  it("carry warnings beside a denial, also of one constraint", () => {
    const scoped = {
      enforcementAction: "scoped",
      scopedEnforcementActions: ["deny", "warn"].map((action) => ({ action, enforcementPoints: [{ name: WEBHOOK_POINT }] })),
    };
    const both = answer([wants("a", scoped)]);
    expect([both.allowed, both.warnings, both.status.message]).toEqual([
      false,
      ['[c0] you must provide labels: {"a"}'],
      '[c0] you must provide labels: {"a"}',
    ]);
  });

  it("ignore actions nobody knows, and take an empty one for deny", () => {
    expect(answer([wants("a", { enforcementAction: "log" })]).allowed).toBe(true);
    expect(answer([wants("a", { enforcementAction: "" })]).allowed).toBe(false);
  });
});
