/** `sync test`: checks that the data which templates need is synced, with the flags, output and exit codes of `gator sync test`. */
import type { Command } from "commander";
import { requirementText, type SyncRequirement, testSync } from "../../gatekeeper/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { addInputOptions, type InputOptions, logLine } from "../gatekeeper/flags.ts";
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
  if ("error" in report) return fail(effects, `checking: ${report.error}`);
  for (const remark of report.remarks) effects.stdout(`${remark}\n`);
  if (report.unmet.size > 0) {
    return fail(effects, `the following requirements were not met: \n${listed(report.unmet, requirementLines)}`);
  }
  if (report.broken.size > 0) {
    fail(effects, `encountered errors parsing the following templates: \n${listed(report.broken, (error) => error)}`);
  }
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
