/**
 * The text of a value as OPA prints terms: in messages, `print`, `sprintf("%v")` and template strings.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/
 */
import { quote } from "../text/quote.ts";
import type { Entry, Notation, Spend } from "./notation.ts";
import { sortedPlainEntries, writeValue } from "./notation.ts";
import { RegoObject } from "./rego-object.ts";
import { typeName } from "./type-name.ts";
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

function termEntries(object: PlainObject | RegoObject, spend: Spend | undefined): readonly Entry[] {
  if (!(object instanceof RegoObject)) return sortedPlainEntries(object, quote);
  return object.order().map((at) => [writeValue(object.keys[at] as Value, TERM, spend), object.values[at] as Value] as const);
}

/** Returns a value's Rego text: `{"a": [1, 2]}`, `set()`, strings quoted. */
export function termText(value: Value, spend?: Spend): string {
  return writeValue(value, TERM, spend);
}

/** Returns a value's text where a string on its own stands without quotes: `print`, `%v`, template strings. */
export function displayText(value: Value, spend?: Spend): string {
  return typeof value === "string" ? value : termText(value, spend);
}

const MOST_SHOWN = 1_000_000;

/** Returns a value's Rego text for a message; of a value that fills books (by sharing its parts over and over) only the type. */
export function shownText(value: Value): string {
  let shown = 0;
  let tooLong = false;
  try {
    return termText(value, (characters) => {
      shown += characters;
      tooLong = shown > MOST_SHOWN;
      if (tooLong) throw new Error("too long to show");
    });
  } catch (problem) {
    if (!tooLong) throw problem;
    return `a very long ${typeName(value)}`;
  }
}
