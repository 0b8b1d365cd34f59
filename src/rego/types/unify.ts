/**
 * Whether some value could have both of two types: what the checker asks before it calls `x = y` or a call a mistake. A union unifies
 * when one member does; arrays and objects unify item by item; an unknown type unifies with nothing.
 */
import { assertNever } from "../../base/assert-never.ts";
import { selectType, valuesOfType } from "./select.ts";
import type { AnyType, ArrayType, FunctionType, MaybeType, ObjectType } from "./type.ts";
import { unwrapType } from "./type.ts";

// Pairs of recursive types being compared: a pair met again inside itself unifies if everything else does.
type Pairs = readonly (readonly [MaybeType, MaybeType])[];

/** Tells whether two types have a value in common, as far as can be known. */
export function typesUnify(a: MaybeType, b: MaybeType, within: Pairs = []): boolean {
  if (!a || !b) return false;
  if (a.kind === "recursive" || b.kind === "recursive") {
    if (within.some(([left, right]) => left === a && right === b)) return true;
    return typesUnify(unwrapType(a), unwrapType(b), [...within, [a, b]]);
  }
  if (a.kind === "any" && unionUnifies(a, b, within)) return true;
  if (b.kind === "any" && unionUnifies(b, a, within)) return true;
  if (a.kind === "any" || b.kind === "any") return false;
  switch (a.kind) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return a.kind === b.kind;
    case "array":
      return b.kind === "array" && arraysUnify(a, b, within);
    case "object":
      return b.kind === "object" && objectsUnify(a, b, within);
    case "set":
      return b.kind === "set" && typesUnify(valuesOfType(a), valuesOfType(b), within);
    case "function":
      return functionsUnify(a, b, within);
    default:
      return assertNever(a);
  }
}

function unionUnifies(union: AnyType, type: MaybeType, within: Pairs): boolean {
  if (type?.kind === "function") return false;
  return union.of.length === 0 || union.of.some((member) => typesUnify(member, type, within));
}

function arraysUnify(a: ArrayType, b: ArrayType, within: Pairs): boolean {
  const length = Math.max(a.items.length, b.items.length);
  for (let i = 0; i < length; i++) if (!typesUnify(selectType(a, i), selectType(b, i), within)) return false;
  return !a.rest || !b.rest || typesUnify(a.rest, b.rest, within);
}

function objectsUnify(a: ObjectType, b: ObjectType, within: Pairs): boolean {
  if (!propertiesUnify(a, b, within) || !propertiesUnify(b, a, within)) return false;
  return !a.rest?.value || !b.rest?.value || typesUnify(a.rest.value, b.rest.value, within);
}

function propertiesUnify(a: ObjectType, b: ObjectType, within: Pairs): boolean {
  return a.properties.every(({ key }) => {
    const other = selectType(b, key);
    if (other) return typesUnify(selectType(a, key), other, within);
    return Boolean(a.rest?.value || b.rest?.value);
  });
}

// Something that is no function takes no argument.
function functionsUnify(a: FunctionType, b: MaybeType, within: Pairs): boolean {
  if (b?.kind !== "function" || a.args.length !== b.args.length) return false;
  return a.args.every((arg, i) => typesUnify(arg, b.args[i], within));
}
