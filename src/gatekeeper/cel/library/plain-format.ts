/**
 * `format` as the library's fourth version has it: no grouping of digits, plain exponents, and values inside lists written as outside.
 * Kubernetes still has the second version (`format.ts`). https://pkg.go.dev/github.com/google/cel-go/ext#Strings
 */

import { compareStrings } from "../../../base/compare-strings.ts";
import { formatFloat } from "../../../rego/index.ts";
import { adapt, classify } from "../values/classify.ts";
import { isMap, type MapValue, mapGet, mapKeys } from "../values/map.ts";
import { doubleValue, isDouble } from "../values/number.ts";
import { plainDecimal, printDuration, printTimestamp } from "../values/time.ts";
import { CelType } from "../values/type.ts";
import { CelDuration, CelError, type CelResult, CelTimestamp, type CelValue } from "../values/value.ts";
import { formatInteger, formatWith, hexOf } from "./format.ts";
import { DEFAULT_PRECISION, unfit } from "./format-clause.ts";

/** Formats a string. */
export function formatPlainly(format: string, args: readonly CelValue[]): CelResult {
  return formatWith(clause, format, args);
}

type Text = string | CelError;

function clause(letter: string, precision: number | undefined, value: CelValue): Text {
  const refusal = () => unfit(letter.toLowerCase(), classify(value).name);
  switch (letter) {
    case "s":
      return show(value);
    case "d":
      return isDouble(value) ? showDouble(doubleValue(value)) : (formatInteger(value, 10) ?? refusal());
    case "f":
    case "e":
      return isDouble(value) ? withPrecision(doubleValue(value), letter, precision ?? DEFAULT_PRECISION) : refusal();
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : (formatInteger(value, 2) ?? refusal());
    case "o":
      return formatInteger(value, 8) ?? refusal();
    case "X":
      return hexOf(value)?.toUpperCase() ?? refusal();
    default:
      return hexOf(value) ?? refusal();
  }
}

function withPrecision(value: number, letter: "f" | "e", precision: number): string {
  return Number.isFinite(value) ? formatFloat(value, letter, precision) : showDouble(value);
}

function showDouble(value: number): string {
  return Number.isFinite(value) ? plainDecimal(value) : String(value);
}

function show(value: CelValue): Text {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || value === null) return String(value);
  if (isDouble(value)) return showDouble(doubleValue(value));
  if (Array.isArray(value)) return showList(value);
  if (isMap(value)) return showMap(value);
  if (value instanceof CelTimestamp) return printTimestamp(new CelTimestamp(value.nanos));
  if (value instanceof CelDuration) return printDuration(value);
  if (value instanceof CelType) return value.name;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return formatInteger(value, 10) ?? unfit("s", classify(value).name);
}

function showList(values: readonly CelValue[]): Text {
  const parts: string[] = [];
  for (const value of values) {
    const part = show(adapt(value));
    if (part instanceof CelError) return part;
    parts.push(part);
  }
  return `[${parts.join(", ")}]`;
}

function showMap(map: MapValue): Text {
  const pairs: [string, string][] = [];
  for (const key of mapKeys(map)) {
    const name = show(key);
    const value = show(adapt(mapGet(map, key) ?? null));
    if (name instanceof CelError) return name;
    if (value instanceof CelError) return value;
    pairs.push([name, value]);
  }
  pairs.sort(([a], [b]) => compareStrings(a, b));
  return `{${pairs.map(([name, value]) => `${name}: ${value}`).join(", ")}}`;
}
