/** The functions of Go templates (https://pkg.go.dev/text/template#hdr-Functions). Methods and functions in data do not exist here. */
import { compareStrings } from "../../../base/compare-strings.ts";
import { textOfNumber } from "../../values/number.ts";
import { fromBinary, joinBytes, toBinary } from "../bytes.ts";
import { sprintf } from "../format.ts";
import { isPrintable } from "../unicode.ts";
import { escapeQuery } from "../url-query.ts";
import {
  argumentOf,
  Byte,
  Float,
  type GoValue,
  type Held,
  held,
  inside,
  isJsonNumber,
  isList,
  isMap,
  isTrue,
  lengthOf,
  NOTHING,
  shown,
  sprint,
  typeOf,
  unwrapped,
} from "./values.ts";

/** A function's complaint. */
export class CallError extends Error {}

/** What a function takes and does. `printf` alone wants a string first, `and` and `or` are for the caller. */
export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  /** Whether arguments are taken as interfaces: then no value is nil. */
  readonly isPrinting: boolean;
  call(values: readonly Held[], spend: (units: number) => void): Held;
}

const ANY = Number.POSITIVE_INFINITY;

function plain(least: number, most: number, call: (values: readonly Held[]) => GoValue | Held): TemplateFunction {
  const isHeld = (result: GoValue | Held): result is Held => typeof result === "object" && result !== null && "isInterface" in result;
  return {
    least,
    most,
    isPrinting: false,
    call(values) {
      const result = call(values);
      return isHeld(result) ? result : held(result);
    },
  };
}

function printing(least: number, call: (values: readonly GoValue[], spend: (units: number) => void) => string): TemplateFunction {
  return { least, most: ANY, isPrinting: true, call: (values, spend) => held(joinBytes(call(values.map(unwrapped), spend))) };
}

/** All of them, by name. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ["and", plain(1, ANY, () => undefined)],
  ["or", plain(1, ANY, () => undefined)],
  ["not", plain(1, 1, ([value = NOTHING]) => !isTrue(unwrapped(value)))],
  ["call", plain(1, ANY, () => undefined)],
  ["index", plain(1, ANY, ([item = NOTHING, ...indices]) => index(item, indices))],
  ["slice", plain(1, ANY, ([item = NOTHING, ...indices]) => slice(unwrapped(item), indices))],
  ["len", plain(1, 1, ([item = NOTHING]) => length(item))],
  ["print", printing(0, (values) => sprint(values))],
  ["println", printing(0, (values) => `${values.map((value) => shown(value)).join(" ")}\n`)],
  ["printf", printing(1, ([format, ...values], spend) => sprintf(String(format), values.map(argumentOf), spend))],
  ["html", printing(0, (values) => escapeHtml(printable(values)))],
  ["js", printing(0, (values) => escapeScript(printable(values)))],
  ["urlquery", printing(0, (values) => escapeQuery(printable(values)))],
  ["eq", plain(1, ANY, ([first = NOTHING, ...others]) => equal(unwrapped(first), others.map(unwrapped)))],
  ["ne", plain(2, 2, ([first = NOTHING, second = NOTHING]) => !equal(unwrapped(first), [unwrapped(second)]))],
  ["lt", plain(2, 2, ([first = NOTHING, second = NOTHING]) => less(unwrapped(first), unwrapped(second)))],
  ["le", plain(2, 2, ([first = NOTHING, second = NOTHING]) => lessOrEqual(unwrapped(first), unwrapped(second)))],
  ["gt", plain(2, 2, ([first = NOTHING, second = NOTHING]) => !lessOrEqual(unwrapped(first), unwrapped(second)))],
  ["ge", plain(2, 2, ([first = NOTHING, second = NOTHING]) => !less(unwrapped(first), unwrapped(second)))],
]);

function index(first: Held, indices: readonly Held[]): Held {
  let item = held(unwrapped(first));
  if (item.value === undefined) throw new CallError("index of untyped nil");
  for (const at of indices) {
    const { value } = item;
    if (value === null || value === undefined) throw new CallError("index of nil pointer");
    if (isMap(value)) item = inside(entryOf(value, unwrapped(at)));
    else if (isList(value)) {
      const position = indexOf(held(unwrapped(at)), value.length);
      if (position === value.length) throw new CallError("reflect: slice index out of range");
      item = inside(value[position]);
    } else if (typeof value === "string" || isJsonNumber(value)) {
      const bytes = toBinary(typeof value === "string" ? value : textOfNumber(value));
      const position = indexOf(held(unwrapped(at)), bytes.length);
      if (position === bytes.length) throw new CallError("reflect: string index out of range");
      item = held(new Byte(BigInt(bytes.charCodeAt(position))));
    } else throw new CallError(`can't index item of type ${typeOf(held(value))}`);
  }
  return item;
}

function entryOf(map: { readonly [key: string]: GoValue }, key: GoValue): GoValue {
  if (key === undefined) throw new CallError("value is nil; should be of type string");
  if (typeof key !== "string") throw new CallError(`value has type ${typeOf(held(key))}; should be string`);
  return Object.hasOwn(map, key) ? map[key] : null;
}

function indexOf(at: Held, length: number): number {
  const { value } = at;
  if (value === undefined) throw new CallError("cannot index slice/array with nil");
  if (at.isInterface || (typeof value !== "bigint" && !(value instanceof Byte))) {
    throw new CallError(`cannot index slice/array with type ${typeOf(at)}`);
  }
  const position = typeof value === "bigint" ? value : value.value;
  if (position < 0n || position > BigInt(length)) throw new CallError(`index out of range: ${position}`);
  return Number(position);
}

function slice(item: GoValue, indices: readonly Held[]): GoValue {
  if (item === undefined) throw new CallError("slice of untyped nil");
  if (indices.length > 3) throw new CallError(`too many slice indexes: ${indices.length}`);
  const isText = typeof item === "string" || isJsonNumber(item);
  if (isText && indices.length === 3) throw new CallError("cannot 3-index slice a string");
  if (!isText && !isList(item)) throw new CallError(`can't slice item of type ${typeOf(held(item))}`);
  const whole = isText ? toBinary(typeof item === "string" ? item : textOfNumber(item)) : item;
  const positions = indices.map((at) => indexOf(at, whole.length));
  const [from = 0, to = whole.length, capacity = to] = positions;
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new CallError(`invalid slice index: ${to} > ${capacity}`);
  return typeof whole === "string" ? fromBinary(whole.slice(from, to)) : whole.slice(from, to);
}

function length(item: Held): bigint {
  if (item.value === null) throw new CallError("len of nil pointer");
  if (item.value === undefined) throw new CallError("reflect: call of reflect.Value.Type on zero Value");
  const found = lengthOf(item.value);
  if (found === undefined) throw new CallError(`len of type ${typeOf(held(item.value))}`);
  return BigInt(found);
}

function printable(values: readonly GoValue[]): string {
  return sprint(values.map((value) => value ?? "<no value>"));
}

const HTML: Readonly<Record<string, string>> = { "\0": "\uFFFD", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => HTML[character] ?? character);
}

function escapeScript(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\\" || character === "'" || character === '"') return `\\${character}`;
    if ("<>&=".includes(character) || code < 0x20) return `\\u${hex(code)}`;
    if (code < 0x80 || isPrintable(code) || (code >= 0xd800 && code <= 0xdfff)) return character;
    return `\\u${hex(code)}`;
  }).join("");
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

type Basic = { readonly kind: "bool" | "int" | "float" | "string" | "other"; readonly order: boolean | bigint | number | string };

// Ints and bytes compare with each other, and so do strings and JSON numbers.
function basicOf(value: GoValue): Basic {
  if (typeof value === "boolean") return { kind: "bool", order: value };
  if (typeof value === "bigint") return { kind: "int", order: value };
  if (value instanceof Byte) return { kind: "int", order: value.value };
  if (value instanceof Float) return { kind: "float", order: value.value };
  if (typeof value === "string") return { kind: "string", order: value };
  if (isJsonNumber(value)) return { kind: "string", order: textOfNumber(value) };
  return { kind: "other", order: "" };
}

function equal(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new CallError("missing argument for comparison");
  const one = basicOf(first);
  return others.some((value) => {
    const other = basicOf(value);
    if (one.kind !== other.kind) {
      if (first === undefined || value === undefined) return false;
      throw incompatible(first, value);
    }
    if (one.kind !== "other") return one.order === other.order;
    if (first === undefined || value === undefined) return first === value;
    if (typeOf(held(first)) !== typeOf(held(value))) {
      const types = `${typeOf(held(first))}, ${typeOf(held(value))}`;
      throw new CallError(`non-comparable types ${shown(first, "s")}: ${types}: ${shown(value)}`);
    }
    throw new CallError(`non-comparable type ${shown(value, "s")}: ${typeOf(held(value))}`);
  });
}

function incompatible(first: GoValue, second: GoValue): CallError {
  return new CallError(`incompatible types for comparison: ${typeOf(held(first))} and ${typeOf(held(second))}`);
}

function less(first: GoValue, second: GoValue): boolean {
  const [one, other] = [basicOf(first), basicOf(second)];
  if (one.kind === "other" || other.kind === "other") throw new CallError("invalid type for comparison");
  if (one.kind !== other.kind) throw incompatible(first, second);
  if (one.kind === "bool") throw new CallError("invalid type for comparison");
  return typeof one.order === "string" ? compareStrings(one.order, String(other.order)) < 0 : one.order < other.order;
}

function lessOrEqual(first: GoValue, second: GoValue): boolean {
  return less(first, second) || equal(first, [second]);
}
