import { describe, expect, it } from "vitest";
import { cutMessage, sweep } from "../../../src/gatekeeper/index.ts";
import { constraint, load, namespace, pod, template } from "../../support/gatekeeper.ts";

const pods = (count: number) => Array.from({ length: count }, (_, i) => ({ object: pod(`p${String(i).padStart(2, "0")}`, "ns") }));

describe("an audit", () => {
  it("counts every violation and keeps the smallest, from last to first", () => {
    const report = sweep(load([template(), constraint()]), pods(5).toReversed(), { violationsLimit: 3 });
    expect(report.constraints).toMatchObject([{ kind: "Deny", name: "c1", totalViolations: 5 }]);
    expect(report.constraints[0]?.violations.map(({ name }) => name)).toEqual(["p02", "p01", "p00"]);
    expect(report.constraints[0]?.violations[2]).toEqual({
      group: "",
      version: "v1",
      kind: "Pod",
      namespace: "ns",
      name: "p00",
      message: "no p00",
      enforcementAction: "deny",
      enforcementActions: undefined,
    });
  });

  it("reports constraints that nothing violates too", () => {
    const never = template({ kind: "Never", rego: 'package p\nviolation[{"msg": "m"}] { false }' });
    const report = sweep(load([never, constraint({}, { kind: "Never" })]), pods(1));
    expect(report.constraints).toEqual([{ kind: "Never", name: "c1", totalViolations: 0, violations: [] }]);
  });

  it("leaves excluded namespaces alone, and the Namespaces themselves", () => {
    const config = {
      apiVersion: "config.gatekeeper.sh/v1alpha1",
      kind: "Config",
      metadata: { name: "config" },
      spec: { match: [{ processes: ["audit"], excludedNamespaces: ["ns"] }] },
    };
    const report = sweep(load([template(), constraint(), config]), [
      ...pods(2),
      { object: namespace("ns") },
      { object: pod("q", "other") },
    ]);
    expect([report.audited, report.constraints[0]?.totalViolations]).toEqual([1, 1]);
  });

  it("lists scoped actions", () => {
    const scoped = {
      enforcementAction: "scoped",
      scopedEnforcementActions: [{ action: "warn", enforcementPoints: [{ name: "audit.gatekeeper.sh" }] }],
    };
    const report = sweep(load([template(), constraint(scoped)]), pods(1));
    expect(report.constraints[0]?.violations[0]).toMatchObject({ enforcementAction: "scoped", enforcementActions: ["warn"] });
  });
});

describe("messages in a status", () => {
  it("are cut between characters", () => {
    expect(cutMessage("a".repeat(256))).toHaveLength(256);
    expect(cutMessage("a".repeat(257))).toBe(`${"a".repeat(253)}...`);
    expect(cutMessage("ä".repeat(200))).toBe(`${"ä".repeat(126)}...`);
  });
});
