/**
 * Validates a value against a schema, with the lines of Kubernetes' API server. Every rule adds its own lines; for `anyOf` and `oneOf` the
 * lines of the alternative that fits best are kept, counted as the original counts (one point for each check that had nothing to say).
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
 */
import {
  compileRegex,
  equalValues,
  isPlainObject,
  type PlainObject,
  quote,
  RegexError,
  RegoNumber,
  textOfNumber,
  type Value,
} from "../../../rego/index.ts";
import { invalidField, requiredField, tooLongField, tooManyField, unsupportedField } from "../../kube/field-error.ts";
import { goFloat, type NumberReading } from "../../kube/go-text.ts";
import { fieldOf } from "../../kube/object.ts";
import { hasFormat, isKnownFormat } from "./formats.ts";
import type { Schema } from "./schema.ts";

/** The lines, written below a root path, and the points. */
interface Report {
  readonly lines: string[];
  points: number;
}

interface Place {
  /** What the line's path starts with. */
  readonly root: string;
  /** The path below it, without a leading dot. */
  readonly path: string;
  readonly numbers: NumberReading;
  readonly depth: number;
}

/** Values nested deeper than this are not looked at: Go's own decoder stops at 10,000. */
const DEPTH_LIMIT = 1_000;

/** Returns the complaints about a value, each starting with the path `root`. */
export function validateValue(value: Value, schema: Schema, root: string, numbers: NumberReading): readonly string[] {
  return validate(value, schema, { root, path: "", numbers, depth: 0 }).lines;
}

function validate(value: Value, schema: Schema, place: Place): Report {
  const report: Report = { lines: [], points: 0 };
  if (place.depth > DEPTH_LIMIT) return report;
  if (value === null) {
    checkNull(schema, place, report);
    checkEnum(value, schema, place, report);
    return report;
  }
  if (schema.type !== "" || schema.format !== "" || schema.intOrString) {
    report.points += checkType(value, schema, place, report) ? 2 : 1;
  }
  checkJunctions(value, schema, place, report);
  if (typeof value === "string") checkString(value, schema, place, report);
  if (typeof value === "number" || value instanceof RegoNumber) checkNumber(value, schema, place, report);
  if (Array.isArray(value)) checkList(value, schema, place, report);
  checkEnum(value, schema, place, report);
  report.points++;
  if (isPlainObject(value)) checkObject(value, schema, place, report);
  report.points++;
  return report;
}

function typesOf(schema: Schema): readonly string[] {
  if (schema.intOrString) return ["integer", "string"];
  return schema.type === "" ? [] : [schema.type];
}

function checkNull(schema: Schema, place: Place, report: Report): void {
  const types = typesOf(schema);
  if (types.length > 0 && !schema.nullable) report.lines.push(wrongType(place, types.join(","), "null"));
  else report.points++;
}

function checkType(value: Value, schema: Schema, place: Place, report: Report): boolean {
  const types = typesOf(schema);
  const actual = typeOf(value, place.numbers);
  const numeric = actual === "integer" || actual === "number";
  const fits =
    types.includes(actual) ||
    (actual === "integer" && types.includes("number")) ||
    (numeric && types.includes("integer") && isInteger(value));
  const scalar = typeof value !== "string" && !Array.isArray(value);
  if (scalar && schema.format !== "" && !fits && schema.format !== formatOf(actual)) {
    report.lines.push(wrongType(place, schema.format, formatOf(actual)));
    return false;
  }
  // A format on anything but a number leaves texts and lists to the format's own check.
  if (!scalar && schema.format !== "" && !types.includes("number") && !types.includes("integer")) return true;
  if (!fits) report.lines.push(wrongType(place, types.join(","), actual));
  return fits;
}

function typeOf(value: Value, numbers: NumberReading): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number" || value instanceof RegoNumber) return numbers === "integers" && isInteger(value) ? "integer" : "number";
  return Array.isArray(value) ? "array" : "object";
}

function formatOf(type: string): string {
  if (type === "integer") return "int64";
  return type === "number" ? "float64" : "";
}

function isInteger(value: Value): boolean {
  return typeof value === "number" ? Number.isInteger(value) : value instanceof RegoNumber && Number.isInteger(Number(textOfNumber(value)));
}

function wrongType({ root, path }: Place, wanted: string, actual: string): string {
  return invalidField(join(root, path), actual, `${path} in body must be of type ${wanted}: ${quote(actual)}`);
}

function join(root: string, path: string): string {
  return path === "" ? root : `${root}.${path.replace(/^\./, "")}`;
}

function complain(place: Place, value: Value, detail: string): string {
  return invalidField(join(place.root, place.path), value, `${place.path} in body ${detail}`);
}

function checkJunctions(value: Value, schema: Schema, place: Place, report: Report): void {
  if (schema.anyOf.length > 0) checkAnyOf(value, schema.anyOf, place, report);
  if (schema.oneOf.length > 0) checkOneOf(value, schema.oneOf, place, report);
  if (schema.allOf.length > 0) checkAllOf(value, schema.allOf, place, report);
  if (schema.not !== undefined && validate(value, schema.not, deeper(place)).lines.length === 0) {
    report.lines.push(general(place, `${quote(place.path)} must not validate the schema (not)`));
  }
  report.points += 2;
}

function general(place: Place, detail: string): string {
  return invalidField(place.root, "", detail);
}

function deeper(place: Place, path = place.path): Place {
  return { ...place, path, depth: place.depth + 1 };
}

function merge(report: Report, other: Report | undefined): void {
  if (other === undefined) return;
  report.lines.push(...other.lines);
  report.points += other.points;
}

function best(reports: readonly Report[]): Report | undefined {
  return reports.reduce<Report | undefined>(
    (kept, report) => (kept === undefined || report.points > kept.points ? report : kept),
    undefined,
  );
}

function checkAnyOf(value: Value, schemas: readonly Schema[], place: Place, report: Report): void {
  const failures: Report[] = [];
  for (const schema of schemas) {
    const result = validate(value, schema, deeper(place));
    if (result.lines.length === 0) {
      merge(report, result);
      return;
    }
    failures.push(result);
  }
  report.lines.push(general(place, `${quote(place.path)} must validate at least one schema (anyOf)`));
  merge(report, best(failures));
}

function checkOneOf(value: Value, schemas: readonly Schema[], place: Place, report: Report): void {
  const results = schemas.map((schema) => validate(value, schema, deeper(place)));
  const valid = results.filter((result) => result.lines.length === 0);
  if (valid.length === 1) {
    merge(report, valid[0]);
    return;
  }
  const found = valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
  report.lines.push(general(place, `${quote(place.path)} must validate one and only one schema (oneOf). ${found}`));
  if (valid.length === 0) merge(report, best(results));
}

function checkAllOf(value: Value, schemas: readonly Schema[], place: Place, report: Report): void {
  let valid = 0;
  for (const schema of schemas) {
    const result = validate(value, schema, deeper(place));
    if (result.lines.length === 0) valid++;
    merge(report, result);
  }
  if (valid === schemas.length) return;
  report.lines.push(general(place, `${quote(place.path)} must validate all the schemas (allOf)${valid === 0 ? ". None validated" : ""}`));
}

function checkString(value: string, schema: Schema, place: Place, report: Report): void {
  const complaint = stringComplaint(value, schema, place);
  if (complaint !== undefined) report.lines.push(complaint);
  report.points++;
  if (!isKnownFormat(schema.format)) return;
  if (!hasFormat(schema.format, value)) report.lines.push(complain(place, value, `must be of type ${schema.format}: ${quote(value)}`));
  report.points++;
}

function stringComplaint(value: string, schema: Schema, place: Place): string | undefined {
  const { maxLength, minLength, pattern } = schema;
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) return tooLongField(join(place.root, place.path), maxLength);
  if (minLength !== undefined && length < minLength) return complain(place, value, `should be at least ${minLength} chars long`);
  if (pattern === "") return undefined;
  const regex = compileRegex(pattern);
  if (regex instanceof RegexError) return complain(place, value, `should match '${pattern}, but pattern is invalid: ${regex.message}'`);
  return regex.test(value) ? undefined : complain(place, value, `should match '${pattern}'`);
}

function checkNumber(value: number | RegoNumber, schema: Schema, place: Place, report: Report): void {
  const number = typeof value === "number" ? value : Number(textOfNumber(value));
  const exact = place.numbers === "integers" && Number.isInteger(number);
  const shown: Value = exact ? new RegoNumber(textOfNumber(value)) : number;
  const bound = (limit: number): string => (exact ? String(Math.trunc(limit)) : goFloat(limit));
  if (schema.type === "integer" && !Number.isInteger(number)) {
    report.lines.push(general(place, `Checked value must be of type integer (default format) in ${place.path}`));
  }
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  if (multipleOf !== undefined && !isMultiple(number, multipleOf)) {
    report.lines.push(complain(place, shown, `should be a multiple of ${bound(multipleOf)}`));
  }
  if (minimum !== undefined && (exclusiveMinimum ? number <= minimum : number < minimum)) {
    report.lines.push(complain(place, shown, `should be greater than ${exclusiveMinimum ? "" : "or equal to "}${bound(minimum)}`));
  }
  if (maximum !== undefined && (exclusiveMaximum ? number >= maximum : number > maximum)) {
    report.lines.push(complain(place, shown, `should be less than ${exclusiveMaximum ? "" : "or equal to "}${bound(maximum)}`));
  }
  report.points += 2;
}

function isMultiple(value: number, factor: number): boolean {
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

function checkList(value: readonly Value[], schema: Schema, place: Place, report: Report): void {
  const { items, minItems, maxItems } = schema;
  if (items !== undefined) {
    for (const [i, item] of value.entries()) merge(report, validate(item, items, deeper(place, `${place.path}[${i}]`)));
  }
  if (minItems !== undefined && value.length < minItems)
    report.lines.push(complain(place, value.length, `should have at least ${minItems} items`));
  if (maxItems !== undefined && value.length > maxItems)
    report.lines.push(tooManyField(join(place.root, place.path), value.length, maxItems));
  report.points += 2;
}

function checkEnum(value: Value, schema: Schema, place: Place, report: Report): void {
  if (schema.enum.length === 0 || schema.enum.some((allowed) => equalValues(allowed, value))) return;
  const names = schema.enum.map((allowed) => (typeof allowed === "string" ? allowed : JSON.stringify(allowed)));
  report.lines.push(unsupportedField(join(place.root, place.path), value, names));
}

function checkObject(value: PlainObject, schema: Schema, place: Place, report: Report): void {
  const { minProperties, maxProperties, additionalProperties, properties } = schema;
  const child = (key: string): string => (place.path === "" ? key : `${place.path}.${key}`);
  const keys = Object.keys(value);
  if (minProperties !== undefined && keys.length < minProperties) {
    report.lines.push(complain(place, keys.length, `should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    report.lines.push(tooManyField(join(place.root, place.path), keys.length, maxProperties));
  }
  for (const key of keys) {
    const property = properties.get(key);
    const rules = property ?? additionalProperties;
    if (rules === undefined || rules === true) continue;
    // The path of an entry of a map has a dot before it even at the root.
    const at = `${place.path}.${key}`;
    if (rules === false) report.lines.push(invalidField(join(place.root, place.path), key, `${at} in body is a forbidden property`));
    else merge(report, validate(value[key] as Value, rules, deeper(place, property === undefined ? at : child(key))));
  }
  for (const key of schema.required) {
    if (fieldOf(value, key) === undefined) report.lines.push(requiredField(join(place.root, child(key)), ""));
  }
}
