import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareValues, equalValues } from "../../src/rego/values/compare.ts";
import { eachEntry, isObject, ObjectBuilder } from "../../src/rego/values/object.ts";
import { termText } from "../../src/rego/values/print.ts";
import { RegoSet } from "../../src/rego/values/rego-set.ts";
import type { Value } from "../../src/rego/values/value.ts";
import { value } from "../support/arbitraries/values.ts";

const OPTIONS = { seed: 20240229, numRuns: 400 };

/** The same value built in another order. */
function rebuilt(from: Value): Value {
  if (Array.isArray(from)) return from.map(rebuilt);
  if (from instanceof RegoSet) return RegoSet.of(from.items.map(rebuilt).reverse());
  if (!isObject(from)) return from;
  const entries: [Value, Value][] = [];
  eachEntry(from, (key, item) => entries.unshift([rebuilt(key), rebuilt(item)]));
  const builder = new ObjectBuilder();
  for (const [key, item] of entries) builder.set(key, item);
  return builder.finish();
}

describe("the order of values", () => {
  it("is the same both ways round and agrees with equality", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        expect(compareValues(a, b) === 0).toBe(equalValues(a, b));
        expect(compareValues(a, a)).toBe(0);
      }),
      OPTIONS,
    );
  });

  it("is transitive", () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const [x, y, z] = [a, b, c].sort(compareValues) as [Value, Value, Value];
        expect(compareValues(x, y)).toBeLessThanOrEqual(0);
        expect(compareValues(y, z)).toBeLessThanOrEqual(0);
        expect(compareValues(x, z)).toBeLessThanOrEqual(0);
      }),
      OPTIONS,
    );
  });

  it("does not depend on how a value was built", () => {
    fc.assert(
      fc.property(value, (a) => {
        const b = rebuilt(a);
        expect(compareValues(a, b)).toBe(0);
        expect(equalValues(a, b)).toBe(true);
        expect(RegoSet.of([a]).has(b)).toBe(true);
      }),
      OPTIONS,
    );
  });
});

describe("the text of values", () => {
  it("is the same for equal values without numbers of several spellings", () => {
    fc.assert(
      fc.property(value, (a) => {
        expect(termText(rebuilt(a))).toBe(termText(a));
      }),
      OPTIONS,
    );
  });
});
