/** `test`: judges objects by the templates and constraints among them, with the flags, outputs and exit codes of `gator test`. */
import type { Command } from "commander";
import {
  denies,
  emptyPolicySet,
  explainResult,
  GATOR_POINT,
  loadManifests,
  type Manifest,
  type ObjectResult,
  type TestOptions,
  testObjects,
} from "../../gatekeeper/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { addInputOptions, type InputOptions, logLine, parseBoolean, parseFailurePolicy } from "../gatekeeper/flags.ts";
import { installationFor } from "../gatekeeper/installation.ts";
import { PrintBuffer } from "../gatekeeper/print-buffer.ts";
import { problemNotes } from "../gatekeeper/problems.ts";
import { readSources } from "../gatekeeper/sources.ts";
import { renderExplanation } from "../output/explanation.ts";
import { renderResults } from "../output/gator-results.ts";
import { renderForTerminal } from "../output/terminal-results.ts";

interface CommandOptions extends InputOptions {
  readonly output: string;
  readonly trace: boolean;
  readonly stats: boolean;
  readonly denyOnly: boolean;
  readonly verbose: boolean;
  readonly explain: boolean;
  readonly enableK8sNativeValidation: boolean;
  readonly defaultK8sNativeValidationFailurePolicy: string;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  const command = program
    .command("test")
    .description("test evaluates resources against policies as defined by constraint templates and constraints.");
  addInputOptions(command, "f")
    .option("-o, --output <format>", "Output format.  One of: json|yaml.", "")
    .option("-t, --trace", "include a trace for the underlying Constraint Framework evaluation.", false)
    .option("--stats", "include performance stats returned from the Constraint Framework.", false)
    .option("--deny-only", "output only denied constraints", false)
    .option("-v, --verbose", "print extended test output", false)
    .option("--explain", "name the rule, the values and the part of the object behind each violation", false)
    .option("--enable-k8s-native-validation [bool]", "enable the validating admission policy driver", parseBoolean, true)
    .option(
      "--default-k8s-native-validation-failure-policy <policy>",
      "what a CEL error means where a template does not say: Fail|Ignore",
      "Fail",
    )
    .action((options: CommandOptions) => run(options, effects));
}

async function run(options: CommandOptions, effects: Effects): Promise<void> {
  const read = await readSources(options, effects);
  if ("error" in read) return fail(effects, `reading: ${read.error}`, read.notes);
  for (const warning of read.warnings) effects.stderr(`${logLine(effects, warning)}\n`);
  if (read.manifests.length === 0) return fail(effects, "no input data identified");
  const failurePolicy = parseFailurePolicy(options.defaultK8sNativeValidationFailurePolicy);
  if ("error" in failurePolicy) return fail(effects, failurePolicy.error);
  await testAll(read.manifests, { options, failurePolicy: failurePolicy.policy }, effects);
}

function textsOf(manifests: readonly Manifest[]): readonly string[] {
  return [...new Set(manifests.map(({ place }) => place.source.text))];
}

interface Choices {
  readonly options: CommandOptions;
  readonly failurePolicy: "Fail" | "Ignore";
}

async function testAll(manifests: readonly Manifest[], { options, failurePolicy }: Choices, effects: Effects): Promise<void> {
  const installation = await installationFor(textsOf(manifests), {
    cel: options.enableK8sNativeValidation,
    rego: true,
    print: options.verbose,
    failurePolicy,
  });
  const loaded = loadManifests(emptyPolicySet(installation), manifests);
  if ("error" in loaded) {
    const { message, manifest, problems } = loaded.error;
    return fail(effects, `auditing objects: ${message}`, problemNotes(manifest, problems));
  }
  const printed = new PrintBuffer();
  const report = testObjects(loaded.state, loaded.manifests, testOptions(options, printed, effects));
  if ("error" in report) {
    const { error, manifest } = report;
    return fail(effects, `auditing objects: ${error}`, manifest === undefined ? [] : problemNotes(manifest, []));
  }
  const explain = (result: ObjectResult): string =>
    renderExplanation(explainResult(loaded.state, result.review, result.own, { point: GATOR_POINT }), result, manifests);
  const output = { report, format: options.output, withStats: options.stats, denyOnly: options.denyOnly };
  const explained = options.explain ? { explain } : {};
  if (effects.stdoutIsTty && options.output === "" && !options.trace) {
    const shown = options.denyOnly ? report.results.filter(({ result }) => denies(result)) : report.results;
    const colour = effects.environment["NO_COLOR"] === undefined;
    effects.stdout(renderForTerminal(shown, { colour, objects: loaded.manifests.length, ...explained }));
  } else effects.stdout(renderResults({ ...output, ...explained }));
  if (printed.text !== "") effects.stdout(`\n${printed.text}\n`);
  if (report.results.some(({ result }) => denies(result))) effects.exit(EXIT.failed);
}

function testOptions(options: CommandOptions, printed: PrintBuffer, effects: Effects): TestOptions {
  return {
    nowNanos: BigInt(effects.nowMillis()) * 1_000_000n,
    trace: options.trace,
    stats: options.stats,
    clock: () => effects.monotonicNanos(),
    ...(options.verbose ? { onPrint: printed.add } : {}),
  };
}

function fail(effects: Effects, message: string, notes: readonly string[] = []): void {
  effects.stderr([message, ...notes].map((line) => `${line}\n`).join(""));
  effects.exit(EXIT.failed);
}
