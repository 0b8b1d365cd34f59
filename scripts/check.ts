/** Everything that must be green, in order, one command; stops at the first that is not. This is what a reviewer and CI run. */
import { spawnSync } from "node:child_process";

const STEPS: readonly (readonly string[])[] = [
  ["run", "lint"],
  ["run", "types"],
  ["run", "arch"],
  ["run", "docs", "--", "--check"],
  ["run", "deploy", "--", "--check"],
  ["run", "build"],
  ["test"],
];

for (const step of STEPS) {
  const started = performance.now();
  const run = spawnSync("npm", ["--silent", ...step], { stdio: "inherit", shell: process.platform === "win32" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`check: npm ${step.join(" ")}: ${run.status === 0 ? "ok" : "FAILED"} (${seconds} s)\n`);
  if (run.status !== 0) process.exit(1);
}
