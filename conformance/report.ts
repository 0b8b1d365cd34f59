/** Collects verdicts into the table that people read and the scoreboard that must not drop. */
import type { Suite, Verdict } from "./suites.ts";

/** Passed and judged cases of one column. */
export interface Tally {
  passed: number;
  total: number;
}

/** Counts of one suite: by column over all, and by group. */
export interface SuiteReport {
  readonly suite: Suite;
  readonly columns: Map<string, Tally>;
  readonly groups: Map<string, Map<string, Tally>>;
  readonly failures: Verdict[];
  readonly skipped: Verdict[];
}

/** Starts a report. */
export function newReport(suite: Suite): SuiteReport {
  return { suite, columns: new Map(), groups: new Map(), failures: [], skipped: [] };
}

/** Adds a verdict. */
export function addVerdict(report: SuiteReport, verdict: Verdict): void {
  if (verdict.skipped !== undefined) {
    report.skipped.push(verdict);
    return;
  }
  const group = report.groups.get(verdict.group) ?? new Map<string, Tally>();
  report.groups.set(verdict.group, group);
  for (const [column, holds] of Object.entries(verdict.columns)) {
    if (holds === undefined) continue;
    count(report.columns, column, holds);
    count(group, column, holds);
  }
  if (Object.values(verdict.columns).includes(false)) report.failures.push(verdict);
}

function count(tallies: Map<string, Tally>, column: string, holds: boolean): void {
  const tally = tallies.get(column) ?? { passed: 0, total: 0 };
  tally.total++;
  if (holds) tally.passed++;
  tallies.set(column, tally);
}

/** Tells whether every column of a suite reaches its goal. */
export function reachesGoals(report: SuiteReport): boolean {
  return [...report.columns].every(([column, { passed, total }]) => passed >= total * (report.suite.goals[column] ?? 1));
}

/** Returns the table of a suite: a line a group with failures (all groups with `full`), then the totals. */
export function renderReport(report: SuiteReport, full: boolean): string {
  const { suite } = report;
  const cell = (tally: Tally | undefined) => (tally === undefined ? "-" : `${tally.passed}/${tally.total}`).padStart(12);
  const line = (name: string, tallies: ReadonlyMap<string, Tally>) =>
    `${name.padEnd(36)}${suite.columns.map((column) => cell(tallies.get(column))).join("")}`;
  const groups = [...report.groups].filter(([, tallies]) => full || [...tallies.values()].some(({ passed, total }) => passed < total));
  return [
    `${suite.name.padEnd(36)}${suite.columns.map((column) => column.padStart(12)).join("")}`,
    ...groups.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, tallies]) => line(`  ${name}`, tallies)),
    line("  total", report.columns),
    `  ${"".padEnd(34)}${suite.columns.map((column) => percent(report.columns.get(column))).join("")}`,
  ].join("\n");
}

function percent(tally: Tally | undefined): string {
  return (tally === undefined || tally.total === 0 ? "" : `${((100 * tally.passed) / tally.total).toFixed(2)} %`).padStart(12);
}
