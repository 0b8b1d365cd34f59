/** Writes values as JSON the way Go's encoder does: fields in their order, numbers as they were written, `<`, `>` and `&` escaped. */
import { textOfNumber } from "../values/number.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { PlainObject, Value } from "../values/value.ts";

/** Returns the JSON of a value on one line. */
export function compactJson(value: Value): string {
  if (typeof value === "number" || value instanceof RegoNumber) return textOfNumber(value);
  if (typeof value === "string") return quoteJson(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(compactJson).join(",")}]`;
  const entries = Object.entries(value as PlainObject);
  return `{${entries.map(([name, each]) => `${quoteJson(name)}:${compactJson(each)}`).join(",")}}`;
}

function quoteJson(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
