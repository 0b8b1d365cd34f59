/**
 * Checks the boundary rules of `.dependency-cruiser.mjs` and that they were applied to every source file: a cruiser that cannot read
 * TypeScript reads nothing and reports success.
 */
import { readdirSync } from "node:fs";
import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";

const ROOMS = ["src", "conformance", "bench"];

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/"));
}

const config = (await import("../.dependency-cruiser.mjs" as string)) as { default: { forbidden: never[]; options: ICruiseOptions } };
const { forbidden, options } = config.default;
const { output } = await cruise(ROOMS, { ...options, ruleSet: { forbidden }, validate: true });
const report = output as ICruiseResult;

const read = new Set(report.modules.map((module) => module.source));
const missed = ROOMS.flatMap(sourceFiles).filter((file) => !read.has(file));
for (const { from, to, rule } of report.summary.violations) process.stderr.write(`arch: ${rule.name}: ${from} → ${to}\n`);
for (const file of missed) process.stderr.write(`arch: not read: ${file}\n`);
process.stdout.write(`arch: ${read.size} modules read, ${report.summary.violations.length} violations, ${missed.length} not read\n`);
process.exit(report.summary.violations.length + missed.length === 0 && read.size > 0 ? 0 : 1);
