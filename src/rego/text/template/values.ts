/** The Go values that templates work with, how they print and what their types are called. */
import { compareStrings } from "../../../base/compare-strings.ts";
import { textOfNumber } from "../../values/number.ts";
import { isPlainObject } from "../../values/object.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { toBinary } from "../bytes.ts";
import { type FormatArgument, formatArgument, typeOfArgument } from "../format-argument.ts";
import { TemplateError } from "./error.ts";

const MAX_DEPTH = 500;

/** A float64 a template wrote. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A byte of a string. */
export class Byte {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** Any value: what came as JSON (numbers are `json.Number`), ints as bigints, floats, bytes; undefined = no value. */
export type GoValue = Value | bigint | Float | Byte | undefined;

/** A value with the type it is known by: what maps and lists hold is of type `interface {}`. */
export interface Held {
  readonly value: GoValue;
  readonly isInterface: boolean;
}

/** No value. */
export const NOTHING: Held = { value: undefined, isInterface: false };

/** A value known by its own type. */
export function held(value: GoValue): Held {
  return { value, isInterface: false };
}

/** A value out of a map or a list. */
export function inside(value: GoValue): Held {
  return { value, isInterface: true };
}

/** The value itself, without the interface around it. */
export function unwrapped({ value }: Held): GoValue {
  return value === null ? undefined : value;
}

/** Whether a value is a JSON number. */
export function isJsonNumber(value: GoValue): value is number | RegoNumber {
  return typeof value === "number" || value instanceof RegoNumber;
}

/** Whether a value is a list. */
export function isList(value: GoValue): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a map. */
export function isMap(value: GoValue): value is PlainObject {
  return typeof value === "object" && !(value instanceof Float) && !(value instanceof Byte) && isPlainObject(value);
}

/** Returns a map's keys as Go orders them. */
export function sortedKeys(map: PlainObject): string[] {
  return Object.keys(map).sort(compareStrings);
}

/** Returns a value as Go's formatter takes it. */
export function argumentOf(value: GoValue): FormatArgument {
  return argumentAt(value, 0);
}

function argumentAt(value: GoValue, depth: number): FormatArgument {
  if (depth > MAX_DEPTH) throw new TemplateError(`template: value nests more than ${MAX_DEPTH} levels`);
  if (value === undefined || value === null) return { kind: "nil" };
  if (typeof value === "boolean") return { kind: "bool", value };
  if (typeof value === "string") return { kind: "string", value };
  if (typeof value === "bigint") return { kind: "int64", value, type: "int" };
  if (value instanceof Float) return { kind: "float64", value: value.value };
  if (value instanceof Byte) return { kind: "int64", value: value.value, type: "uint8" };
  if (isJsonNumber(value)) return { kind: "string", value: textOfNumber(value), type: "json.Number" };
  if (isList(value)) return { kind: "list", items: value.map((item) => argumentAt(item, depth + 1)) };
  return { kind: "map", entries: isMap(value) ? sortedKeys(value).map((key) => [key, argumentAt(value[key], depth + 1)] as const) : [] };
}

/** Returns the name of a value's type. */
export function typeOf({ value, isInterface }: Held): string {
  return isInterface ? "interface {}" : typeOfArgument(isList(value) ? { kind: "list", items: [] } : argumentOf(isMap(value) ? {} : value));
}

/** Returns a value's text under a verb. */
export function shown(value: GoValue, verb = "v"): string {
  return formatArgument(argumentOf(value), verb, {});
}

/** Whether a value counts as true: not the zero of its type. A JSON number is a string for Go, never empty. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "bigint") return value !== 0n;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Byte) return value.value !== 0n;
  return isJsonNumber(value) || lengthOf(value) !== 0;
}

/** Returns the length of what has one; strings count bytes. */
export function lengthOf(value: GoValue): number | undefined {
  if (typeof value === "string") return toBinary(value).length;
  if (isJsonNumber(value)) return textOfNumber(value).length;
  if (isList(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}

/** Returns values printed one after the other as `fmt.Sprint` does: blanks between those that are no strings. */
export function sprint(values: readonly GoValue[]): string {
  const isText = (value: GoValue): boolean => typeof value === "string" || isJsonNumber(value);
  return values.map((value, index) => (index > 0 && !isText(value) && !isText(values[index - 1]) ? " " : "") + shown(value)).join("");
}
