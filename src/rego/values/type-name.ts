/** Names the type of a value as messages and `type_name` do. */
import { RegoNumber } from "./rego-number.ts";
import { RegoSet } from "./rego-set.ts";
import type { Value } from "./value.ts";

/** The seven types of Rego values. */
export type TypeName = "null" | "boolean" | "number" | "string" | "array" | "object" | "set";

/** Returns the name of a value's type. */
export function typeName(value: Value): TypeName {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      if (value === null) return "null";
      if (Array.isArray(value)) return "array";
      if (value instanceof RegoNumber) return "number";
      return value instanceof RegoSet ? "set" : "object";
  }
}
