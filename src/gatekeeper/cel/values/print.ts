/**
 * Values as text inside messages, the way Go prints them with `%v` (`no such key: 1.5`, `insert failed: key a already exists`).
 */
import { isMap, mapGet, mapKeys } from "./map.ts";
import { isDouble } from "./number.ts";
import { printDuration, printTimestamp } from "./time.ts";
import { CelType, printFullType } from "./type.ts";
import { CelDouble, CelDuration, CelOpaque, CelOptional, CelTimestamp, CelUint, type CelValue } from "./value.ts";

/** Prints a value. */
export function printValue(value: CelValue): string {
  if (typeof value === "string") return value;
  if (isDouble(value)) return printDouble(typeof value === "number" ? value : value.value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(printValue).join(", ")}]`;
  if (isMap(value))
    return `{${mapKeys(value)
      .map((key) => `${printValue(key)}: ${printValue(mapGet(value, key) ?? null)}`)
      .join(", ")}}`;
  return printObject(value);
}

function printObject(value: object): string {
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelDouble) return printDouble(value.value);
  if (value instanceof CelType) return printFullType(value);
  if (value instanceof CelTimestamp) return printTimestamp(value);
  if (value instanceof CelDuration) return printDuration(value);
  if (value instanceof CelOptional) return value.value === undefined ? "optional.none()" : `optional(${printValue(value.value)})`;
  if (value instanceof CelOpaque) return String(value.value);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
}

/** From this exponent on, Go's shortest form is written with an exponent. */
const EXPONENT_LIMIT = 6;

/** Prints a double as Go's `%g` does: the shortest digits, with an exponent below 1e-4 and from 1e+06 on. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  // Between the limits JavaScript writes the shortest digits without an exponent as well.
  if (exponent >= -4 && exponent < EXPONENT_LIMIT) return String(value);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
