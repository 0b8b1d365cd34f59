import { describe, expect, it } from "vitest";
import { checkAssertion } from "../../../src/gatekeeper/verify/assertion.ts";
import { readFilter } from "../../../src/gatekeeper/verify/filter.ts";
import type { Expected, Test } from "../../../src/gatekeeper/verify/suite.ts";

const yes: Expected = { kind: "word", word: "yes" };
const no: Expected = { kind: "word", word: "no" };
const exactly = (count: number): Expected => ({ kind: "count", count });

describe("assertions", () => {
  it.each<[Expected, string | undefined, readonly string[], string | undefined]>([
    [yes, undefined, ["a"], undefined],
    [yes, undefined, [], "unexpected number of violations: got 0 violations but want at least 1: got messages []"],
    [no, undefined, ["a", "b"], "unexpected number of violations: got 2 violations but want none: got messages [a b]"],
    [exactly(1), "^a", ["a", "b"], undefined],
    [
      exactly(2),
      "^a",
      ["a", "b"],
      'unexpected number of violations: got 1 violations containing "^a" but want exactly 2: got messages [a b]',
    ],
    [
      exactly(-1),
      undefined,
      [],
      'invalid yaml: assertion.violation, if set, must be a nonnegative integer, "yes", or "no": got messages []',
    ],
    [
      { kind: "word", word: "maybe" },
      undefined,
      [],
      'invalid yaml: assertion.violation, if set, must be a nonnegative integer, "yes", or "no": got messages []',
    ],
    [yes, "(", ["a"], "message contains invalid regular expression: error parsing regexp: missing closing ): `(`"],
  ])("%j %s of %j: %s", (violations, message, messages, expected) =>
    expect(checkAssertion({ violations, message }, messages)).toBe(expected),
  );
});

const test = (name: string, ...cases: readonly string[]): Test => ({
  name,
  template: "",
  constraint: "",
  expansion: "",
  invalid: false,
  skip: false,
  cases: cases.map((each) => ({ name: each, object: "", inventory: [], assertions: [], skip: false })),
});

describe("filters", () => {
  it.each([
    ["", true, true],
    ["one", true, true],
    ["inner", true, true],
    ["other", false, false],
    ["one//", true, true],
    ["//inner", true, true],
    ["one//other", true, false],
  ])("%j lets the test through: %s, its case: %s", (text, forTest, forCase) => {
    const read = readFilter(text);
    if ("error" in read) throw new Error(read.error);
    expect([read.filter.matchesTest(test("one", "inner")), read.filter.matchesCase("one", "inner")]).toEqual([forTest, forCase]);
  });

  it("refuses what it cannot read", () => {
    expect(readFilter("a//b//c")).toEqual({ error: 'invalid test filter: a filter may include at most one "//"' });
    expect(readFilter("(")).toMatchObject({ error: expect.stringMatching(/^invalid test filter: error parsing regexp/) });
  });
});
