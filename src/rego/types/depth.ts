/**
 * Bounds how deep types nest and how much they say. `x1 = [x0]; x2 = [x1]; …` nests a type once a line: ten thousand lines would overflow the
 * stack of everything that walks a type, and take a quadratic time to compare. `x1 = [x0, x0]; x2 = [x1, x1]; …` doubles what there is to walk.
 */
import type { MaybeType, Type } from "./type.ts";
import { anyType } from "./type.ts";

/** Types that people write nest a few levels; constants written in one term may nest deeper and are not bounded here. */
const DEPTH_LIMIT = 100;

/** A table of constants says one thing an entry; a type of more parts comes from sharing them over and over. */
const SIZE_LIMIT = 200_000;

const depths = new WeakMap<Type, number>();
const sizes = new WeakMap<Type, number>();

/** Returns the type, or `any` when it nests too deep or says too much. */
export function boundDepth(type: MaybeType): MaybeType {
  return depthOf(type) > DEPTH_LIMIT || sizeOf(type) > SIZE_LIMIT ? anyType : type;
}

/** Counts the parts of a type, shared ones as often as they occur. */
function sizeOf(type: MaybeType): number {
  if (!type) return 0;
  const known = sizes.get(type);
  if (known !== undefined) return known;
  sizes.set(type, 1);
  const size = partsOf(type).reduce((sum, part) => sum + sizeOf(part), 1);
  sizes.set(type, size);
  return size;
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
