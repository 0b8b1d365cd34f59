import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareTypes, equalTypes } from "../../src/rego/types/compare.ts";
import { printType } from "../../src/rego/types/print.ts";
import { keysOfType, selectType, valuesOfType } from "../../src/rego/types/select.ts";
import type { Type } from "../../src/rego/types/type.ts";
import { anyType, arrayType, booleanType, nullType, numberType, objectType, setType, stringType } from "../../src/rego/types/type.ts";
import { typesUnify } from "../../src/rego/types/unify.ts";
import { containsType, unionTypes } from "../../src/rego/types/union.ts";

const OPTIONS = { seed: 20240229, numRuns: 400 };

const { type } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Type>(nullType, booleanType, numberType, stringType, anyType),
    fc
      .tuple(fc.array(tie("type"), { maxLength: 2 }), fc.option(tie("type"), { nil: undefined }))
      .map(([items, rest]): Type => arrayType(items, rest)),
    fc.tuple(fc.dictionary(fc.constantFrom("a", "b", "c"), tie("type"), { maxKeys: 2 }), fc.option(fc.tuple(tie("type"), tie("type")))).map(
      ([known, rest]): Type =>
        objectType(
          Object.entries(known).map(([key, value]) => ({ key, type: value })),
          rest ? { key: rest[0], value: rest[1] } : undefined,
        ),
    ),
    tie("type").map((of): Type => setType(of)),
    fc.tuple(tie("type"), tie("type")).map(([a, b]) => unionTypes(a, b) ?? anyType),
  ),
}));

describe("types", () => {
  test("are totally ordered", () => {
    fc.assert(
      fc.property(type, type, type, (a, b, c) => {
        expect(Math.sign(compareTypes(a, b))).toBe(-Math.sign(compareTypes(b, a)) + 0);
        if (compareTypes(a, b) <= 0 && compareTypes(b, c) <= 0) expect(compareTypes(a, c)).toBeLessThanOrEqual(0);
      }),
      OPTIONS,
    );
  });

  test("are equal exactly when they print alike", () => {
    fc.assert(
      fc.property(type, type, (a, b) => {
        expect(equalTypes(a, b)).toBe(printType(a) === printType(b));
      }),
      OPTIONS,
    );
  });

  test("unite in any order and grouping, and once", () => {
    fc.assert(
      fc.property(type, type, type, (a, b, c) => {
        expect(printType(unionTypes(a, b))).toBe(printType(unionTypes(b, a)));
        expect(printType(unionTypes(unionTypes(a, b), c))).toBe(printType(unionTypes(a, unionTypes(b, c))));
        expect(printType(unionTypes(a, a))).toBe(printType(a));
      }),
      OPTIONS,
    );
  });

  test("are contained in their union, and unify with it", () => {
    fc.assert(
      fc.property(type, type, (a, b) => {
        const union = unionTypes(a, b);
        if (a.kind !== "any") expect(containsType(union, a)).toBe(true);
        expect(typesUnify(union, a)).toBe(true);
      }),
      OPTIONS,
    );
  });

  test("unify both ways or not at all", () => {
    fc.assert(
      fc.property(type, type, (a, b) => {
        expect(typesUnify(a, b)).toBe(typesUnify(b, a));
      }),
      OPTIONS,
    );
  });

  test("have among their values whatever a key selects", () => {
    fc.assert(
      fc.property(type, fc.constantFrom("a", "b", 0, 1, true), (of, key) => {
        const found = selectType(of, key);
        if (!found || found.kind === "any") return;
        expect(keysOfType(of)).toBeDefined();
        expect(typesUnify(valuesOfType(of), found)).toBe(true);
      }),
      OPTIONS,
    );
  });
});
