import { describe, expect, it } from "vitest";
import { parseYaml, readYaml, writeYaml } from "../../../src/rego/text/yaml.ts";
import type { Value } from "../../../src/rego/values/value.ts";

function read(text: string): Value {
  const result = parseYaml(text);
  if (result.kind === "error") throw new Error(result.message);
  return result.value;
}

function written(value: Value): string {
  const result = writeYaml(value);
  if ("error" in result) throw new Error(result.error);
  return result.text;
}

describe("scalars", () => {
  it.each([
    ["yes", true],
    ["Off", false],
    ["~", null],
    ["0x1F", 31],
    ["1_000", 1000],
    ["010", 8],
    ["2001-01-01", "2001-01-01"],
    ["'it''s'", "it's"],
    ['"\\u00e9\\n"', "é\n"],
    ["a b # c", "a b"],
  ])("%s is %o", (text, value) => {
    expect(read(text)).toEqual(value);
  });
});

describe("a scalar of very many parts", () => {
  const parts = 200_000;

  it.each([
    ["plain lines", "1\n".repeat(parts), Array(parts).fill("1").join(" ")],
    ["a plain word", `${"a:".repeat(parts)}a`, `${"a:".repeat(parts)}a`],
    ["blank lines", `a${"\n".repeat(parts)}b`, `a${"\n".repeat(parts - 1)}b`],
    ["double quotes", `"${"\\n".repeat(parts)}"`, "\n".repeat(parts)],
    ["single quotes", `'${"''".repeat(parts)}'`, "'".repeat(parts)],
    ["a block", `|\n${" 1\n".repeat(parts)}`, "1\n".repeat(parts)],
  ])("is read in little time and memory: %s", (_, text, value) => {
    expect(read(text)).toBe(value);
  });
});

describe("documents", () => {
  it("of a stream know the row they begin at", () => {
    const { documents, error } = readYaml("a: 1\n---\n# c\nb: 2\n---\n");
    expect(error).toBeUndefined();
    expect(documents.map(({ value, row }) => [value, row])).toEqual([
      [{ a: 1 }, 1],
      [{ b: 2 }, 4],
      [null, 6],
    ]);
  });

  it("before an error are kept", () => {
    const { documents, error } = readYaml("a: 1\n---\nb: [\n");
    expect(documents).toHaveLength(1);
    expect(String(error)).toContain("yaml: line");
  });

  it("with a key twice are refused only when read strictly", () => {
    expect(read("a: 1\na: 2\n")).toEqual({ a: 2 });
    expect(parseYaml("a: 1\na: 2\n", { strict: true })).toMatchObject({ kind: "error" });
  });

  it("merge what `<<` names", () => {
    expect(read("a: &a {p: 1, q: 1}\nb:\n  <<: *a\n  q: 2\n")).toEqual({ a: { p: 1, q: 1 }, b: { p: 1, q: 2 } });
  });

  it("that nest without end are refused", () => {
    expect(parseYaml("[".repeat(50_000)).kind).toBe("error");
    expect(parseYaml("- ".repeat(50_000)).kind).toBe("error");
  });
});

describe("writing", () => {
  it.each([
    [{ b: 1, a: [] }, "a: []\nb: 1\n"],
    ["true", '"true"\n'],
    ["a\nb\n", "|\n  a\n  b\n"],
    ["", '""\n'],
    [" x", "' x'\n"],
    [{ "": {} }, '"": {}\n'],
    ["1e3", '"1e3"\n'],
  ])("of %o gives %j, which reads as it was", (value, text) => {
    expect(written(value)).toBe(text);
    expect(read(text)).toEqual(value);
  });
});
