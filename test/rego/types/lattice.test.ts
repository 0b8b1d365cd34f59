import { expect, test } from "vitest";
import { compareTypes } from "../../../src/rego/types/compare.ts";
import { printType } from "../../../src/rego/types/print.ts";
import { isUnknownType, keysOfType, selectType, valuesOfType } from "../../../src/rego/types/select.ts";
import type { MaybeType, RecursiveType } from "../../../src/rego/types/type.ts";
import {
  anyType,
  arrayType,
  booleanType,
  functionType,
  nullType,
  numberType,
  objectType,
  setType,
  stringType,
} from "../../../src/rego/types/type.ts";
import { typesUnify } from "../../../src/rego/types/unify.ts";
import { containsType, unionTypes } from "../../../src/rego/types/union.ts";
import { RegoNumber } from "../../../src/rego/values/rego-number.ts";

const pair = arrayType([numberType, stringType], undefined);
const record = objectType(
  [
    { key: "b", type: stringType },
    { key: "a", type: numberType },
  ],
  undefined,
);

function union(...types: readonly MaybeType[]): MaybeType {
  return types.reduce((sum, type) => unionTypes(sum, type), undefined);
}

test("a union is ordered, flat and without duplicates", () => {
  expect(printType(union(setType(numberType), stringType, nullType, union(stringType, booleanType)))).toBe(
    "any<null, boolean, string, set[number]>",
  );
  expect(union(stringType, stringType)).toBe(stringType);
  expect(union(stringType, anyType)).toBe(anyType);
  expect(union(undefined, stringType)).toBe(stringType);
});

test("functions unite argument by argument, and with nothing else", () => {
  const a = functionType([numberType], stringType);
  const b = functionType([stringType], stringType);
  expect(printType(union(a, b))).toBe("(any<number, string>) => string");
  expect(union(a, functionType([], stringType), anyType)).toBeUndefined();
  expect(union(a, functionType([], stringType), b)).toBe(b);
  expect(union(a, stringType)).toBeUndefined();
});

test("types print as OPA prints them", () => {
  expect(printType(undefined)).toBe("???");
  expect(printType(arrayType([], undefined))).toBe("array");
  expect(printType(arrayType([numberType], anyType))).toBe("array<number>[any]");
  expect(printType(record)).toBe("object<a: number, b: string>");
  expect(printType(objectType([], { key: stringType, value: undefined }))).toBe("object[string: ???]");
  expect(
    printType(
      objectType(
        [
          { key: null, type: nullType },
          { key: [1, "x"], type: nullType },
        ],
        undefined,
      ),
    ),
  ).toBe("object<<nil>: null, [1 x]: null>");
});

test("a constant key selects a property, an item or a member", () => {
  expect(selectType(record, "a")).toBe(numberType);
  expect(selectType(record, "c")).toBeUndefined();
  expect(selectType(pair, 1)).toBe(stringType);
  expect(selectType(pair, 2)).toBeUndefined();
  expect(selectType(pair, -1)).toBeUndefined();
  expect(selectType(arrayType([numberType], anyType), 7)).toBe(anyType);
  expect(selectType(arrayType([numberType], anyType), new RegoNumber("9223372036854775807"))).toBe(anyType);
  expect(selectType(arrayType([numberType], anyType), new RegoNumber("9223372036854775808"))).toBeUndefined();
  expect(selectType(setType(union(numberType, stringType)), "x")).toBe(stringType);
  expect(selectType(union(record, pair), 0)).toBe(numberType);
  expect(selectType(objectType([], { key: stringType, value: nullType }), 1)).toBeUndefined();
  expect(selectType(anyType, "x")).toBe(anyType);
});

test("keys and values are the unions of all keys and values", () => {
  expect(keysOfType(record)).toBe(stringType);
  expect(keysOfType(pair)).toBe(numberType);
  expect(keysOfType(numberType)).toBeUndefined();
  expect(printType(valuesOfType(record))).toBe("any<number, string>");
  expect(printType(valuesOfType(union(pair, setType(booleanType))))).toBe("any<boolean, number, string>");
});

test("types unify when some value may have both", () => {
  expect(typesUnify(numberType, union(stringType, numberType))).toBe(true);
  expect(typesUnify(numberType, stringType)).toBe(false);
  expect(typesUnify(pair, arrayType([], anyType))).toBe(true);
  expect(typesUnify(pair, arrayType([numberType], undefined))).toBe(false);
  expect(typesUnify(record, objectType([{ key: "a", type: numberType }], undefined))).toBe(false);
  expect(typesUnify(record, objectType([], { key: anyType, value: anyType }))).toBe(true);
  expect(typesUnify(undefined, anyType)).toBe(false);
  expect(typesUnify(functionType([numberType], numberType), anyType)).toBe(false);
});

test("a type is unknown when a part of it is, but a union never is", () => {
  expect(isUnknownType(arrayType([numberType, undefined], undefined))).toBe(true);
  expect(isUnknownType(setType(undefined))).toBe(true);
  expect(isUnknownType(pair)).toBe(false);
  expect(isUnknownType(union(arrayType([undefined], undefined), numberType))).toBe(false);
});

test("any contains everything but functions", () => {
  expect(containsType(anyType, pair)).toBe(true);
  expect(containsType(anyType, functionType([], nullType))).toBe(false);
  expect(containsType(stringType, stringType)).toBe(true);
});

test("recursive types compare, unify and print without end", () => {
  const list = (): RecursiveType => {
    const recursive: RecursiveType = { kind: "recursive", name: "#/definitions/list", target: undefined };
    recursive.target = objectType(
      [
        { key: "next", type: recursive },
        { key: "value", type: numberType },
      ],
      undefined,
    );
    return recursive;
  };
  const [a, b] = [list(), list()];
  expect(compareTypes(a, b)).toBe(0);
  expect(typesUnify(a, b)).toBe(true);
  expect(isUnknownType(a)).toBe(false);
  expect(printType(selectType(a, "next"))).toBe("recursive(#/definitions/list)");
  expect(typesUnify(selectType(a, "value"), stringType)).toBe(false);
});
