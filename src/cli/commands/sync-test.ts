/** `sync test`: checks that the data which templates need is synced, with the flags, output and exit codes of `gator sync test`. */
import type { Command } from "commander";
import {
  decodeProblem,
  fieldProblem,
  isTemplate,
  type KubeObject,
  nameOf,
  requirementText,
  type SourceProblem,
  SYNC_ANNOTATION,
  type SyncRequirement,
  testSync,
} from "../../gatekeeper/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { addInputOptions, type InputOptions, logLine } from "../gatekeeper/flags.ts";
import { problemNotes } from "../gatekeeper/problems.ts";
import { readSources } from "../gatekeeper/sources.ts";

interface CommandOptions extends InputOptions {
  readonly forceOmitGvkManifest: boolean;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  const command = program
    .command("test")
    .description("Test that the provided SyncSet(s) and/or Config contain the GVKs required by the input templates.");
  addInputOptions(command, "n")
    .option("-f, --force-omit-gvk-manifest", "Do not require a GVK manifest; assume that the cluster supports all synced GVKs.", false)
    .action((options: CommandOptions) => run(options, effects));
}

async function run(options: CommandOptions, effects: Effects): Promise<void> {
  const read = await readSources(options, effects);
  if ("error" in read) return fail(effects, `reading: ${read.error}`, read.notes);
  for (const warning of read.warnings) effects.stderr(`${logLine(effects, warning)}\n`);
  if (read.manifests.length === 0) return fail(effects, "no input data identified");
  const report = testSync(
    read.manifests.map(({ object }) => object),
    options.forceOmitGvkManifest,
  );
  for (const remark of report.remarks) effects.stdout(`${remark}\n`);
  if ("error" in report) {
    const manifest = read.manifests.find(({ object }) => object === report.object);
    const notes = manifest === undefined ? [] : problemNotes(manifest, [decodeProblem(manifest.object, report.error)]);
    return fail(effects, `checking: ${report.error}`, notes);
  }
  if (report.unmet.size > 0) {
    return fail(effects, `the following requirements were not met: \n${listed(report.unmet, requirementLines)}`);
  }
  if (report.broken.size > 0) {
    const broken = read.manifests.filter(({ object }) => isTemplate(object) && report.broken.has(nameOf(object)));
    const notes = broken.flatMap((manifest) =>
      problemNotes(manifest, [problemIn(manifest.object, report.broken.get(nameOf(manifest.object)) ?? "")]),
    );
    fail(effects, `encountered errors parsing the following templates: \n${listed(report.broken, (error) => error)}`, notes);
  }
}

function problemIn(template: KubeObject, error: string): SourceProblem {
  return error.startsWith("adding template: ")
    ? decodeProblem(template, error)
    : fieldProblem(template, `metadata.annotations.${SYNC_ANNOTATION}`);
}

function requirementLines(requirements: readonly SyncRequirement[]): string {
  return requirements.map((requirement) => `- ${requirement.map(requirementText).join(" OR ")}`).join("\n");
}

function listed<T>(byTemplate: ReadonlyMap<string, T>, print: (value: T) => string): string {
  return [...byTemplate].map(([name, value]) => `${name}:\n${print(value)}\n`).join("");
}

function fail(effects: Effects, message: string, notes: readonly string[] = []): void {
  effects.stderr([message, ...notes].map((line) => `${line}\n`).join(""));
  effects.exit(EXIT.failed);
}
