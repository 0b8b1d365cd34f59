/** Names and texts that other tools read: those of pod statuses and of durations are written as the original writes them. */
import { describe, expect, it } from "vitest";
import { packName } from "../../src/server/cluster/pod-status.ts";
import { goDuration } from "../../src/server/loops/audit.ts";

describe("the name of a pod status", () => {
  it("doubles the dashes of its parts and joins them by one", () => {
    expect(packName(["gatekeeper-0", "k8srequiredlabels", "ns-must-have-gk"])).toBe("gatekeeper--0-k8srequiredlabels-ns--must--have--gk");
  });

  it("is cut where Kubernetes would refuse it, and still differs from others cut at the same place", () => {
    const [one, other] = ["a", "b"].map((end) => packName(["pod", "x".repeat(300) + end])) as [string, string];
    expect(one).toHaveLength(253);
    expect(one).not.toBe(other);
  });
});

describe("a duration", () => {
  it.each([
    [0.5, "0.5s"],
    [75.25, "1m15.25s"],
    [3_600, "1h0m0s"],
    [7_322.5, "2h2m2.5s"],
  ])("of %d seconds is %s", (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });
});
