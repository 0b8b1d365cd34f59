/**
 * Bounds how deep types nest. `x1 = [x0]; x2 = [x1]; …` nests a type once a line: ten thousand lines would overflow the stack of everything
 * that walks a type, and take a quadratic time to compare.
 */
import type { MaybeType, Type } from "./type.ts";
import { anyType } from "./type.ts";

/** Types that people write nest a few levels; constants written in one term may nest deeper and are not bounded here. */
const DEPTH_LIMIT = 100;

const depths = new WeakMap<Type, number>();

/** Returns the type, or `any` when it nests too deep. */
export function boundDepth(type: MaybeType): MaybeType {
  return depthOf(type) > DEPTH_LIMIT ? anyType : type;
}

function depthOf(type: MaybeType): number {
  if (!type) return 0;
  const known = depths.get(type);
  if (known !== undefined) return known;
  // What a recursive type holds leads back to it.
  depths.set(type, 1);
  const depth = 1 + partsOf(type).reduce((deepest, part) => Math.max(deepest, depthOf(part)), 0);
  depths.set(type, depth);
  return depth;
}

function partsOf(type: Type): readonly MaybeType[] {
  switch (type.kind) {
    case "array":
      return [...type.items, type.rest];
    case "object":
      return [...type.properties.map((property) => property.type), type.rest?.key, type.rest?.value];
    case "set":
      return [type.of];
    case "any":
      return type.of;
    case "function":
      return [...type.args, type.result];
    default:
      return [];
  }
}
