import { expect, test } from "vitest";
import { editDistance, suggest } from "../../src/base/suggest.ts";

const builtins = ["count", "concat", "contains", "startswith", "max", "min", "object.get"];

test("a slip of one letter finds the word", () => {
  expect(suggest("cuont", builtins)).toBe("count");
  expect(suggest("startwith", builtins)).toBe("startswith");
  expect(suggest("object.gte", builtins)).toBe("object.get");
});

test("a short word is not taken for another short word two letters away", () => {
  expect(suggest("mun", ["max"])).toBeUndefined();
  expect(suggest("f", builtins)).toBeUndefined();
});

test("the word itself is no suggestion", () => {
  expect(suggest("count", ["count"])).toBeUndefined();
});

test("the nearest word wins, and of equals the first", () => {
  expect(suggest("abcdef", ["abcxyf", "abcdxf"])).toBe("abcdxf");
  expect(suggest("abc", ["abd", "abe"])).toBe("abd");
});

test("edits count insertions, removals, changes and swaps", () => {
  expect(editDistance("abc", "acb", 9)).toBe(1);
  expect(editDistance("kitten", "sitting", 9)).toBe(3);
  expect(editDistance("", "abc", 9)).toBe(3);
  expect(editDistance("aaaaaa", "bbbbbb", 2)).toBeGreaterThan(2);
});
