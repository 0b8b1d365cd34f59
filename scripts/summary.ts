/**
 * Prints the last line of CI from the log of `npm run check`: `N passed, N failed, N skipped`, taken from the test runner's own totals. A step
 * that failed before or beside the tests counts as one failure, so that a red run never shows none.
 */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const [log = "", status = "1"] = process.argv.slice(2);
const totals = /^\s*Tests\s+(.*?)\s*\((\d+)\)\s*$/gm;
const text = stripVTControlCharacters(readFileSync(log, "utf8"));
const count = { passed: 0, failed: 0, skipped: 0 };
for (const [, parts = ""] of text.matchAll(totals))
  for (const [, number, word] of parts.matchAll(/(\d+) (passed|failed|skipped)/g)) count[word as keyof typeof count] += Number(number);
if (status !== "0" && count.failed === 0) count.failed = 1;
process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
