/**
 * The text of a value as OPA prints terms: in messages, `print`, `sprintf("%v")` and template strings.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/
 */
import { quote } from "../text/quote.ts";
import type { Entry, Notation } from "./notation.ts";
import { sortedPlainEntries, writeValue } from "./notation.ts";
import { RegoObject } from "./rego-object.ts";
import type { PlainObject, Value } from "./value.ts";

const TERM: Notation = {
  string: quote,
  list: { open: "[", close: "]", empty: "[]" },
  object: { open: "{", close: "}", empty: "{}" },
  set: { open: "{", close: "}", empty: "set()" },
  comma: ", ",
  colon: ": ",
  lineBreak: () => "",
  entries: termEntries,
};

function termEntries(object: PlainObject | RegoObject): readonly Entry[] {
  if (!(object instanceof RegoObject)) return sortedPlainEntries(object, quote);
  return object.order().map((at) => [writeValue(object.keys[at] as Value, TERM), object.values[at] as Value] as const);
}

/** Returns a value's Rego text: `{"a": [1, 2]}`, `set()`, strings quoted. */
export function termText(value: Value, spend?: (characters: number) => void): string {
  return writeValue(value, TERM, spend);
}

/** Returns a value's text where a string on its own stands without quotes: `print`, `%v`, template strings. */
export function displayText(value: Value, spend?: (characters: number) => void): string {
  return typeof value === "string" ? value : termText(value, spend);
}
