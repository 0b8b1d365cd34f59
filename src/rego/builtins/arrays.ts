/** Functions of arrays. https://www.openpolicyagent.org/docs/latest/policy-reference/#arrays-2 */
import type { Value } from "../values/value.ts";
import type { Builtin } from "./define.ts";
import { array, integer, row } from "./operands.ts";

/** The rows of this family. */
export const arrays: readonly Builtin[] = [
  row("array.concat", "(x: array[any], y: array[any]) => z: array[any]", [array, array], (context, x, y) => {
    context.spend(x.length + y.length);
    return x.length === 0 ? y : y.length === 0 ? x : [...x, ...y];
  }),
  row("array.flatten", "(arr: array[any]) => flattened: array[any]", [array], (context, list) => {
    context.spend(list.length);
    const flat: Value[] = list.flat(1);
    context.spend(flat.length);
    return flat;
  }),
  row("array.reverse", "(arr: array[any]) => rev: array[any]", [array], (_, list) => list.toReversed()),
  row(
    "array.slice",
    "(arr: array[any], start: number, stop: number) => slice: array[any]",
    [array, integer, integer],
    (_, list, start, stop) => list.slice(Math.max(start, 0), Math.max(stop, 0)),
  ),
];
