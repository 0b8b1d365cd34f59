/** The results of `verify` as `gator verify` prints them, in the manner of `go test`. */
import { type CaseResult, type SuiteResult, suiteFailed, type TestResult, testFailed } from "../../gatekeeper/index.ts";

/** Returns the text for all suites, with the verdict on the last line. */
export function renderSuites(suites: readonly SuiteResult[], verbose: boolean): string {
  const lines = suites.map((suite) => renderSuite(suite, verbose)).join("");
  return `${lines}${suites.some(suiteFailed) ? "FAIL" : "PASS"}\n`;
}

function renderSuite(suite: SuiteResult, verbose: boolean): string {
  const tests = suite.tests.map((test) => renderTest(test, verbose)).join("");
  if (!suiteFailed(suite)) return `${tests}ok\t${suite.path}\t${seconds(suite.nanos)}\n`;
  return `${tests}FAIL\t${suite.path}\t${seconds(suite.nanos)}\n${suite.error === undefined ? "" : `  ${suite.error}\n`}`;
}

function renderTest(test: TestResult, verbose: boolean): string {
  if (verbose && test.skipped) return `=== SKIP  ${test.name}\n`;
  const head = verbose ? `=== RUN   ${test.name}\n` : "";
  const cases = test.cases.map((entry) => renderCase(entry, verbose)).join("");
  const time = seconds(test.nanos);
  if (!testFailed(test)) return `${head}${cases}${verbose ? `--- PASS: ${test.name}\t(${time})\n` : ""}`;
  return `${head}${cases}--- FAIL: ${test.name}\t(${time})\n${test.error === undefined ? "" : `  ${test.error}\n`}`;
}

function renderCase(entry: CaseResult, verbose: boolean): string {
  if (verbose && entry.skipped) return `    === SKIP  ${entry.name}\n`;
  const head = verbose ? `    === RUN   ${entry.name}\n${renderPrinted(entry.printed)}` : "";
  return head + renderEnd(entry, verbose) + renderTrace(entry, verbose);
}

function renderPrinted(printed: string): string {
  if (printed === "") return "";
  const lines = printed.replace(/\n$/, "").split("\n");
  return `        === PRINT ===\n${lines.map((line) => `        ${line}\n`).join("")}`;
}

function renderEnd(entry: CaseResult, verbose: boolean): string {
  const time = seconds(entry.nanos);
  if (entry.error !== undefined) return `    --- FAIL: ${entry.name}\t(${time})\n        ${entry.error}\n`;
  return verbose ? `    --- PASS: ${entry.name}\t(${time})\n` : "";
}

function renderTrace({ name, trace }: CaseResult, verbose: boolean): string {
  if (trace === undefined) return "";
  const prefix = verbose ? "    --- " : "";
  return `${prefix}TRACE: ${name}\t${trace.replaceAll("\n", `\n${prefix}`)}\n`;
}

function seconds(nanos: bigint): string {
  return `${(Number(nanos) / 1e9).toFixed(3)}s`;
}
