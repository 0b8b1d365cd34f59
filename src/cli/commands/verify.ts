/** `verify`: runs suites of tests for policies, with the flags, output and exit codes of `gator verify`. */
import type { Command } from "commander";
import {
  emptyPolicySet,
  type Filter,
  joinPath,
  type ReadFile,
  readFilter,
  runSuite,
  type SuiteFile,
  type SuiteResult,
  suiteFailed,
} from "../../gatekeeper/index.ts";
import { quote } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { parseBoolean, parseFailurePolicy } from "../gatekeeper/flags.ts";
import { installationFor } from "../gatekeeper/installation.ts";
import { positionNotes } from "../gatekeeper/problems.ts";
import { Progress } from "../gatekeeper/progress.ts";
import { fileReader, findSuites } from "../gatekeeper/suites.ts";
import { renderSuites } from "../output/verify-report.ts";

interface CommandOptions {
  readonly run: string;
  readonly verbose: boolean;
  readonly trace: boolean;
  readonly enableK8sNativeValidation: boolean;
  readonly defaultK8sNativeValidationFailurePolicy: string;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  program
    .command("verify")
    .description("verify suites of tests on Gatekeeper Constraints")
    .argument("<path>", "a file, a directory, or directory/... for everything below it")
    .option("-r, --run <regex>", "regular expression which filters tests to run by name", "")
    .option("-v, --verbose", "print extended test output", false)
    .option("-t, --trace", "include a trace for the underlying constraint framework evaluation", false)
    .option("--enable-k8s-native-validation [bool]", "Beta: enable the validating admission policy driver", parseBoolean, true)
    .option(
      "--default-k8s-native-validation-failure-policy <policy>",
      "what a CEL error means where a template does not say: Fail|Ignore",
      "Fail",
    )
    .action((path: string, options: CommandOptions) => verify(path, options, effects));
}

async function verify(path: string, options: CommandOptions, effects: Effects): Promise<void> {
  const found = findSuites(path, effects);
  if ("error" in found) return fail(effects, `listing test files: ${found.error}`, positionNotes(found.places ?? []));
  const filter = readFilter(options.run);
  if ("error" in filter) return fail(effects, `compiling filter: ${filter.error}`);
  const policy = parseFailurePolicy(options.defaultK8sNativeValidationFailurePolicy);
  if ("error" in policy) return fail(effects, policy.error);
  const results = await runAll(found.suites, { options, filter: filter.filter, failurePolicy: policy.policy }, effects);
  effects.stdout(`${renderSuites(results, options.verbose)}\n`);
  if (results.some(suiteFailed)) fail(effects, "FAIL", results.flatMap(placeNotes));
}

interface Choices {
  readonly options: CommandOptions;
  readonly filter: Filter;
  readonly failurePolicy: "Fail" | "Ignore";
}

async function runAll(
  suites: readonly SuiteFile[],
  { options, filter, failurePolicy }: Choices,
  effects: Effects,
): Promise<readonly SuiteResult[]> {
  const readFile = fileReader(effects);
  const installation = await installationFor(templateTexts(suites, readFile), {
    cel: options.enableK8sNativeValidation,
    rego: true,
    print: true,
    failurePolicy,
  });
  const world = {
    readFile,
    empty: emptyPolicySet(installation),
    filter,
    trace: options.trace,
    clock: () => effects.monotonicNanos(),
    nowNanos: BigInt(effects.nowMillis()) * 1_000_000n,
  };
  const progress = new Progress(effects, suites.length);
  const results = suites.map((suite) => {
    progress.step(suite.shownPath);
    return runSuite(suite, world);
  });
  progress.clear();
  return results;
}

function templateTexts(suites: readonly SuiteFile[], readFile: ReadFile): readonly string[] {
  return suites.flatMap(({ suite, directory }) =>
    suite.tests.flatMap(({ template }) => {
      const file = readFile(joinPath(directory, template));
      return "text" in file ? [file.text] : [];
    }),
  );
}

/** Where the errors are that the results name; assertions that do not hold are no errors. */
function placeNotes({ path, tests }: SuiteResult): readonly string[] {
  return tests.flatMap((test) => [
    ...(test.places.length === 0 || test.error === undefined
      ? []
      : [`  ${path}, test ${quote(test.name)}:`, ...positionNotes(test.places)]),
    ...test.cases.flatMap(({ name, places }) =>
      places.length === 0 ? [] : [`  ${path}, test ${quote(test.name)}, case ${quote(name)}:`, ...positionNotes(places)],
    ),
  ]);
}

function fail(effects: Effects, message: string, notes: readonly string[] = []): void {
  effects.stderr([`Error: ${message}`, ...notes].map((line) => `${line}\n`).join(""));
  effects.exit(EXIT.failed);
}
