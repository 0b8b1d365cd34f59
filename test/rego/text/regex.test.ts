import { describe, expect, it } from "vitest";
import { compileRegex, quoteMeta, Regex } from "../../../src/rego/text/regex.ts";

function compiled(pattern: string): Regex {
  const regex = compileRegex(pattern);
  if (!(regex instanceof Regex)) throw new Error(regex.message);
  return regex;
}

describe("matches", () => {
  it("come in order, without empty ones right behind another", () => {
    expect(compiled("a*").findAll("baaac")).toEqual(["", "aaa", ""]);
    expect(compiled("").findAll("é")).toEqual(["", ""]);
    expect(compiled("a").findAll("aaa", 2)).toEqual(["a", "a"]);
  });

  it("have offsets in the text as it was given", () => {
    expect(compiled("(x)?b").matches("😀ab")).toEqual([[3, 4, -1, -1]]);
  });

  it("know Go's Unicode classes", () => {
    expect(compiled("^\\p{Greek}+$").test("αβγ")).toBe(true);
    expect(compiled("^\\pL\\d$").test("é1")).toBe(true);
    expect(compileRegex("\\p{Nope}")).toMatchObject({ message: expect.stringContaining("invalid character class range: `\\p{Nope}`") });
  });
});

describe("replacing", () => {
  it("expands numbers, names and dollars as Go does", () => {
    const regex = compiled("(?P<first>a)(b)?");
    expect(regex.replaceAll("ab a", "<$first|$2|$$|$9|$" + "{first}x>")).toBe("<a|b|$||ax> <a||$||ax>");
    expect(regex.replaceAll("ab", "$firsts")).toBe("");
  });
});

describe("splitting", () => {
  it("keeps what stands between matches", () => {
    expect(compiled(",").split("a,b,,c")).toEqual(["a", "b", "", "c"]);
    expect(compiled("").split("abc")).toEqual(["a", "b", "c"]);
  });
});

describe("quoting", () => {
  it("takes the meaning from every special character", () => {
    const text = "a.b*c[d](e)^$\\";
    expect(compiled(`^${quoteMeta(text)}$`).test(text)).toBe(true);
  });
});
