import { describe, expect, it } from "vitest";
import { regex } from "../../../src/rego/builtins/regex.ts";
import { boundedContext, callsOf } from "../../support/call-family.ts";

const { answer, answerIn } = callsOf(regex);

describe("matching", () => {
  it.each([
    ["regex.match", ["a+", "baa"], "true"],
    ["regex.match", ["^a$", "b"], "false"],
    ["regex.is_valid", ["[a-z]"], "true"],
    ["regex.is_valid", ["(?=a)"], "false"],
    ["regex.is_valid", [1], "false"],
    ["regex.find_n", ["a.", "abacad", 2], '["ab", "ac"]'],
    ["regex.find_n", ["a", "aaa", -1], '["a", "a", "a"]'],
    ["regex.find_all_string_submatch_n", ["a(x*)b", "-axxb-ab-", -1], '[["axxb", "xx"], ["ab", ""]]'],
    ["regex.split", ["z+", "pizza"], '["pi", "a"]'],
    ["regex.split", ["a*", "abaabaccadaaae"], '["", "b", "b", "c", "c", "d", "e"]'],
    ["regex.replace", ["-ab-axxb-", "a(x*)b", "T"], '"-T-T-"'],
    ["regex.replace", ["-ab-axxb-", "a(x*)b", "$1"], '"--xx-"'],
    ["regex.replace", ["-ab-", "a(?P<x>b)", "$" + "{x}w"], '"-bw-"'],
    ["regex.template_match", ["urn:foo:{.*}", "urn:foo:bar", "{", "}"], "true"],
    ["regex.template_match", ["urn:{a|b}:x", "urn:c:x", "{", "}"], "false"],
    ["regex.globs_match", ["a.a.[0-9]+z", "b.b.[0-9]+z"], "false"],
    ["regex.globs_match", ["[a-z]+", "[0-9]*"], "false"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answer(name, ...operands)).toBe(expected);
  });
});

describe("refusals", () => {
  it("are in Go's words", () => {
    expect(answer("regex.match", "(a", "b")).toBe("eval_builtin_error: regex.match: error parsing regexp: missing closing ): `(a`");
    expect(answer("regex.match", "a**", "b")).toContain("invalid nested repetition operator: `**`");
    expect(answer("regex.match", 1, "b")).toBe("eval_type_error: regex.match: operand 1 must be string but got number");
  });
});

describe("hostile input", () => {
  it("does not make matching backtrack", () => {
    expect(answer("regex.match", "^(a+)+$", `${"a".repeat(5000)}b`)).toBe("false");
    expect(answer("regex.match", "(.*)*x", "a".repeat(20_000))).toBe("false");
  });

  it("does not make intersections explode", () => {
    const left = `${"[ab]*".repeat(40)}c`;
    expect(() => answerIn(boundedContext(1e7), "regex.globs_match", left, `${"[ab]+".repeat(40)}d`)).not.toThrow(RangeError);
  });
});
