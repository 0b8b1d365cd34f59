import { describe, expect, it } from "vitest";
import { checkLabel1035, checkLabelKey, checkLabelValue, checkSubdomain } from "../../../src/gatekeeper/kube/names.ts";

describe("Kubernetes' rules for names", () => {
  it.each(["a", "a-b.c", "0.x"])("%s is a subdomain", (text) => expect(checkSubdomain(text)).toEqual([]));
  it.each(["A", "-a", "a.", "", "a_b"])("%j is no subdomain", (text) => expect(checkSubdomain(text)).toHaveLength(1));
  it("a DNS label must start with a letter and end in time", () => {
    expect(checkLabel1035("a1")).toEqual([]);
    expect(checkLabel1035("1a")).toHaveLength(1);
    expect(checkLabel1035("a".repeat(64))).toEqual(["must be no more than 63 bytes"]);
  });
  it("a label value may be empty, a key may not", () => {
    expect(checkLabelValue("")).toEqual([]);
    expect(checkLabelKey("")[0]).toBe("name part must be non-empty");
  });
  it("a key may have one prefix", () => {
    expect(checkLabelKey("example.com/Name")).toEqual([]);
    expect(checkLabelKey("UPPER/a")[0]).toMatch(/^prefix part a lowercase RFC 1123 subdomain/);
    expect(checkLabelKey("a/b/c")[0]).toMatch(/with an optional DNS subdomain prefix/);
  });
});
