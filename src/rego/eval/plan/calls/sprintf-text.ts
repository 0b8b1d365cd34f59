/** The text of a value in a message: what `termText` gives, on a short way for the small lists and objects that messages show. */
import { quote } from "../../../text/quote.ts";
import { termText } from "../../../values/print.ts";
import { RegoSet } from "../../../values/rego-set.ts";
import { sortedKeys } from "../../../values/sorted-keys.ts";
import type { PlainObject, Value } from "../../../values/value.ts";

// Deeper or larger values go to the writer that needs no stack and charges the budget as it goes.
const MAX_DEPTH = 12;
const MAX_ITEMS = 64;

/** Returns the Rego text of a value. */
export function messageText(value: Value, spend: (characters: number) => void): string {
  return shortText(value, 0) ?? termText(value, spend);
}

function shortText(value: Value, depth: number): string | undefined {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return "null";
  if (depth === MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return listText(value, "[", "]", depth);
  if (value instanceof RegoSet) return value.size === 0 ? "set()" : listText(value.sorted(), "{", "}", depth);
  return Object.getPrototypeOf(value) === Object.prototype ? objectText(value as PlainObject, depth) : undefined;
}

function listText(items: readonly Value[], open: string, close: string, depth: number): string | undefined {
  if (items.length > MAX_ITEMS) return undefined;
  let text = open;
  for (let i = 0; i < items.length; i++) {
    const item = shortText(items[i] as Value, depth + 1);
    if (item === undefined) return undefined;
    text += i === 0 ? item : `, ${item}`;
  }
  return text + close;
}

function objectText(object: PlainObject, depth: number): string | undefined {
  const keys = sortedKeys(object);
  if (keys.length > MAX_ITEMS) return undefined;
  let text = "{";
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const item = shortText(object[key] as Value, depth + 1);
    if (item === undefined) return undefined;
    text += `${i === 0 ? "" : ", "}${quote(key)}: ${item}`;
  }
  return `${text}}`;
}
