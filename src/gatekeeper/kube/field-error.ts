/**
 * The lines of Kubernetes' field validation: `path: Kind: value: detail`, and how several become one text.
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field
 */
import { quote, RegoNumber, textOfNumber, type Value, writeJson } from "../../rego/index.ts";
import { goFloat } from "./go-text.ts";

/** Returns the line for a required field. */
export function requiredField(path: string, detail: string): string {
  return line(path, "Required value", detail);
}

/** Returns the line for a field that must not be there. */
export function forbiddenField(path: string, detail: string): string {
  return line(path, "Forbidden", detail);
}

/** Returns the line for a wrong value. */
export function invalidField(path: string, value: Value, detail: string): string {
  return line(path, `Invalid value: ${valueText(value)}`, detail);
}

/** Returns the line for a wrong value that Go prints as one of its structs. */
export function invalidStructField(path: string, json: string, detail: string): string {
  return line(path, `Invalid value: ${json}`, detail);
}

/** Returns the line for a wrong value that is too large to be shown. */
export function invalidPartField(path: string, detail: string): string {
  return line(path, "Invalid value", detail);
}

/** Returns the line for a value that is there twice; undefined is one that is too large to be shown. */
export function duplicateField(path: string, value: Value | undefined): string {
  return line(path, value === undefined ? "Duplicate value" : `Duplicate value: ${valueText(value)}`, "");
}

/** Returns the line for what went wrong on our side. */
export function internalErrorField(path: string, detail: string): string {
  return line(path, "Internal error", detail);
}

/** Returns the line for a value outside a list. */
export function unsupportedField(path: string, value: Value, supported: readonly string[]): string {
  return line(path, `Unsupported value: ${valueText(value)}`, `supported values: ${supported.map((text) => quote(text)).join(", ")}`);
}

/** Returns the line for a text that is too long. */
export function tooLongField(path: string, limit: number): string {
  return line(path, "Too long", `may not be more than ${limit} ${limit === 1 ? "byte" : "bytes"}`);
}

/** Returns the line for a list or map that is too long. */
export function tooManyField(path: string, actual: number, limit: number): string {
  return line(path, `Too many: ${actual}`, `must have at most ${limit} ${limit === 1 ? "item" : "items"}`);
}

function line(path: string, head: string, detail: string): string {
  return detail === "" ? `${path}: ${head}` : `${path}: ${head}: ${detail}`;
}

function valueText(value: Value): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return goFloat(value);
  if (typeof value === "boolean") return String(value);
  return value instanceof RegoNumber ? textOfNumber(value) : writeJson(value);
}

/** Joins lines as Kubernetes' aggregate does: one stands alone, several in brackets, equal ones once. */
export function joinErrors(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}
