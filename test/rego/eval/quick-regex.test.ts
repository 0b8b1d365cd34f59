import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quickRegex } from "../../../src/rego/eval/plan/calls/quick-regex.ts";
import { compileRegex, RegexError } from "../../../src/rego/text/regex.ts";

describe("patterns on JavaScript's engine", () => {
  test("plain ones are taken, dangerous and foreign ones are not", () => {
    expect(quickRegex("^[a-z]+\\.example\\.com$")?.("ab.example.com")).toBe(true);
    for (const pattern of ["(a+)+b", "(?i)a", "a*?", "\\pL", "[[:alpha:]]", "(a|a)*", "\\bx", "a**"])
      expect(quickRegex(pattern)).toBeUndefined();
  });

  test("long texts are left to the linear engine", () => {
    expect(quickRegex("a*b*c*d")?.("a".repeat(10_000))).toBeUndefined();
  });

  test("whatever is taken answers as Go does", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "-",
      "/",
      "\\.",
      ".",
      "*",
      "+",
      "?",
      "(",
      ")",
      "|",
      "^",
      "$",
      "[a-z]",
      "[^0-9]",
      "{2}",
      "{1,3}",
      "\\d",
      "\\w",
    );
    const text = fc.array(fc.constantFrom("a", "b", "1", "-", ".", "\n", "é", "😀")).map((letters) => letters.join(""));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), text, (pieces, subject) => {
        const quick = quickRegex(pieces.join(""));
        if (!quick) return;
        const regex = compileRegex(pieces.join(""));
        expect(regex).not.toBeInstanceOf(RegexError);
        if (!(regex instanceof RegexError)) expect(quick(subject)).toBe(regex.test(subject));
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });
});
