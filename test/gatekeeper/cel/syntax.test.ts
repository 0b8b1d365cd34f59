import { describe, expect, test } from "vitest";
import { renderIssues } from "../../../src/gatekeeper/cel/syntax/issue.ts";
import { createParser } from "../../../src/gatekeeper/cel/syntax/parser.ts";
import { standardMacros } from "../../../src/gatekeeper/cel/syntax/standard-macros.ts";
import { evaluate, issuesOf } from "../../support/cel.ts";

const parser = createParser({ macros: standardMacros, escapedNames: true });

describe("the CEL parser", () => {
  test.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["7 % 4 * 2", 6],
    ["-5 + 2", -3],
    ["--5", 5],
    ["1 < 2 && 2 < 3 || false", true],
    ["!false && true", true],
    ["false ? 1 : true ? 2 : 3", 2],
    ["1 in [1] == true", true],
    ["[1, 2, ][1]", 2],
    ["{'a': 1,}.a", 1],
    ["0xff", 255],
    ["-9223372036854775808", -(2n ** 63n)],
  ])("reads %s as %s", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  test("comments and line breaks are white space", () => {
    expect(evaluate("1 // one\n + \n 2")).toBe(3);
  });

  test.each([
    [String.raw`"a\tb"`, "a\tb"],
    [String.raw`r"a\tb"`, String.raw`a\tb`],
    [`'it"s'`, `it"s`],
    [`"""two\nlines"""`, "two\nlines"],
    [String.raw`"\u00e9\x41\101\U0001F600"`, "éAA😀"],
  ])("the literal %s is the string %j", (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  test("bytes escapes are bytes, other characters their UTF-8 form", () => {
    expect(evaluate(String.raw`b"\xffé"`)).toEqual(Uint8Array.of(255, 0xc3, 0xa9));
  });

  test("a mistake is shown with its line, a caret and dots", () => {
    expect(issuesOf("1 +\n  )")).toBe(
      [
        "ERROR: <input>:2:3: Syntax error: mismatched input ')' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
        " |   )",
        " | ..^",
      ].join("\n"),
    );
  });

  test("wide characters before a mistake get wide dots", () => {
    expect(renderIssues("'é' + )", [{ at: 6, message: "m" }])).toBe("ERROR: <input>:1:7: m\n | 'é' + )\n | .．....^");
  });

  test.each([
    ["1 2", "extraneous input '2' expecting <EOF>"],
    ["9223372036854775808", "invalid int literal"],
    ["18446744073709551616u", "invalid uint literal"],
    ["for", "reserved identifier: for"],
    ["a. + b", "Syntax error: no viable alternative at input '. +'"],
    ["a == 'x\n && b", "Syntax error: token recognition error at: ''x\n'"],
    ["has(1)", "invalid argument to has() macro"],
    ["[1].all(1, true)", "argument must be a simple name"],
    ["[1].map(1, true)", "argument is not an identifier"],
    ["[1].all(x, x, true)", "duplicate variable name: x"],
  ])("%s is refused: %s", (text, message) => {
    expect(issuesOf(text)).toContain(message);
  });

  test("Kubernetes has no backquoted names", () => {
    expect(issuesOf("{'a-b': 1}.`a-b`")).toContain("unsupported syntax: '`'");
    expect(parser.parse("x.`a-b`").expr).toMatchObject({ kind: "select", field: "a-b" });
  });

  test.each([
    ["brackets", `${"(".repeat(300)}1${")".repeat(300)}`],
    ["lists", "[".repeat(300) + "]".repeat(300)],
    ["a chain of selections", `a${".b".repeat(300)}`],
    ["a chain of sums", `1${" + 1".repeat(300)}`],
    ["a chain of conditionals", `${"true ? 1 : ".repeat(300)}1`],
  ])("%s nested 300 deep are refused without exhausting the stack", (_, text) => {
    expect(parser.parse(text).issues[0]?.message).toBe("expression recursion limit exceeded: 250");
  });

  test("logical operators may be chained by the thousand", () => {
    expect(evaluate(`false${" || false".repeat(5000)} || true`)).toBe(true);
  });

  test("an expression of more than 100000 characters is refused", () => {
    expect(parser.parse(`"${"a".repeat(100_000)}"`).issues[0]?.message).toContain("code point size exceeds limit");
  });

  test("binary junk is refused, whatever it is", () => {
    for (const junk of ["\u0000", "\ud800", "`", "'", '"', "\\", "@", "#$%^&*", "\u202e()"]) {
      expect(parser.parse(junk).issues.length).toBeGreaterThan(0);
    }
  });
});
