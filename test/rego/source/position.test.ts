import { describe, expect, it } from "vitest";
import { positionAt } from "../../../src/rego/source/position.ts";

const at = (text: string, offset: number) => {
  const { row, col } = positionAt({ name: "", text }, offset);
  return [row, col];
};

describe("a position", () => {
  it("counts rows from 1 and columns in code points", () => {
    expect(at("a\n😀b", 0)).toEqual([1, 1]);
    expect(at("a\n😀b", 4)).toEqual([2, 2]);
  });

  it("on a line of any length counts each character once, whatever is asked first", () => {
    const text = `x\n${"a😀".repeat(5_000)}`;
    expect(at(text, 2 + 3 * 4_000)).toEqual([2, 8_001]);
    const source = { name: "", text };
    for (const i of [4_999, 10, 2_500, 341, 0]) expect(positionAt(source, 2 + 3 * i)).toEqual({ row: 2, col: 2 * i + 1 });
    for (const i of [4_999, 1_023, 341]) expect(positionAt(source, 3 + 3 * i)).toEqual({ row: 2, col: 2 * i + 2 });
  });

  it("of a line feed is before the first column of the next row", () => {
    expect(at("a\nb", 1)).toEqual([2, 0]);
  });

  it("of the end is that of the last character", () => {
    expect(at("a\nbc", 4)).toEqual([2, 2]);
    expect(at("a\n", 2)).toEqual([2, 0]);
    expect(at("", 0)).toEqual([1, 0]);
  });

  it("before the text is nowhere", () => {
    expect(at("a", -1)).toEqual([0, 0]);
  });
});
