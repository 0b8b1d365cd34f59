import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalValues } from "../../src/rego/values/compare.ts";
import { parseJson, toJson } from "../../src/rego/values/json.ts";
import { readJsonPrefix } from "../../src/rego/values/json-read.ts";
import { isPlainJson } from "../../src/rego/values/json-scan.ts";
import { writeJson } from "../../src/rego/values/json-write.ts";
import type { Value } from "../../src/rego/values/value.ts";
import { numberText, text, value } from "../support/arbitraries/values.ts";

const OPTIONS = { seed: 20240229, numRuns: 400 };

/** JSON texts with sorted keys and no spaces, as Go writes them; numbers in any spelling. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom("null", "true", "false"),
    numberText,
    text.map((each) => writeJson(each)),
    fc.array(tie("json"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc.dictionary(fc.stringMatching(/^[a-z_]{0,3}$/), tie("json"), { maxKeys: 4 }).map((object) => {
      const keys = Object.keys(object).sort();
      return `{${keys.map((key) => `${writeJson(key)}:${object[key]}`).join(",")}}`;
    }),
  ),
})).json;

function reread(given: string): string {
  const read = parseJson(given);
  return read.kind === "value" ? writeJson(read.value) : read.message;
}

describe("JSON", () => {
  it("comes back letter for letter", () => {
    fc.assert(
      fc.property(jsonText, (given) => {
        const read = parseJson(given);
        expect(read.kind === "value" ? writeJson(read.value) : read).toBe(given);
      }),
      OPTIONS,
    );
  });

  it("is read the same by the quick and the careful reader", () => {
    fc.assert(
      fc.property(jsonText, (given) => {
        if (!isPlainJson(given, 100)) return;
        const careful = readJsonPrefix(given, 0, 100);
        expect(careful.kind === "value" && writeJson(careful.value)).toBe(writeJson(JSON.parse(given)));
        expect(careful.kind === "value" && equalValues(careful.value, JSON.parse(given))).toBe(true);
      }),
      OPTIONS,
    );
  });

  it("is refused exactly where JSON.parse refuses it", () => {
    fc.assert(
      fc.property(
        jsonText,
        fc.nat(),
        fc.constantFrom("", "1", "e", ".", '"', "]", "}", ",", ":", "\\", "-", " ", "n"),
        (given, at, letter) => {
          const place = at % (given.length + 1);
          const broken = given.slice(0, place) + letter + given.slice(place + 1);
          let valid = true;
          try {
            JSON.parse(broken);
          } catch {
            valid = false;
          }
          expect(parseJson(broken).kind).toBe(valid ? "value" : "error");
        },
      ),
      { ...OPTIONS, numRuns: 1500 },
    );
  });

  it("says of every value what JSON can say", () => {
    fc.assert(
      fc.property(value, (given) => {
        const written = writeJson(given);
        expect(writeJson(toJson(given) as Value)).toBe(written);
        // A stray byte is written as an escape and read as a character, and from then on nothing changes any more.
        const again = reread(written);
        expect(again.length).toBeLessThanOrEqual(written.length);
        expect(reread(again)).toBe(again);
      }),
      OPTIONS,
    );
  });
});
