/**
 * Prints plain values as Go prints them inside Kubernetes' messages: `%v` of decoded JSON, the type names of its accessors, and floats.
 * https://pkg.go.dev/fmt, https://pkg.go.dev/strconv#FormatFloat
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { isPlainObject, RegoNumber, textOfNumber, type Value } from "../../rego/index.ts";

/** Returns a float as Go's `%v` prints it: exponent form below 1e-4 and from 1e6 on, always with a sign and two digits in the exponent. */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const [mantissa = "0", power = "0"] = Math.abs(value).toExponential().split("e");
  const exponent = Number(power);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value !== 0 && (exponent < -4 || exponent >= 6)) return `${sign}${mantissa}e${goExponent(exponent)}`;
  // Between those bounds JavaScript's own text has no exponent.
  return sign + String(Math.abs(value));
}

function goExponent(exponent: number): string {
  return `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Returns a decoded JSON value as Go's `%v` prints it: `[a b]`, `map[k:v]`, `<nil>`. Values may nest deeper than the stack, so nothing recurses. */
export function goValueText(value: Value | undefined): string {
  let text = "";
  const rest: (string | { readonly value: Value | undefined })[] = [{ value }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === "string") text += next;
    else for (const piece of goPieces(next.value).toReversed()) rest.push(piece);
  }
  return text;
}

function goPieces(value: Value | undefined): readonly (string | { readonly value: Value | undefined })[] {
  if (value === undefined || value === null) return ["<nil>"];
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [goFloat(value)];
  if (value instanceof RegoNumber) return [textOfNumber(value)];
  if (Array.isArray(value)) return ["[", ...(value as readonly Value[]).flatMap((item, i) => [i === 0 ? "" : " ", { value: item }]), "]"];
  if (!isPlainObject(value)) return [String(value)];
  const keys = Object.keys(value).sort(compareStrings);
  return ["map[", ...keys.flatMap((key, i) => [`${i === 0 ? "" : " "}${key}:`, { value: value[key] }]), "]"];
}

/** How numbers reached Go: some readers make floats of all of them, others keep integers. It shows in messages only. */
export type NumberReading = "floats" | "integers";

/** Returns the Go type that decoded JSON has. */
export function goTypeName(value: Value | undefined, numbers: NumberReading = "floats"): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || value instanceof RegoNumber) return numbers === "integers" && isInteger(value) ? "int64" : "float64";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

/** Returns the word that Go's JSON decoder and OpenAPI validation use for a value's type. */
export function jsonTypeName(value: Value): "null" | "string" | "bool" | "number" | "array" | "object" {
  if (value === null) return "null";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || value instanceof RegoNumber) return "number";
  return Array.isArray(value) ? "array" : "object";
}

/** A value, nothing, or the text of the accessor's complaint. */
export type Accessed<T> = { readonly value: T | undefined } | { readonly error: string };

/**
 * Follows a path as Kubernetes' accessors for unstructured objects do: a missing field is no value, and a step through anything but an
 * object (null counts as missing only at the end) is an error.
 */
export function accessField(object: Value, ...path: readonly string[]): Accessed<Value> {
  return followPath(object, path, "floats");
}

/** Follows a path; errors show numbers as they were read. */
export function followPath(object: Value, path: readonly string[], numbers: NumberReading): Accessed<Value> {
  let at: Value = object;
  for (const [i, key] of path.entries()) {
    if (at === null) return { value: undefined };
    if (!isPlainObject(at)) return { error: accessorError(path.slice(0, i + 1), at, "map[string]interface{}", numbers) };
    if (!Object.hasOwn(at, key)) return { value: undefined };
    at = at[key] as Value;
  }
  return { value: at };
}

/** Returns the text of an accessor's complaint about a value of the wrong type. */
export function accessorError(path: readonly string[], value: Value, wanted: string, numbers: NumberReading = "floats"): string {
  const text = typeof value === "number" && numbers === "integers" && isInteger(value) ? String(value) : goValueText(value);
  return `.${path.join(".")} accessor error: ${text} is of the type ${goTypeName(value, numbers)}, expected ${wanted}`;
}

function isInteger(value: number | RegoNumber): boolean {
  return Number.isInteger(typeof value === "number" ? value : Number(textOfNumber(value)));
}

/** Follows a path to a string. */
export function accessString(object: Value, ...path: readonly string[]): Accessed<string> {
  const found = accessField(object, ...path);
  if ("error" in found) return found;
  if (found.value === undefined) return { value: undefined };
  return typeof found.value === "string" ? { value: found.value } : { error: accessorError(path, found.value, "string") };
}
