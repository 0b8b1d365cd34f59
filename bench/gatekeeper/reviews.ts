/**
 * The median time of one review of one object, by `bench` of both programs over the samples of every policy with one constraint at a time;
 * each program measures itself, so starting it does not count.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Row } from "../report.ts";
import { OURS, policyFolders, run } from "./programs.ts";

const ITERATIONS = "1000";
// A webhook judges for days: what counts is the time once Node has compiled what is hot. Both programs warm up alike.
const WARMUP = "6000";

/** Times the reviews. */
export function reviewRows(gator: string | undefined, filter: string): readonly Row[] {
  return policyFolders().flatMap((folder) => {
    const samples = join(folder, "samples");
    if (!existsSync(samples)) return [];
    return readdirSync(samples)
      .filter((name) => existsSync(join(samples, name, "constraint.yaml")))
      .map((name) => ({ name: `${basename(folder)}/${name}`, files: ["-f", join(folder, "template.yaml"), "-f", join(samples, name)] }))
      .flatMap(({ name, files }) => ["rego", "cel"].map((engine) => ({ name: `${name} ${engine}`, engine, files })))
      .filter(({ name }) => name.includes(filter))
      .flatMap((each) => reviewRow(each, gator));
  });
}

interface Case {
  readonly name: string;
  readonly engine: string;
  readonly files: readonly string[];
}

function reviewRow({ name, engine, files }: Case, gator: string | undefined): Row | [] {
  const args = ["bench", ...files, "--engine", engine, "-n", ITERATIONS, "--warmup", WARMUP, "-o", "json"];
  const ours = readFigures(run(OURS, args).stdout);
  // A template without code for the engine has nothing to time.
  if (ours === undefined) return [];
  const theirs = gator === undefined ? undefined : readFigures(run([gator], args).stdout);
  const same = theirs === undefined || theirs.violations === ours.violations;
  return {
    name,
    group: engine,
    figures: { ours: ours.middle, ...(theirs === undefined ? {} : { gator: theirs.middle }) },
    ...(same ? {} : { problem: "answers differ" }),
  };
}

const UNITS = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 } as const;

interface Figures {
  readonly middle: number;
  readonly violations: number;
}

/** Reads what `bench` prints; nothing when it did not run. */
function readFigures(stdout: string): Figures | undefined {
  if (!stdout.startsWith("[")) return undefined;
  const [result] = JSON.parse(stdout) as readonly { readonly latencies: { readonly p50: string }; readonly violationCount: number }[];
  const [, figure, unit] = /^([\d.]+)(ns|µs|ms|s)$/.exec(result?.latencies.p50 ?? "") ?? [];
  if (result === undefined || unit === undefined) return undefined;
  return { middle: Number(figure) * UNITS[unit as keyof typeof UNITS], violations: result.violationCount };
}
