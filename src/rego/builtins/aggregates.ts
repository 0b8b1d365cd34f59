/**
 * Functions of whole collections: counts, sums, extremes, sorting, and the two deprecated quantifiers.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#aggregates
 */
import { countCodePoints } from "../text/unicode.ts";
import type { Computed } from "../values/arithmetic.ts";
import { productOf, sumOf } from "../values/arithmetic.ts";
import { compareValues } from "../values/compare.ts";
import { isObject, sizeOf } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { NumberValue, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { answer } from "./numbers.ts";
import { anyValue, elementError, members, membersOf, operandTypeError, row } from "./operands.ts";

const COLLECTION = [members("set", "array")] as const;
const NUMBERS = "(collection: any<array[number], set[number]>) => n: number";
const ANY = "(collection: any<array[any], set[any]>) => n: any";

function count(_: BuiltinContext, operand: Value | undefined): BuiltinResult {
  const value = operand as Value;
  if (Array.isArray(value)) return value.length;
  if (value instanceof RegoSet) return value.size;
  if (typeof value === "string") return countCodePoints(value);
  return isObject(value) ? sizeOf(value) : operandTypeError("count", 1, value, ["array", "object", "set", "string"]);
}

function accumulating(name: string, compute: (numbers: readonly NumberValue[]) => Computed): Builtin {
  return row(name, NUMBERS, [anyValue], (_, collection) => {
    const list = membersOf(collection);
    if (list === undefined) return operandTypeError(name, 1, collection, ["set", "array"]);
    const wrong = list.find((member) => typeof member !== "number" && !(member instanceof RegoNumber));
    return wrong === undefined
      ? answer(name, compute(list as readonly NumberValue[]))
      : elementError(name, 1, collection, wrong, ["number"]);
  });
}

// Of equal members (1 and 1.0) the last one wins, as in OPA.
function max(list: readonly Value[]): Value | undefined {
  let best = list[0];
  for (const member of list) if (compareValues(best as Value, member) <= 0) best = member;
  return best;
}

function min(list: readonly Value[]): Value | undefined {
  let best = list[0];
  for (const member of list) if (compareValues(best as Value, member) >= 0) best = member;
  return best;
}

// OPA starts from null when it looks through a set and so passes over a null member, unless it is the only one.
function minOf(collection: Value): BuiltinResult {
  const list = membersOf(collection);
  if (list === undefined) return operandTypeError("min", 1, collection, ["set", "array"]);
  return collection instanceof RegoSet && list.length > 1 && list[0] === null ? list[1] : min(list);
}

/** The rows of this family. */
export const aggregates: readonly Builtin[] = [
  define("count", "(collection: any<string, array[any], object[any: any], set[any]>) => n: number", count),
  accumulating("sum", sumOf),
  accumulating("product", productOf),
  row("max", ANY, COLLECTION, (_, list) => max(list)),
  row("min", ANY, [anyValue], (_, collection) => minOf(collection)),
  row("sort", "(collection: any<array[any], set[any]>) => n: array[any]", [anyValue], (_, collection) => {
    if (collection instanceof RegoSet) return collection.sorted();
    if (!Array.isArray(collection)) return operandTypeError("sort", 1, collection, ["set", "array"]);
    return [...(collection as readonly Value[])].sort(compareValues);
  }),
  row("all", "(any<array[any], set[any]>) => boolean", [members("array", "set")], (_, list) => list.every((member) => member === true), {
    deprecated: true,
  }),
  row("any", "(any<array[any], set[any]>) => boolean", [members("array", "set")], (_, list) => list.some((member) => member === true), {
    deprecated: true,
  }),
];
