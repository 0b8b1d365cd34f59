import { expect, test } from "vitest";
import { boundDepth } from "../../../src/rego/types/depth.ts";
import type { MaybeType } from "../../../src/rego/types/type.ts";
import { anyType, arrayType, numberType, objectType, setType } from "../../../src/rego/types/type.ts";

function nested(levels: number): MaybeType {
  let type: MaybeType = numberType;
  for (let i = 0; i < levels; i++) type = boundDepth(i % 2 === 0 ? arrayType([type], undefined) : setType(type));
  return type;
}

test("types of usual depth stay as they are", () => {
  const type = objectType([{ key: "a", type: arrayType([setType(numberType)], undefined) }], undefined);
  expect(boundDepth(type)).toBe(type);
  expect(boundDepth(undefined)).toBeUndefined();
});

test("a type that nests too deep may be anything", () => {
  expect(nested(99)).not.toBe(anyType);
  expect(boundDepth(arrayType([nested(99)], undefined))).toBe(anyType);
});
