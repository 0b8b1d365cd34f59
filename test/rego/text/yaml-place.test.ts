import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeInYaml, writeYaml } from "../../../src/rego/text/yaml.ts";

/** What stands in a text at the place of an offset into the value at a path. */
function at(text: string, path: readonly (string | number)[], offset: number): string | undefined {
  const place = placeInYaml(text, path);
  return place === undefined ? undefined : text.slice(place.offsetOf(offset));
}

describe("places in YAML", () => {
  it.each([
    ["plain", "a: one two"],
    ["plain over lines", "a: one\n  two"],
    ["single quotes", "a: 'one two'"],
    ["double quotes", 'a: "one two"'],
    ["double quotes over lines", 'a: "one\n  two"'],
    ["escaped white space", String.raw`a: "one\x20two"`],
    ["a literal block", "a: |\n  one\n  two"],
    ["a folded block with an indicator", "a: >2-\n  one\n  two"],
    ["an anchor and a tag", "a: &x !!str one two"],
    ["JSON", '{"b": [1], "a": "one two"}'],
    ["an alias", "b: &x one two\na: *x"],
    ["a merge key", "b: &x\n  a: one two\n<<: *x"],
  ])("of a text in %s", (_, text) => {
    expect(at(text, ["a"], 0)).toMatch(/^one/);
    expect(at(text, ["a"], 4)).toMatch(/^two/);
  });

  it("count escapes as what they stand for", () => {
    const text = String.raw`a: "\"x\" \u0041\n\\b!"`;
    expect(at(text, ["a"], 0)).toBe(String.raw`\"x\" \u0041\n\\b!"`);
    expect(at(text, ["a"], 4)).toBe(String.raw`\u0041\n\\b!"`);
    expect(at(text, ["a"], 6)).toBe(String.raw`\\b!"`);
    expect(at(text, ["a"], 8)).toBe('!"');
    expect(at("a: 'it''s!'", ["a"], 4)).toBe("!'");
  });

  it("are those of the deepest part that is written down", () => {
    const place = placeInYaml("a:\n  b: 1\n", ["a", "c", 0]);
    expect([place?.depth, place?.start]).toEqual([1, 0]);
    expect(placeInYaml("a: [1, 2]", ["a", 1])?.start).toBe(7);
    expect(placeInYaml("n: 1", ["false"])?.depth).toBe(1);
    expect(placeInYaml("a: [", ["a"])).toBeUndefined();
  });

  it("of equal keys are those of the last", () => {
    expect(placeInYaml("a: 1\na: 2\n", ["a"])?.start).toBe(5);
  });

  it("find each character of a text that YAML was written for", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "b", '"', "'", "\\", ":", " ", "\n", "#", "é", "😀"), maxLength: 30 }),
        (value) => {
          const written = writeYaml({ x: value });
          if ("error" in written) return;
          const place = placeInYaml(written.text, ["x"]);
          for (const [i, char] of Array.from(value).entries()) {
            if (/\s/.test(char)) continue;
            const offset = Array.from(value).slice(0, i).join("").length;
            const found = written.text.slice(place?.offsetOf(offset));
            expect(found.startsWith(char) || found.startsWith("\\") || (char === "'" && found.startsWith("''"))).toBe(true);
          }
        },
      ),
    );
  });
});
