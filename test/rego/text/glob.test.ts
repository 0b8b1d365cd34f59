import { describe, expect, it } from "vitest";
import { compileGlob, quoteGlob } from "../../../src/rego/text/glob.ts";
import { Regex } from "../../../src/rego/text/regex.ts";

function matches(pattern: string, text: string, delimiters: readonly string[] = []): boolean {
  const glob = compileGlob(pattern, delimiters);
  if (!(glob instanceof Regex)) throw new Error(glob.message);
  return glob.test(text);
}

describe("globs", () => {
  it("stop at delimiters, unless there are two stars", () => {
    expect(matches("a*", "a/b", ["/"])).toBe(false);
    expect(matches("a**", "a/b", ["/"])).toBe(true);
    expect(matches("a?b", "a/b", ["/"])).toBe(false);
  });

  it("match the whole text", () => {
    expect(matches("b", "abc")).toBe(false);
    expect(matches("*b*", "a\nb\nc")).toBe(true);
  });

  it("match themselves when quoted", () => {
    expect(matches(quoteGlob("a*{b}[c]?"), "a*{b}[c]?")).toBe(true);
    expect(matches(quoteGlob("a*"), "ab")).toBe(false);
  });
});
