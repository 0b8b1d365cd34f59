/** Prints test results as `opa test` does: for people, or as JSON. */
import { type Diagnostic, positionOf, renderDiagnostic, renderTrace } from "../../rego/index.ts";
import { List, Struct, writeNode } from "../output/json.ts";
import { failureLine } from "./failure-line.ts";
import { measuredLine, measuredStruct, testExtra } from "./measure.ts";
import { goDuration } from "./results.ts";
import type { SubResult, TestResult } from "./test-run.ts";

const RULE = "-".repeat(80);
const WORDS = { pass: "PASS", fail: "FAIL", skip: "SKIPPED", error: "ERROR" } as const;

/** What a report for people shows. */
export interface Shown {
  /** Lists what passed too. */
  readonly verbose: boolean;
  /** Shows the expression that failed and the values in it. */
  readonly varValues: boolean;
  readonly bench: { readonly benchmem: boolean; readonly gobench: boolean } | undefined;
}

/** Returns the text for people; without `verbose` only what did not pass is listed. */
export function renderTests(results: readonly TestResult[], shown: Shown): string {
  const lines: string[] = [];
  let lastFile = "";
  for (const result of results) {
    if (result.outcome === "pass" && shown.bench !== undefined) {
      lines.push(benchLine(result, shown.bench));
      continue;
    }
    if (!shown.verbose && result.outcome === "pass") continue;
    if (lastFile !== "" && lastFile !== result.file) lines.push("");
    lastFile = result.file;
    lines.push(`${result.file}:${result.row}:`, headline(result), ...caseLines(result.cases, shown.verbose, 1));
    if (result.output !== "") lines.push("", indent(result.output.trim(), 2), "");
    if (result.error !== undefined) lines.push(`  ${renderDiagnostic(result.error)}`);
  }
  const dirty = lines.length > 0;
  const failures = results.filter(({ outcome }) => outcome === "fail");
  if ((shown.verbose || shown.varValues) && failures.length > 0)
    lines.push(RULE, "FAILURES", RULE, ...failures.flatMap((result) => failureLines(result, shown)));
  if (dirty) lines.push(RULE);
  lines.push(...summary(results));
  return lines.map((line) => `${line}\n`).join("");
}

function benchLine(result: TestResult, { benchmem, gobench }: { readonly benchmem: boolean; readonly gobench: boolean }): string {
  const { measured } = result;
  if (measured === undefined) return "";
  const name = `${result.package}.${result.name}`;
  const shownName = gobench ? `Benchmark${name.replace(/[._]+/g, ".").split(".").map(capitalised).join("")}` : name;
  return `${shownName}\t${measuredLine(measured, testExtra(measured), benchmem)}`;
}

function capitalised(word: string): string {
  return word.replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}

function headline(result: TestResult): string {
  const text = `${result.package}.${result.name}: ${WORDS[result.outcome]}`;
  return result.outcome === "skip" ? text : `${text} (${goDuration(result.nanos)})`;
}

function caseLines(cases: readonly SubResult[], verbose: boolean, depth: number): readonly string[] {
  return cases.flatMap(({ name, failed, below }) => [
    ...(failed || verbose ? [`${"  ".repeat(depth)}${name}: ${failed ? "FAIL" : "PASS"}`] : []),
    ...caseLines(below, verbose, depth + 1),
  ]);
}

function failureLines(result: TestResult, { verbose, varValues }: Shown): readonly string[] {
  const trace = verbose ? ["", ...traceLines(result, varValues)] : [];
  if (result.cases.length > 0) return [headline(result), ...trace, "", ...failedLeaves(result.cases, []), ""];
  return [headline(result), ...trace, ...(varValues ? failureLine(result.trace) : []), ""];
}

function traceLines({ trace }: TestResult, values: boolean): readonly string[] {
  return trace.length === 0 ? [] : [renderTrace(trace, { indent: "  ", values }).slice(0, -1)];
}

// Each failed case with the cases around it.
function failedLeaves(cases: readonly SubResult[], around: readonly string[]): readonly string[] {
  return cases.flatMap(({ name, failed, below }) => {
    const names = [...around, name];
    if (below.length > 0) return failedLeaves(below, names);
    return failed ? names.map((each, i) => `${"  ".repeat(i + 1)}${each}: FAIL`) : [];
  });
}

/** Returns one result with its cases, as an error shows it. */
export function renderResult(result: TestResult): string {
  return `${[headline(result), ...caseLines(result.cases, true, 0)].join("\n")}\n`;
}

/** Tests count each; a test with cases counts its cases instead. */
function summary(results: readonly TestResult[]): readonly string[] {
  const count = { pass: 0, fail: 0, skip: 0, error: 0 };
  for (const result of results) {
    const cases = leaves(result.cases);
    if (cases.length === 0) count[result.outcome]++;
    for (const { failed } of cases) count[failed ? "fail" : "pass"]++;
  }
  const total = count.pass + count.fail + count.skip + count.error;
  return (["pass", "fail", "skip", "error"] as const)
    .filter((outcome) => count[outcome] > 0)
    .map((outcome) => `${WORDS[outcome]}: ${count[outcome]}/${total}`);
}

function leaves(cases: readonly SubResult[]): readonly SubResult[] {
  return cases.flatMap((each) => (each.below.length === 0 ? [each] : leaves(each.below)));
}

function indent(text: string, by: number): string {
  return text.replace(/^/gm, " ".repeat(by));
}

/** Returns the JSON list. */
export function testsJson(results: readonly TestResult[]): string {
  return `${writeNode(new List(results.map(resultStruct)))}\n`;
}

function resultStruct(result: TestResult): Struct {
  return new Struct({
    location: new Struct({ file: result.file, row: result.row, col: result.col }),
    package: result.package,
    name: result.name,
    fail: result.outcome === "fail" ? true : undefined,
    error: result.error === undefined ? undefined : errorStruct(result.error),
    skip: result.outcome === "skip" ? true : undefined,
    duration: result.nanos,
    output: result.output === "" ? undefined : Buffer.from(result.output).toString("base64"),
    benchmark_result: result.measured === undefined ? undefined : measuredStruct(result.measured, testExtra(result.measured)),
    sub_results: result.cases.length === 0 ? undefined : casesStruct(result.cases),
  });
}

function casesStruct(cases: readonly SubResult[]): Struct {
  const one = ({ name, failed, below }: SubResult) =>
    new Struct({ name, fail: failed ? true : undefined, sub_results: below.length === 0 ? undefined : casesStruct(below) });
  return new Struct(Object.fromEntries(cases.map((each) => [each.name, one(each)])));
}

function errorStruct({ code, message, span }: Diagnostic): Struct {
  return new Struct({
    code,
    message,
    location: span === undefined ? undefined : new Struct({ file: span.source.name, ...positionOf(span) }),
  });
}
