/** `rego test PATH…`: runs tests written in Rego, with the outputs and exit codes of `opa test`. */
import { watch } from "node:fs";
import { type CompiledPolicy, compileModules, compileRegex, type Regex, RegexError, renderDiagnostic } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { durationFlag, floatFlag, integerFlag, switchFlag, textFlag, wordFlag } from "../go-flags/kinds.ts";
import { writeNode } from "../output/json.ts";
import {
  bundleModeFlag,
  capabilitiesFlag,
  dialectFlags,
  dialectOf,
  ignoreFlag,
  maxErrorsFlag,
  schemaFlag,
  targetFlag,
} from "../rego/flags.ts";
import { type Loaded, loadRego, renderLoadErrors } from "../rego/load.ts";
import { coverageReport } from "../rego/reports.ts";
import { renderErrors } from "../rego/results.ts";
import { capabilitiesComplaint, compileGrants, type Grants, parseGrants, readGrants } from "../rego/session.ts";
import { withDistinctTests } from "../rego/test-names.ts";
import { renderResult, renderTests, testsJson } from "../rego/test-report.ts";
import { benchTest, runTest, type TestOptions, type TestResult, testsOf } from "../rego/test-run.ts";

const table = {
  ...bundleModeFlag,
  ...ignoreFlag,
  ...capabilitiesFlag,
  ...schemaFlag,
  ...maxErrorsFlag,
  ...targetFlag,
  ...dialectFlags,
  bench: switchFlag("benchmark the unit tests"),
  benchmem: switchFlag("report memory allocations with benchmark results", { initial: true }),
  count: integerFlag("number of times to repeat each test", { initial: 1 }),
  coverage: switchFlag("report coverage (overrides debug tracing)", { short: "c" }),
  "exit-zero-on-skipped": switchFlag("skipped tests return status 0", { short: "z" }),
  explain: wordFlag("enable query explanations", ["fails", "full", "notes", "debug"], { initial: "fails" }),
  "fail-on-empty": switchFlag("Whether to fail the test when no test was run"),
  format: wordFlag("set output format", ["pretty", "json", "gobench"], { short: "f", initial: "pretty" }),
  parallel: integerFlag("accepted: tests run one after the other", { short: "p", initial: 1 }),
  run: textFlag("run only test cases matching the regular expression", { short: "r" }),
  sort: wordFlag("sort the JSON formatted test output", ["none", "duration"], { initial: "none" }),
  threshold: floatFlag("set coverage threshold and exit with non-zero status if coverage is less than threshold %", { initial: 0 }),
  timeout: durationFlag("set test timeout (default 5s, 30s when benchmarking)"),
  "var-values": switchFlag("show local variable values in test output"),
  verbose: switchFlag("set verbose reporting mode", { short: "v" }),
  watch: switchFlag("watch command line files for changes", { short: "w" }),
} as const;

type TestCall = Call<typeof table>;

type TestFlags = TestCall["flags"];

const command: GoCommand<typeof table> = {
  line: "rego test <path> [path [...]]",
  about: "Runs the tests in Rego files: rules whose names begin with test_; those that begin with todo_ are skipped.",
  variables: "opa_test",
  table,
  complaint: ({ words, flags }, effects) =>
    capabilitiesComplaint(flags, effects) ?? (words.length === 0 ? "specify at least one file" : undefined),
  run: async ({ words, flags: given, given: names }, effects) => {
    // Who asks for an explanation wants to see it.
    const flags = { ...given, verbose: given.verbose || names.has("explain") };
    effects.exit(await runOnce(words, { flags, given: names }, effects));
    if (flags.watch) await followChanges(words, { flags, given: names }, effects);
  },
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

const BENCH_TIMEOUT = 30e9;
const TEST_TIMEOUT = 5e9;

async function runOnce(paths: readonly string[], { flags, given }: Omit<TestCall, "words">, effects: Effects): Promise<number> {
  const fail = (text: string): number => {
    effects.stderr(`${text}\n`);
    return EXIT.failed;
  };
  if (flags.format === "gobench" && !flags.bench) {
    effects.stderr("cannot use output format gobench without running benchmarks (--bench)\n");
    return EXIT.ok;
  }
  const { threshold } = flags;
  if (!(threshold >= 0 && threshold <= 100)) return fail("Code coverage threshold must be between 0 and 100");
  if (flags.target !== "rego") return fail(`target ${flags.target} is not part of portcullis: it evaluates Rego itself`);
  const read = await loadTests(paths, flags, effects);
  if (typeof read === "string") return fail(read);
  const coverage = flags.coverage || threshold > 0;
  if (coverage && flags.bench) {
    effects.stderr("coverage reporting is not supported when benchmarking tests\n");
    return fail("coverage reporting is not supported when benchmarking tests");
  }
  if (!coverage && flags.format !== "json" && flags.sort !== "none") effects.stderr("warning: --sort is only supported with JSON format\n");
  const filter = filterOf(flags.run);
  if (typeof filter === "string") return fail(filter);
  if (flags.count < 1) return EXIT.ok;
  const { loaded } = read;
  const policy = await compileTests(read, flags);
  if (typeof policy === "string") return fail(policy);
  const options: TestOptions = {
    timeoutNanos: flags.timeout === 0 ? (flags.bench ? BENCH_TIMEOUT : TEST_TIMEOUT) : flags.timeout,
    trace: flags.verbose || flags["var-values"] ? traceOf(flags, given) : "off",
    values: flags["var-values"],
    coverage,
  };
  const tests = testsOf(policy).filter(({ query }) => filter === undefined || filter.test(query));
  // Each round is reported by itself, and the first that fails is the last.
  for (let round = 0; round < flags.count; round++) {
    const results: TestResult[] = [];
    for (const test of tests)
      results.push(flags.bench ? await benchTest(policy, test, options, effects) : await runTest(policy, test, options, effects));
    const code = coverage ? reportCoverage(results, loaded, threshold, flags, effects) : reportResults(results, flags, effects, fail);
    if (code !== EXIT.ok) return code;
  }
  return EXIT.ok;
}

function traceOf({ explain, verbose }: TestFlags, given: ReadonlySet<string>): TestOptions["trace"] {
  if (!given.has("explain") && verbose) return "notes and fails";
  return explain === "debug" ? "full" : explain;
}

function filterOf(text: string): Regex | string | undefined {
  if (text === "") return undefined;
  const regex = compileRegex(text);
  return regex instanceof RegexError ? regex.message : regex;
}

type LoadedTests = { readonly loaded: Loaded; readonly grants: Grants };

async function loadTests(paths: readonly string[], flags: TestFlags, effects: Effects): Promise<LoadedTests | string> {
  try {
    const { capabilities } = await readGrants({ schema: "", capabilities: flags.capabilities }, effects);
    const { loaded, errors, bundleError } = loadRego(
      {
        paths: flags.bundle ? [] : paths,
        bundles: flags.bundle ? paths : [],
        ignore: flags.ignore,
        dialect: dialectOf(flags),
        annotations: true,
        ...parseGrants({ schemas: undefined, capabilities }),
      },
      effects,
    );
    if (errors.length > 0) return renderLoadErrors(errors);
    if (bundleError !== undefined) {
      const path = paths.find((each) => bundleError.message.startsWith(`bundle ${each}: `)) ?? paths[0] ?? "";
      return bundleError.together ? bundleError.message : `unable to load bundle ${path}: ${bundleError.message}`;
    }
    const { schemas } = await readGrants({ schema: flags.schema, capabilities: "" }, effects);
    return { loaded, grants: { schemas, capabilities } };
  } catch (error) {
    if (error instanceof FileError) return error.message;
    throw error;
  }
}

async function compileTests({ loaded, grants }: LoadedTests, flags: TestFlags): Promise<CompiledPolicy | string> {
  const granted = await compileGrants(
    grants,
    [...loaded.sources.values()].map(({ text }) => text),
  );
  const { policy, diagnostics } = compileModules(withDistinctTests(loaded.modules), {
    ...granted,
    dialect: dialectOf(flags),
    print: !flags.bench,
    data: loaded.data,
    errorLimit: flags["max-errors"],
    schemaAnnotations: true,
  });
  return policy ?? renderErrors(diagnostics);
}

function reportResults(results: readonly TestResult[], flags: TestFlags, effects: Effects, fail: (text: string) => number): number {
  if (flags.format === "json")
    effects.stdout(testsJson(flags.sort === "duration" ? results.toSorted((a, b) => b.nanos - a.nanos) : results));
  else
    effects.stdout(
      renderTests(results, {
        ...flags,
        varValues: flags["var-values"],
        bench: flags.bench ? { ...flags, gobench: flags.format === "gobench" } : undefined,
      }),
    );
  if (results.length === 0 && flags["fail-on-empty"]) return fail("no tests were run");
  return exitCodeOf(results, flags);
}

function exitCodeOf(results: readonly TestResult[], flags: TestFlags): number {
  const bad = results.some(({ outcome }) => outcome !== "pass" && (outcome !== "skip" || !flags["exit-zero-on-skipped"]));
  return bad ? EXIT.error : EXIT.ok;
}

function reportCoverage(results: readonly TestResult[], loaded: Loaded, threshold: number, flags: TestFlags, effects: Effects): number {
  const wrong = results.find(({ error }) => error !== undefined)?.error;
  if (wrong !== undefined) {
    effects.stderr(`${renderDiagnostic(wrong)}\n`);
    return EXIT.failed;
  }
  const failures = results.filter(({ outcome }) => outcome === "fail");
  const [first] = failures;
  if (first !== undefined) {
    effects.stdout(renderTests(failures, { verbose: flags.verbose, varValues: false, bench: undefined }));
    effects.stderr(`${renderResult(first)}\n`);
    return EXIT.failed;
  }
  const { report, percent, missed } = coverageReport(
    results.flatMap(({ covered }) => covered),
    loaded.modules,
  );
  if (percent < threshold) {
    const lines = flags.verbose && missed.length > 0 ? ["Lines not covered:", ...missed.map((span) => `\t${span}`)] : [];
    const text = `Code coverage threshold not met: got ${percent.toFixed(2)} instead of ${threshold.toFixed(2)}`;
    effects.stderr([text, ...lines].map((line) => `${line}\n`).join(""));
    return EXIT.error;
  }
  effects.stdout(`${writeNode(report)}\n`);
  return exitCodeOf(results, flags);
}

// Editors write in several steps: changes within this time are one.
const SETTLE_MILLIS = 200;

function followChanges(paths: readonly string[], call: Omit<TestCall, "words">, effects: Effects): Promise<void> {
  return new Promise(() => {
    let timer: NodeJS.Timeout | undefined;
    effects.stdout(`${"*".repeat(80)}\nWatching for changes ...\n`);
    for (const path of paths) {
      watch(path, { recursive: true }, () => {
        clearTimeout(timer);
        timer = setTimeout(async () => {
          await runOnce(paths, call, effects);
          effects.stdout(`${"*".repeat(80)}\nWatching for changes ...\n`);
        }, SETTLE_MILLIS);
      });
    }
  });
}
