/**
 * Runs the conformance suites: `npm run conformance -- [--suite NAME] [--filter TEXT] [--show N] [--full] [--update-score]`. Prints a table by
 * folder and the totals; the last line is plain; exits 1 when a suite misses a goal or the scoreboard drops. With `--against-opa [--programs N]
 * [--seed S]` it puts the same questions, the library's policies and random programs to OPA itself and compares the answers.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ask } from "./engine.ts";
import { runAgainstOpa } from "./opa/differential.ts";
import { hasData } from "./read/data.ts";
import { addVerdict, applyKnown, newReport, reachesGoals, renderReport, type SuiteReport, staleKnown } from "./report.ts";
import { suites } from "./suites.ts";

const SCOREBOARD = join(import.meta.dirname, "scoreboard.json");

type Scoreboard = { [suite: string]: { [column: string]: number } };

const { values: flags } = parseArgs({
  options: {
    suite: { type: "string" },
    filter: { type: "string" },
    show: { type: "string", default: "10" },
    full: { type: "boolean", default: false },
    "against-opa": { type: "boolean", default: false },
    programs: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    "update-score": { type: "boolean", default: false },
  },
});

if (!hasData("rego")) {
  process.stdout.write(
    "conformance: no acceptance data beside this checkout (set PORTCULLIS_CONFORMANCE to its folder)\n0 passed, 0 failed, 1 skipped\n",
  );
  process.exit(0);
}

if (flags["against-opa"]) {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const agrees = await runAgainstOpa({ programs: Number(flags.programs), seed: Number(flags.seed), write });
  process.exit(agrees ? 0 : 1);
}

const reports: SuiteReport[] = [];
for (const suite of suites) {
  if (flags.suite !== undefined && !suite.name.startsWith(flags.suite)) continue;
  const report = newReport(suite);
  for await (const verdict of suite.run((id) => flags.filter === undefined || id.includes(flags.filter), ask))
    addVerdict(report, applyKnown(suite, verdict));
  if (flags.filter === undefined) for (const verdict of staleKnown(report)) addVerdict(report, verdict);
  reports.push(report);
  process.stdout.write(`${renderReport(report, flags.full)}\n`);
  for (const { id, detail } of report.failures.slice(0, Number(flags.show)))
    process.stdout.write(`  ✗ ${id}\n      ${(detail ?? "").replaceAll("\n", "\n      ")}\n`);
}

const board = JSON.parse(readFileSync(SCOREBOARD, "utf8")) as Scoreboard;
const dropped = flags.filter === undefined ? reports.flatMap((report) => drops(report, board)) : [];
for (const line of dropped) process.stdout.write(`scoreboard: ${line}\n`);
if (flags["update-score"]) {
  for (const report of reports)
    board[report.suite.name] = Object.fromEntries([...report.columns].map(([column, { passed }]) => [column, passed]));
  writeFileSync(SCOREBOARD, `${JSON.stringify(board, undefined, 2)}\n`);
}

const missed = reports.filter((report) => !reachesGoals(report));
for (const { suite } of missed) process.stdout.write(`goal missed: ${suite.name}\n`);
const failed = reports.reduce((sum, report) => sum + report.failures.length, 0);
const skipped = reports.reduce((sum, report) => sum + report.skipped.length, 0);
const judged = reports.reduce((sum, report) => sum + Math.max(0, ...[...report.columns.values()].map(({ total }) => total)), 0);
process.stdout.write(`${judged - failed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exit(missed.length + dropped.length === 0 ? 0 : 1);

function drops(report: SuiteReport, scores: Scoreboard): readonly string[] {
  return [...report.columns]
    .filter(([column, { passed }]) => passed < (scores[report.suite.name]?.[column] ?? 0))
    .map(([column, { passed }]) => `${report.suite.name} ${column} fell from ${scores[report.suite.name]?.[column]} to ${passed}`);
}
