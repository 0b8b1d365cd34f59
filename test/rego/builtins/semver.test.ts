import { describe, expect, it } from "vitest";
import { answerOf } from "../../support/call-builtin.ts";

describe("semver", () => {
  it.each([
    ["1.2.3", "1.2.3+build", "0"],
    ["1.10.0", "1.9.0", "1"],
    ["1.0.0-alpha", "1.0.0", "-1"],
    ["1.0.0-alpha.1", "1.0.0-alpha.beta", "-1"],
    ["1.0.0-rc.10", "1.0.0-rc.9", "1"],
    ["1.0.0-a.b", "1.0.0-a", "1"],
    ["1.0.0-1", "1.0.0-01", "0"],
    ["v1.0.0", "1.0.0", "0"],
    ["1.0", "1.0.0", 'eval_builtin_error: semver.compare: operand 1: string "1.0" is not a valid SemVer'],
    ["1.0.0", "x", 'eval_builtin_error: semver.compare: operand 2: string "x" is not a valid SemVer'],
  ])("compares %o with %o: %s", (a, b, expected) => {
    expect(answerOf("semver.compare", a, b)).toBe(expected);
  });

  it("tells versions from other things", () => {
    for (const [value, valid] of [
      ["01.2.3", true],
      ["1.2.3-", true],
      ["1.2.3-a..b", false],
      ["9223372036854775808.0.0", false],
      [1, false],
    ] as const)
      expect(answerOf("semver.is_valid", value)).toBe(String(valid));
  });
});
