import { describe, expect, it } from "vitest";
import { quote, quoteWith } from "../../../src/rego/text/quote.ts";

describe("quote", () => {
  it.each([
    ["plain", '"plain"'],
    ['a"\\', '"a\\"\\\\"'],
    ["\u0007\b\t\n\u000b\f\r", '"\\a\\b\\t\\n\\v\\f\\r"'],
    ["\u0001\u007f", '"\\x01\\x7f"'],
    ["é😀", '"é😀"'],
    ["\u00ad\u200b\u2028\ufeff", '"\\u00ad\\u200b\\u2028\\ufeff"'],
    ["\u{e0001}", '"\\U000e0001"'],
    ["\udcff", '"\\xff"'],
    ["\ud800", '"\ufffd"'],
    // Assigned after Unicode 15.0.
    ["\u{1fae9}", '"\\U0001fae9"'],
  ])("writes %o as %s", (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  it("quotes characters and escapes beyond ASCII when asked", () => {
    expect(quoteWith("'", { quote: "'", asciiOnly: false })).toBe("'\\''");
    expect(quoteWith("é😀", { quote: '"', asciiOnly: true })).toBe('"\\u00e9\\U0001f600"');
  });
});
