/** Writes types as OPA writes them in error details: `array<number>[any]`, `object<a: string>[string: any]`, `(number) => string`. */
import { compareStrings } from "../../base/compare-strings.ts";
import { textOfNumber } from "../values/number.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { FunctionType, MaybeType, ObjectType } from "./type.ts";

const UNKNOWN = "???";

/** Returns the text of a type; `???` when it is unknown. */
export function printType(type: MaybeType): string {
  if (!type) return UNKNOWN;
  switch (type.kind) {
    case "array":
      return `array${angled(type.items.map(printType))}${type.rest ? `[${printType(type.rest)}]` : ""}`;
    case "object":
      return printObject(type);
    case "set":
      return `set[${printType(type.of)}]`;
    case "any":
      return `any${angled(type.of.map(printType))}`;
    case "function":
      return `${printWanted({ ...type, argNames: [] }, false)} => ${printType(type.result)}`;
    case "recursive":
      return `recursive(${type.name})`;
    default:
      return type.kind;
  }
}

/** Returns the text of a list of argument types: `(number, ???)`. */
export function printTypes(types: readonly MaybeType[]): string {
  return `(${types.map(printType).join(", ")})`;
}

/** Returns what a call of a function should have: the names and types of its arguments, and of its result when asked. */
export function printWanted(type: FunctionType, withResult: boolean): string {
  const texts = type.args.map((arg, i) => named(type.argNames[i], printType(arg)));
  if (withResult && type.result) texts.push(named(type.resultName, printType(type.result)));
  if (type.variadic) texts.push(`${printType(type.variadic)}...`);
  return `(${texts.join(", ")})`;
}

function named(name: string | undefined, text: string): string {
  return name === undefined ? text : `${name}: ${text}`;
}

function angled(texts: readonly string[]): string {
  return texts.length === 0 ? "" : `<${texts.join(", ")}>`;
}

function printObject(type: ObjectType): string {
  const properties = type.properties.map((property) => `${printKey(property.key)}: ${printType(property.type)}`);
  const rest = type.rest ? `[${printType(type.rest.key)}: ${printType(type.rest.value)}]` : "";
  return `object${angled(properties)}${rest}`;
}

// Keys print as Go's %v prints plain values: no quotes, lists in brackets without commas.
function printKey(key: Value): string {
  if (key === null) return "<nil>";
  if (typeof key === "string") return key;
  if (typeof key === "boolean") return String(key);
  if (typeof key === "number" || key instanceof RegoNumber) return textOfNumber(key);
  if (key instanceof RegoSet) return `[${key.sorted().map(printKey).join(" ")}]`;
  if (Array.isArray(key)) return `[${key.map(printKey).join(" ")}]`;
  const entries: readonly (readonly [string, Value])[] =
    key instanceof RegoObject ? key.keys.map((name, at) => [printKey(name), key.values[at] ?? null]) : Object.entries(key);
  const sorted = entries.toSorted(([a], [b]) => compareStrings(a, b));
  return `map[${sorted.map(([name, value]) => `${name}:${printKey(value)}`).join(" ")}]`;
}
