import { describe, expect, it } from "vitest";
import { AUDIT_POINT, actionsAt, checkEnforcement, readEnforcement, WEBHOOK_POINT } from "../../../src/gatekeeper/manifest/enforcement.ts";
import type { PlainObject } from "../../../src/rego/index.ts";
import { constraint } from "../../support/gatekeeper.ts";

function scoped(...actions: readonly (readonly [action: string, ...points: string[]])[]): PlainObject {
  return {
    enforcementAction: "scoped",
    scopedEnforcementActions: actions.map(([action, ...points]) => ({ action, enforcementPoints: points.map((name) => ({ name })) })),
  };
}

function at(spec: PlainObject, point: string): readonly string[] | undefined {
  const read = readEnforcement(constraint(spec));
  if ("error" in read) throw new Error(read.error);
  return actionsAt(read.enforcement, point);
}

describe("enforcement actions", () => {
  it("apply everywhere unless they are scoped", () => {
    expect(at({ enforcementAction: "warn" }, WEBHOOK_POINT)).toEqual([]);
    expect(at({}, AUDIT_POINT)).toEqual([]);
  });

  it("apply at their points, at all of them by a star, and nowhere else", () => {
    const spec = scoped(["deny", WEBHOOK_POINT], ["warn", WEBHOOK_POINT, AUDIT_POINT]);
    expect(at(spec, WEBHOOK_POINT)).toEqual(["deny", "warn"]);
    expect(at(spec, AUDIT_POINT)).toEqual(["warn"]);
    expect(at(spec, "gator.gatekeeper.sh")).toBeUndefined();
    expect(at(scoped(["dryrun", "*"]), AUDIT_POINT)).toEqual(["dryrun"]);
    expect(at(scoped(), AUDIT_POINT)).toBeUndefined();
  });

  it.each<[PlainObject, string | undefined]>([
    [{ enforcementAction: "dryrun" }, undefined],
    [{ enforcementAction: "foo" }, 'unrecognized enforcementAction: "foo" is not within the supported list [deny dryrun warn scoped]'],
    [{ enforcementAction: "scoped" }, "error fetching scopedEnforcementActions: scopedEnforcementActions is required"],
    [scoped(["deny", "*"], ["warn", "vap.k8s.io"]), undefined],
    [
      scoped(["block", "nowhere"]),
      "unrecognized enforcement points: constraint will not be enforced for enforcement points [nowhere], supported enforcement points are [validation.gatekeeper.sh audit.gatekeeper.sh gator.gatekeeper.sh vap.k8s.io]\nunrecognized enforcementAction: [block] is not within the supported list [deny dryrun warn]",
    ],
    [
      scoped(["deny"]),
      "unrecognized enforcement points: constraint will not be enforced for enforcement points [], supported enforcement points are [validation.gatekeeper.sh audit.gatekeeper.sh gator.gatekeeper.sh vap.k8s.io]",
    ],
  ])("%j at admission: %s", (spec, text) => expect(checkEnforcement(constraint(spec))).toBe(text));
});
