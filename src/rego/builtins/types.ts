/**
 * Type tests, type names and the deprecated casts.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#types
 */
import { RegoSet } from "../values/rego-set.ts";
import type { TypeName } from "../values/type-name.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { anyValue, operandTypeError, row } from "./operands.ts";

function test(type: TypeName): Builtin {
  return row(`is_${type}`, "(x: any) => result: boolean", [anyValue], (_, value) => typeName(value) === type);
}

function cast(type: TypeName, result: string): Builtin {
  const name = `cast_${type}`;
  return row(name, `(any) => ${result}`, [anyValue], (_, value) => castTo(name, type, value), { deprecated: true });
}

// Arrays and sets turn into each other; every other cast only checks.
function castTo(name: string, type: TypeName, value: Value): BuiltinResult {
  if (typeName(value) === type) return value;
  if (type === "array") return value instanceof RegoSet ? value.sorted() : operandTypeError(name, 1, value, ["array", "set"]);
  if (type === "set") return Array.isArray(value) ? RegoSet.of(value) : operandTypeError(name, 1, value, ["array", "set"]);
  return operandTypeError(name, 1, value, [type]);
}

/** The rows of this family. */
export const types: readonly Builtin[] = [
  row("type_name", "(x: any) => type: string", [anyValue], (_, value) => typeName(value)),
  test("array"),
  test("boolean"),
  test("null"),
  test("number"),
  test("object"),
  test("set"),
  test("string"),
  cast("array", "array[any]"),
  cast("boolean", "boolean"),
  cast("null", "null"),
  cast("object", "object[any: any]"),
  cast("set", "set[any]"),
  cast("string", "string"),
];
