/** Runs a command-line program and measures it; where the policies and our own program are. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const BUILT = join(ROOT, "dist/bin/portcullis.js");

/** The library of policies. */
export const LIBRARY = join(process.env["PORTCULLIS_CONFORMANCE"] ?? join(ROOT, "../shared/conformance"), "gatekeeper-library/library");

/** How we are started: what is published where it was built, else the sources. */
export const OURS: readonly string[] = [process.execPath, existsSync(BUILT) ? BUILT : join(ROOT, "src/cli/portcullis.ts")];

/** One run: nanoseconds of wall clock, and the most memory it held (where GNU time can tell). */
export interface Run {
  readonly wall: number;
  readonly bytes: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

const TIME = "/usr/bin/time";

/** Runs a program to its end. */
export function run(command: readonly string[], args: readonly string[]): Run {
  const [program = "", ...rest] = [...(existsSync(TIME) ? [TIME, "-f", "%M"] : []), ...command, ...args];
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(program, rest, { encoding: "utf8", maxBuffer: 1 << 28 });
  const wall = (performance.now() - started) * 1e6;
  const kilobytes = Number(stderr.trimEnd().split("\n").at(-1));
  return { wall, bytes: Number.isFinite(kilobytes) ? kilobytes * 1024 : undefined, stdout, stderr, status };
}

/** Returns the folders of the library that hold a suite. */
export function policyFolders(): readonly string[] {
  if (!existsSync(LIBRARY)) return [];
  return ["general", "pod-security-policy"]
    .flatMap((group) => readdirSync(join(LIBRARY, group)).map((name) => join(LIBRARY, group, name)))
    .filter((folder) => existsSync(join(folder, "suite.yaml")));
}

/** Returns the middle of some figures. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? 0;
}
