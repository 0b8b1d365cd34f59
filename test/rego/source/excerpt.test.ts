import { describe, expect, it } from "vitest";
import { excerptAt, excerptLines } from "../../../src/rego/source/excerpt.ts";

function shown(text: string, at: number): readonly string[] {
  return excerptLines(excerptAt({ name: "", text }, at));
}

describe("an excerpt", () => {
  it("is the line with a caret under the place", () => {
    expect(shown("a\nb c\nd", 4)).toEqual(["b c", "  ^"]);
  });

  it("leaves tabs at the start out", () => {
    expect(shown("\t\ta b", 4)).toEqual(["a b", "  ^"]);
  });

  it("counts bytes", () => {
    expect(shown("é😀x", 3)).toEqual(["é😀x", "      ^"]);
  });

  it("moves back over blanks, to an earlier line if need be", () => {
    expect(shown("ab\n\n  \n", 7)).toEqual(["ab", " ^"]);
  });

  it("of nothing is an empty line", () => {
    expect(shown("", 0)).toEqual(["", "^"]);
  });
});
