/**
 * JSON in and out. In: text to a value, exactly (numbers keep their text) and fast (plain `JSON.parse` when it loses nothing). Out: a value
 * as JSON can say it, sets as sorted arrays and keys that are not strings as their JSON text; or the text itself.
 * https://datatracker.ietf.org/doc/html/rfc8259, https://www.openpolicyagent.org/docs/latest/policy-reference/#encoding
 */
import { endOfSpace, readJsonPrefix } from "./json-read.ts";
import { isPlainJson } from "./json-scan.ts";
import { writeJson } from "./json-write.ts";
import { setKey } from "./object.ts";
import { RegoNumber } from "./rego-number.ts";
import { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import type { NumberValue, PlainObject, Value } from "./value.ts";

/** How deep arrays and objects may nest. */
export interface JsonLimits {
  readonly depth: number;
}

/** Go's own limit, so that what the one reads the other reads too. */
const JSON_LIMITS: JsonLimits = { depth: 10_000 };

/** A value, or what is wrong in Go's words and where. `plain` tells that no number in it had to keep its text. */
export type JsonResult =
  | { readonly kind: "value"; readonly value: Value; readonly plain?: boolean }
  | { readonly kind: "error"; readonly message: string; readonly at: number };

/** Parses a JSON text; of equal keys the last one wins. */
export function parseJson(text: string, limits: JsonLimits = JSON_LIMITS): JsonResult {
  if (isPlainJson(text, limits.depth)) {
    try {
      return { kind: "value", value: JSON.parse(text) as Value, plain: true };
    } catch {
      // Read it again below, for the message.
    }
  }
  const read = readJsonPrefix(text, 0, limits.depth);
  if (read.kind === "error") return read;
  const rest = endOfSpace(text, read.end);
  return rest === text.length ? read : { kind: "error", message: afterTopLevel(text, rest, limits), at: rest };
}

// OPA reads one more token to see that nothing follows and shows the whole token.
function afterTopLevel(text: string, at: number, limits: JsonLimits): string {
  const first = text.charAt(at);
  if (first === "[" || first === "{") return `error: invalid character '${first}' after top-level value`;
  const next = readJsonPrefix(text, at, limits.depth);
  if (next.kind === "error") return next.message;
  return `error: invalid character '${showToken(next.value)}' after top-level value`;
}

function showToken(token: Value): string {
  if (typeof token === "boolean") return `%!s(bool=${token})`;
  return typeof token === "string" ? token : writeJson(token);
}

/** What JSON can say, with numbers that keep their text. */
export type JsonValue = null | boolean | string | NumberValue | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Returns a value as JSON can say it; parts that JSON can already say are shared, not copied. */
export function toJson(value: Value): JsonValue {
  return (isJson(value) ? value : convert(value)) as JsonValue;
}

// Depth-first without recursion: a policy may nest values deeper than the stack.
function isJson(value: Value): boolean {
  const rest: Value[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== "object" || next === null || next instanceof RegoNumber) continue;
    if (next instanceof RegoSet || next instanceof RegoObject) return false;
    if (Array.isArray(next)) for (const item of next) rest.push(item);
    else for (const key in next as PlainObject) rest.push((next as PlainObject)[key] as Value);
  }
  return true;
}

interface Pending {
  readonly from: Value;
  readonly put: (made: Value) => void;
}

function convert(value: Value): Value {
  let result: Value = null;
  const rest: Pending[] = [{ from: value, put: (made) => (result = made) }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) next.put(shallow(next.from, rest));
  return result;
}

function shallow(from: Value, rest: Pending[]): Value {
  if (typeof from !== "object" || from === null || from instanceof RegoNumber) return from;
  if (Array.isArray(from) || from instanceof RegoSet) {
    const items: Value[] = [...(from instanceof RegoSet ? from.sorted() : (from as readonly Value[]))];
    items.forEach((item, i) => {
      if (typeof item === "object") rest.push({ from: item, put: (made) => (items[i] = made) });
    });
    return items;
  }
  const object: { [key: string]: Value } = {};
  // Of keys that are the same text in JSON the last one wins, so only what is left is converted.
  for (const [key, item] of jsonEntries(from as PlainObject | RegoObject)) setKey(object, key, item);
  for (const [key, item] of Object.entries(object))
    if (typeof item === "object") rest.push({ from: item, put: (made) => setKey(object, key, made) });
  return object;
}

function jsonEntries(object: PlainObject | RegoObject): readonly (readonly [string, Value])[] {
  if (!(object instanceof RegoObject)) return Object.entries(object);
  return object.order().map((at) => [jsonKey(object.keys[at] as Value), object.values[at] as Value] as const);
}

/** Returns an object key as JSON has it: a string as it is, anything else as its JSON text. */
export function jsonKey(key: Value): string {
  return typeof key === "string" ? key : writeJson(key);
}
