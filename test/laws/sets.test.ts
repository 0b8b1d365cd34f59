import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setIntersection as and, setDifference as minus, setUnion as or } from "../../src/rego/builtins/sets.ts";
import { compareValues, equalValues } from "../../src/rego/values/compare.ts";
import { RegoSet } from "../../src/rego/values/rego-set.ts";
import { set, value } from "../support/arbitraries/values.ts";

const OPTIONS = { seed: 20240229, numRuns: 300 };
const holds = (a: RegoSet, b: RegoSet): void => expect(equalValues(a, b)).toBe(true);

describe("set algebra", () => {
  it("does not care about order", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        holds(or(a, b), or(b, a));
        holds(and(a, b), and(b, a));
      }),
      OPTIONS,
    );
  });

  it("groups as you like and distributes", () => {
    fc.assert(
      fc.property(set, set, set, (a, b, c) => {
        holds(or(or(a, b), c), or(a, or(b, c)));
        holds(and(and(a, b), c), and(a, and(b, c)));
        holds(and(a, or(b, c)), or(and(a, b), and(a, c)));
        holds(minus(a, or(b, c)), and(minus(a, b), minus(a, c)));
      }),
      OPTIONS,
    );
  });

  it("takes a set apart without loss", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        holds(or(minus(a, b), and(a, b)), a);
        holds(and(minus(a, b), b), new RegoSet());
        expect(or(a, b).size).toBe(a.size + b.size - and(a, b).size);
      }),
      OPTIONS,
    );
  });

  it("finds exactly what a scan finds", () => {
    fc.assert(
      fc.property(set, value, (a, member) => {
        expect(a.has(member)).toBe(a.items.some((item) => compareValues(item, member) === 0));
        expect(or(a, RegoSet.of([member])).has(member)).toBe(true);
        expect(minus(a, RegoSet.of([member])).has(member)).toBe(false);
      }),
      OPTIONS,
    );
  });
});
