import { describe, expect, it } from "vitest";
import { globsIntersect } from "../../../src/rego/text/glob-intersection.ts";

function intersect(left: string, right: string): boolean {
  const answer = globsIntersect(left, right, () => undefined);
  if (typeof answer !== "boolean") throw new Error(answer.message);
  return answer;
}

describe("intersections", () => {
  it.each([
    ["a", "a", true],
    ["a", "b", false],
    ["[a-c]", "[c-e]", true],
    ["a*", "aaa", true],
    ["a+b", "b", false],
    [".*", "anything", true],
    ["[0-9]+", "[a-z]+", false],
    ["", "", true],
  ])("of %s and %s: %s", (left, right, expected) => {
    expect(intersect(left, right)).toBe(expected);
    expect(intersect(right, left)).toBe(expected);
  });

  it("of patterns that cannot be read are refused", () => {
    expect(typeof globsIntersect("[a", "b", () => undefined)).toBe("object");
  });

  it("charge their work", () => {
    let units = 0;
    globsIntersect("[ab]*".repeat(20), "[ab]+".repeat(20), (more) => {
      units += more;
    });
    expect(units).toBeGreaterThan(0);
    expect(units).toBeLessThan(1e6);
  });
});
