import { describe, expect, it } from "vitest";
import { countCodePoints, isPrintable, toLower, toUpper, trimSpace } from "../../../src/rego/text/unicode.ts";

describe("unicode", () => {
  it("maps case one to one", () => {
    expect(toUpper("aßŉᾳᾀﬀ")).toBe("Aßŉᾼᾈﬀ");
    expect(toLower("AİΣ")).toBe("aiσ");
    // The capital of U+019B came with Unicode 16.
    expect(toUpper("\u019b")).toBe("\u019b");
  });

  it("knows what prints", () => {
    expect([0x20, 0x41, 0xe9, 0x1f600].every(isPrintable)).toBe(true);
    expect([0x1f, 0x7f, 0xa0, 0xad, 0x2028, 0xe000, 0x1fae9].some(isPrintable)).toBe(false);
  });

  it("trims Unicode's white space", () => {
    expect(trimSpace("\u0085\u3000 a b\u2003")).toBe("a b");
    expect(trimSpace("\u200ba")).toBe("\u200ba");
  });

  it("counts code points", () => {
    expect(countCodePoints("a😀\udc80\udc81")).toBe(4);
  });
});
