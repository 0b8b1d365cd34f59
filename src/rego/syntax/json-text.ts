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

/** Returns the text of a value as OPA's command prints JSON: two blanks a level, `<`, `>` and `&` escaped. */
export function printOpaJson(value: Value, indent = ""): string {
  if (typeof value !== "object" || value === null || value instanceof RegoNumber) return compactJson(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((each: Value) => inner + printOpaJson(each, inner)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value as PlainObject);
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([name, each]) => `${inner}${quoteJson(name)}: ${printOpaJson(each, inner)}`).join(",\n")}\n${indent}}`;
}

function quoteJson(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
