/** Reads the acceptance data: JSON files whose number literals must keep their digits, so they become Rego values, not JavaScript ones. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPlainObject, type PlainObject, parseJson, type Value } from "../../src/rego/index.ts";

/** Where the data is: beside the checkout, or where PORTCULLIS_CONFORMANCE says. */
export const DATA_ROOT = process.env["PORTCULLIS_CONFORMANCE"] ?? join(import.meta.dirname, "../../../shared/conformance");

/** Tells whether the acceptance data is there at all. */
export function hasData(folder: string): boolean {
  return existsSync(join(DATA_ROOT, folder));
}

/** Returns the names of the JSON files in a folder, sorted. */
export function jsonFiles(folder: string): readonly string[] {
  return readdirSync(join(DATA_ROOT, folder))
    .filter((name) => name.endsWith(".json"))
    .sort();
}

/** Reads a JSON file of the data as a Rego value. */
export function readData(file: string): Value {
  const result = parseJson(readFileSync(join(DATA_ROOT, file), "utf8"));
  if (result.kind === "error") throw new Error(`${file}: ${result.message}`);
  return result.value;
}

/** Reads a file that holds a list of cases. */
export function readCases(file: string): readonly PlainObject[] {
  const value = readData(file);
  return Array.isArray(value) ? value.filter(isPlainObject) : [];
}

/** Returns a field that is a text, or undefined. */
export function textField(object: PlainObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Returns a field, or undefined. */
export function field(object: PlainObject, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
