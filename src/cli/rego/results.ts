/**
 * Prints the end of an evaluation in `opa eval`'s formats: json, values, bindings, pretty, raw, discard. Input is the outcome, output is text
 * for standard output and standard error.
 */
import {
  type Diagnostic,
  type PlainObject,
  positionOf,
  type ResultRow,
  renderDiagnostic,
  textOf,
  type Value,
  writeJson,
} from "../../rego/index.ts";
import { type JsonNode, List, Struct, writeNode } from "../output/json.ts";
import { renderTable } from "../output/table.ts";
import type { LoadError } from "./loading.ts";

/** The formats of `-f`. */
export const FORMATS = ["json", "values", "bindings", "pretty", "source", "raw", "discard"] as const;

/** A name of a format. */
export type Format = (typeof FORMATS)[number];

/** Everything an evaluation may show; absent parts are not shown. */
export interface Output {
  readonly errors: readonly LoadError[];
  /** Shows the texts at the places of errors. */
  readonly locationText?: boolean;
  readonly results: readonly ResultRow[];
  /** Name → number of nanoseconds or count. */
  readonly metrics?: PlainObject;
  /** Text for people; `explanationJson` for machines. */
  readonly explanation?: string;
  readonly explanationJson?: JsonNode;
  readonly profile?: readonly ProfileLine[];
  /** The measures of several evaluations, in each of the two shapes. */
  readonly aggregatedMetrics?: Shapes;
  readonly aggregatedProfile?: Shapes;
  readonly coverage?: Struct;
}

/** Something for people, as a table, and for machines. */
export interface Shapes {
  readonly table: string;
  readonly json: JsonNode;
}

/** One expression of a profile. */
export interface ProfileLine {
  readonly nanos: number;
  readonly evaluations: number;
  readonly redos: number;
  readonly generated: number;
  readonly file: string;
  readonly row: number;
  readonly location: Struct;
  readonly place: string;
}

/** Text for the two streams. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Renders an output; `limit` cuts cells of the pretty format. */
export function renderOutput(output: Output, format: Format, limit: number, hints = false): Printed {
  if (format === "json") return { stdout: `${writeNode(asJson(output))}\n`, stderr: "" };
  if (format === "discard") return { stdout: `${writeJson(plainOf(asJson(output, "discarded")), { indent: "  " })}\n`, stderr: "" };
  if (format === "pretty") return renderPretty(output, limit, hints);
  if (output.errors.length > 0) return { stdout: "", stderr: `${renderErrors(output.errors, hints)}\n` };
  const lines = output.results.flatMap((row) => {
    if (format === "bindings") return [indented(row.bindings)];
    const values = row.expressions.map((expression) => expression.value);
    if (format === "values") return [indented(values)];
    return [values.map((value) => (typeof value === "string" ? value.toWellFormed() : writeJson(value))).join(" ")];
  });
  return { stdout: lines.map((line) => `${line}\n`).join(""), stderr: "" };
}

function indented(value: Value): string {
  return writeJson(value, { indent: "  " });
}

function asJson(output: Output, result?: JsonNode): Struct {
  return new Struct({
    errors: output.errors.length > 0 ? new List(output.errors.map((error) => errorJson(error, output.locationText === true))) : undefined,
    result: output.results.length > 0 ? (result ?? new List(output.results.map(rowJson))) : undefined,
    metrics: output.metrics,
    aggregated_metrics: output.aggregatedMetrics?.json,
    explanation: output.explanationJson,
    profile: output.profile && output.profile.length > 0 ? new List(output.profile.map(profileJson)) : undefined,
    aggregated_profile: output.aggregatedProfile?.json,
    coverage: output.coverage,
  });
}

// Fields in the order of their names, as a map of Go has them.
function plainOf(node: JsonNode): Value {
  if (node instanceof List) return node.items.map(plainOf);
  return node instanceof Struct ? Object.fromEntries(node.fields.map(([name, value]) => [name, plainOf(value)])) : node;
}

function rowJson(row: ResultRow): Struct {
  const expressions = row.expressions.map(
    ({ value, text, location }) => new Struct({ value, text, location: new Struct({ row: location.row, col: location.col }) }),
  );
  return new Struct({ expressions: new List(expressions), bindings: Object.keys(row.bindings).length === 0 ? undefined : row.bindings });
}

function errorJson(error: LoadError, withText: boolean): Struct {
  if (typeof error === "string") return new Struct({ message: error });
  const { code, message, span } = error;
  const text = withText && span !== undefined ? { text: Buffer.from(textOf(span)).toString("base64") } : {};
  const location = span === undefined ? undefined : new Struct({ file: span.source.name, ...positionOf(span), ...text });
  return new Struct({ message, code, location, details: detailsOf(error) });
}

function detailsOf(error: Diagnostic): JsonNode | undefined {
  const { notes } = error;
  if (notes.length === 0) return undefined;
  if (error.code !== "rego_parse_error") return notes;
  return new Struct({ line: notes[0] ?? "", idx: Math.max(notes[1]?.indexOf("^") ?? 0, 0) });
}

function profileJson(line: ProfileLine): Struct {
  const { nanos, evaluations, redos, generated, location } = line;
  return new Struct({ total_time_ns: nanos, num_eval: evaluations, num_redo: redos, num_gen_expr: generated, location });
}

function renderPretty(output: Output, limit: number, hints: boolean): Printed {
  const parts: string[] = [];
  let stderr = "";
  if (output.explanation !== undefined && output.explanation !== "") parts.push(output.explanation.replace(/\n$/, ""));
  if (output.errors.length > 0) stderr = `${renderErrors(output.errors, hints)}\n`;
  else if (output.results.length === 0) parts.push("undefined");
  else parts.push(prettyResults(output.results, limit));
  if (output.metrics) parts.push(prettyMetrics(output.metrics, limit));
  if (output.profile && output.profile.length > 0) parts.push(prettyProfile(output.profile));
  if (output.aggregatedMetrics) parts.push(output.aggregatedMetrics.table);
  if (output.aggregatedProfile) parts.push(output.aggregatedProfile.table);
  if (output.coverage) parts.push(prettyCoverage(output.coverage));
  return { stdout: parts.map((part) => `${part}\n`).join(""), stderr };
}

function prettyResults(results: readonly ResultRow[], limit: number): string {
  const [first] = results;
  if (first === undefined) return "undefined";
  const values = first.expressions.map((expression) => expression.value);
  const bare = results.length === 1 && Object.keys(first.bindings).length === 0;
  if (bare && (values.length === 1 || values.every((value) => typeof value === "boolean"))) return indented(values[0] ?? null);
  const names = Object.keys(first.bindings).sort();
  const shown = values.flatMap((value, i) => (typeof value !== "boolean" || names.length === 0 ? [i] : []));
  const headings = [...names, ...shown.map((i) => first.expressions[i]?.text ?? "")];
  const rows = results.map((row) =>
    [...names.map((name) => row.bindings[name]), ...shown.map((i) => row.expressions[i]?.value)].map((value) =>
      cut(writeJson(value ?? null), limit),
    ),
  );
  return renderTable(headings, rows);
}

function cut(text: string, limit: number): string {
  return limit > 0 && text.length > limit ? `${text.slice(0, limit)}...` : text;
}

function prettyMetrics(metrics: PlainObject, limit: number): string {
  const rows = Object.keys(metrics)
    .sort()
    .map((name) => [name, cut(writeJson(metrics[name] ?? null), limit)]);
  return renderTable(["Metric", "Value"], rows);
}

function prettyProfile(lines: readonly ProfileLine[]): string {
  const rows = lines.map((line) => [
    goDuration(line.nanos),
    String(line.evaluations),
    String(line.redos),
    String(line.generated),
    line.place,
  ]);
  return renderTable(["Time", "Num Eval", "Num Redo", "Num Gen Expr", "Location"], rows);
}

function prettyCoverage(coverage: Struct): string {
  const text = Number(coverage.fields.find(([name]) => name === "coverage")?.[1] ?? 0).toFixed(2);
  const cells = ["Overall Coverage", text];
  const rule = (left: string, middle: string, right: string) =>
    `${left}${cells.map((cell) => "─".repeat(cell.length + 2)).join(middle)}${right}`;
  return [rule("┌", "┬", "┐"), `│ ${cells.join(" │ ")} │`, rule("└", "┴", "┘")].join("\n");
}

/** Returns OPA's text of a list of errors; with `hints`, what we know of a way out stands below each. */
export function renderErrors(errors: readonly LoadError[], hints = false): string {
  const texts = errors.map((error) => {
    if (typeof error === "string") return error;
    return hints && error.hint !== undefined ? `${renderDiagnostic(error)}\n\thint: ${error.hint}` : renderDiagnostic(error);
  });
  return errors.length === 1 ? `1 error occurred: ${texts.join("")}` : `${errors.length} errors occurred:\n${texts.join("\n")}`;
}

/** Returns OPA's text of what is wrong with a text of Rego; an empty one is told without a count. */
export function renderParseErrors(errors: readonly Diagnostic[]): string {
  const [first] = errors;
  return first?.message === "empty module" ? renderDiagnostic(first) : renderErrors(errors);
}

/** Returns a duration as Go prints it: `245.224µs`, `1.5s`, `2m0s`. */
export function goDuration(nanos: number): string {
  if (nanos === 0) return "0s";
  if (nanos < 0) return `-${goDuration(-nanos)}`;
  if (nanos < 1_000) return `${nanos}ns`;
  if (nanos < 1_000_000) return `${decimals(nanos, 1_000)}µs`;
  if (nanos < 1_000_000_000) return `${decimals(nanos, 1_000_000)}ms`;
  const whole = Math.floor(nanos / 1_000_000_000);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const seconds = `${decimals((whole % 60) * 1_000_000_000 + (nanos % 1_000_000_000), 1_000_000_000)}s`;
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}`;
}

function decimals(nanos: number, unit: number): string {
  const digits = String(unit).length - 1;
  const fraction = String(nanos % unit)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return `${Math.floor(nanos / unit)}${fraction === "" ? "" : `.${fraction}`}`;
}
