/** `test` and `verify` over the whole library, each in a fresh process; ours and the original's take turns. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "../report.ts";
import { LIBRARY, median, OURS, policyFolders, type Run, run } from "./programs.ts";

const ROUNDS = 7;

interface Case {
  readonly name: string;
  readonly args: readonly string[];
}

/** Times the commands. */
export function commandRows(gator: string | undefined, filter: string): readonly Row[] {
  if (!existsSync(LIBRARY)) return [];
  // Not the whole folder at once: its kustomizations are no Kubernetes objects, and the original stops there.
  const files = policyFolders().flatMap((folder) => ["-f", join(folder, "template.yaml"), ...sampleArguments(folder)]);
  const cases: readonly Case[] = [
    { name: "test library", args: ["test", ...files] },
    { name: "verify library", args: ["verify", `${LIBRARY}/...`] },
  ];
  return cases.filter(({ name }) => name.includes(filter)).map((each) => commandRow(each, gator));
}

function sampleArguments(folder: string): readonly string[] {
  const samples = join(folder, "samples");
  if (!existsSync(samples)) return [];
  return readdirSync(samples, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && !name.endsWith("kustomization.yaml"))
    .flatMap((name) => ["-f", join(samples, name)]);
}

function commandRow({ name, args }: Case, gator: string | undefined): Row {
  const [ours, theirs]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(run(OURS, args));
    if (gator !== undefined) theirs.push(run([gator], args));
  }
  const same = theirs[0] === undefined || (theirs[0].status === ours[0]?.status && countLines(theirs[0]) === countLines(ours[0]));
  return {
    name,
    group: "commands",
    figures: {
      ours: median(ours.map(({ wall }) => wall)),
      ...(gator === undefined ? {} : { gator: median(theirs.map(({ wall }) => wall)) }),
      ...memory("memory", ours),
      ...memory("gator memory", theirs),
    },
    ...(same ? {} : { problem: "answers differ" }),
  };
}

function countLines({ stdout }: Run): number {
  return stdout.split("\n").length;
}

function memory(name: string, runs: readonly Run[]): { readonly [name: string]: number } {
  const bytes = runs.flatMap((each) => each.bytes ?? []);
  return bytes.length === 0 ? {} : { [name]: median(bytes) };
}
