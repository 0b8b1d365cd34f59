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
  /** Every case that was judged or skipped. */
  readonly ids: Set<string>;
  readonly failures: Verdict[];
  readonly skipped: Verdict[];
}

/** Starts a report. */
export function newReport(suite: Suite): SuiteReport {
  return { suite, columns: new Map(), groups: new Map(), ids: new Set(), failures: [], skipped: [] };
}

/** Adds a verdict. */
export function addVerdict(report: SuiteReport, verdict: Verdict): void {
  report.ids.add(verdict.id);
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

/** Turns a failure that is a known difference into a skipped case, and a known difference that passes into a failure. */
export function applyKnown(suite: Suite, verdict: Verdict): Verdict {
  const reason = suite.known?.get(verdict.id);
  if (reason === undefined) return verdict;
  if (Object.values(verdict.columns).includes(false)) return { ...verdict, columns: {}, skipped: reason };
  return { ...verdict, columns: allFalse(suite), detail: `passes, though it is listed as a known difference: ${reason}` };
}

/** Returns a failure for each known difference that names no case. */
export function staleKnown(report: SuiteReport): readonly Verdict[] {
  return [...(report.suite.known?.keys() ?? [])]
    .filter((id) => !report.ids.has(id))
    .map((id) => ({
      id,
      group: "known differences",
      columns: allFalse(report.suite),
      detail: "is listed as a known difference, but there is no such case",
    }));
}

// One goal only: a suite with several columns has goals below all of them.
function allFalse(suite: Suite): { readonly [column: string]: boolean } {
  return { [suite.columns[0] ?? "pass"]: false };
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
