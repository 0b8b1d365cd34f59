import { describe, expect, it } from "vitest";
import { glob } from "../../../src/rego/builtins/glob.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer } = callsOf(glob);

describe("globs", () => {
  it.each([
    ["*.github.com", [], "api.github.com", "true"],
    ["*.github.com", [], "api.cdn.github.com", "false"],
    ["*hub.com", null, "api.cdn.github.com", "true"],
    ["*:github:com", [":"], "api:github:com", "true"],
    ["api.**.com", [], "api.cdn.github.com", "true"],
    ["?at", [], "cat", "true"],
    ["?at", [], "at", "false"],
    ["[abc]at", [], "bat", "true"],
    ["[!abc]at", [], "cat", "false"],
    ["[a-c]at", [], "lat", "false"],
    ["{cat,bat,[fr]at}", [], "rat", "true"],
    ["\\*", [], "*", "true"],
    ["é?", [], "é😀", "true"],
  ])("%s with %o on %s is %s", (pattern, delimiters, text, expected) => {
    expect(answer("glob.match", pattern, delimiters, text)).toBe(expected);
  });

  it("quote what has a meaning", () => {
    expect(answer("glob.quote_meta", "*.{a}[b]?\\")).toBe('"\\\\*.\\\\{a\\\\}\\\\[b\\\\]\\\\?\\\\\\\\"');
  });

  it("that cannot be read are refused, and so are delimiters of more than one character", () => {
    expect(answer("glob.match", "[a", [], "a")).toContain("eval_builtin_error: glob.match: ");
    expect(answer("glob.match", "a", ["ab"], "a")).toContain("glob.match: ");
  });

  it("take linear time, however many stars there are", () => {
    expect(answer("glob.match", `${"*a".repeat(50)}b`, [], "a".repeat(3000))).toBe("false");
  });
});
