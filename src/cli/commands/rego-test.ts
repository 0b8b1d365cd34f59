/** `rego test PATH…`: runs tests written in Rego, with the outputs and exit codes of `opa test`. */
import { watch } from "node:fs";
import { type Command, Option } from "commander";
import { compileModules, renderDiagnostic } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { parseGoDuration } from "../output/duration.ts";
import { writeNode } from "../output/json.ts";
import { loadRego, renderLoadErrors } from "../rego/load.ts";
import { coverageReport } from "../rego/reports.ts";
import { renderErrors } from "../rego/results.ts";
import { builtinsFor, compileGrants, type Grants, splitRepeated } from "../rego/session.ts";
import { renderResult, renderTests, testsJson } from "../rego/test-report.ts";
import { runTest, type TestResult, testsOf } from "../rego/test-run.ts";

interface TestFlags extends Grants {
  readonly bundle: boolean;
  readonly verbose: boolean;
  readonly run?: string;
  readonly format: "pretty" | "json";
  readonly coverage: boolean;
  readonly threshold: string;
  readonly timeout: string;
  readonly ignore: readonly string[];
  readonly exitZeroOnSkipped: boolean;
  readonly explain?: "fails" | "full" | "notes" | "debug";
  readonly count: string;
  readonly failOnEmpty: boolean;
  readonly watch: boolean;
  readonly v0Compatible: boolean;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  program
    .command("test <path...>")
    .description("execute Rego test cases")
    .option("-b, --bundle", "load paths as bundle files or root directories", false)
    .option("-v, --verbose", "set verbose reporting mode", false)
    .option("-r, --run <regex>", "run only test cases matching the regular expression")
    .addOption(new Option("-f, --format <format>", "set output format").choices(["pretty", "json"]).default("pretty"))
    .option("-c, --coverage", "report coverage (overrides debug tracing)", false)
    .option("--threshold <percent>", "set coverage threshold and exit with non-zero status if coverage is less than threshold %", "0")
    .option("-t, --timeout <duration>", "set test timeout", "5s")
    .option("--ignore <pattern>", "set file and directory names to ignore during loading", splitRepeated, [])
    .option("-z, --exit-zero-on-skipped", "skipped tests return status 0", false)
    .addOption(new Option("--explain <mode>", "enable query explanations").choices(["fails", "full", "notes", "debug"]))
    .option("-p, --parallel <n>", "accepted: tests run one after the other")
    .option("--count <n>", "number of times to repeat each test", "1")
    .option("--fail-on-empty", "exit with non-zero status when no test was run", false)
    .option("-w, --watch", "watch for file changes and re-run tests", false)
    .option("-s, --schema <path>", "set schema file path or directory path")
    .option("--capabilities <file>", "set capabilities.json file path")
    .option("--v0-compatible", "opt-in to OPA features and behaviors prior to the OPA v1.0 release", false)
    .addOption(new Option("--v1-compatible", "accepted: v1 is the default").default(false).hideHelp())
    .action(async (paths: readonly string[], flags: TestFlags) => {
      effects.exit(await runOnce(paths, flags, effects));
      if (flags.watch) await followChanges(paths, flags, effects);
    });
}

async function runOnce(paths: readonly string[], flags: TestFlags, effects: Effects): Promise<number> {
  const fail = (text: string): number => {
    effects.stderr(`${text}\n`);
    return EXIT.failed;
  };
  const threshold = Number(flags.threshold);
  if (!(threshold >= 0 && threshold <= 100)) return fail("Code coverage threshold must be between 0 and 100");
  const dialect = flags.v0Compatible ? "v0" : "v1";
  const { loaded, errors } = loadRego(
    { paths: flags.bundle ? [] : paths, bundles: flags.bundle ? paths : [], ignore: flags.ignore, dialect, annotations: true },
    effects,
  );
  if (errors.length > 0) return fail(renderLoadErrors(errors));
  const grants = compileGrants(flags, await builtinsFor([...loaded.sources.values()].map(({ text }) => text)), effects);
  if ("error" in grants) return fail(grants.error);
  const { policy, diagnostics } = compileModules(loaded.modules, {
    ...grants.options,
    dialect,
    print: true,
    data: loaded.data,
    schemaAnnotations: true,
  });
  if (policy === undefined) return fail(renderErrors(diagnostics));

  const filter = flags.run === undefined ? undefined : new RegExp(flags.run, "u");
  const trace = flags.explain === "debug" ? "full" : (flags.explain ?? (flags.verbose ? "notes and fails" : "off"));
  const options = { filter, timeoutNanos: parseGoDuration(flags.timeout), trace, coverage: flags.coverage || threshold > 0 } as const;
  const tests = testsOf(policy).filter(({ query }) => filter === undefined || filter.test(query));
  // Each round is reported by itself, and the first that fails is the last.
  for (let round = 0; round < Math.max(1, Number(flags.count)); round++) {
    const results: TestResult[] = [];
    for (const test of tests) results.push(await runTest(policy, test, options, effects));
    const code = options.coverage
      ? reportCoverage(results, loaded, threshold, flags, effects)
      : reportResults(results, flags, effects, fail);
    if (code !== EXIT.ok) return code;
  }
  return EXIT.ok;
}

// Who asks for an explanation wants to see it.
const isVerbose = ({ verbose, explain }: TestFlags): boolean => verbose || explain !== undefined;

function reportResults(results: readonly TestResult[], flags: TestFlags, effects: Effects, fail: (text: string) => number): number {
  effects.stdout(flags.format === "json" ? testsJson(results) : renderTests(results, isVerbose(flags)));
  if (results.length === 0 && flags.failOnEmpty) return fail("no tests were run");
  const bad = results.some(({ outcome }) => outcome === "fail" || outcome === "error" || (outcome === "skip" && !flags.exitZeroOnSkipped));
  return bad ? EXIT.error : EXIT.ok;
}

function reportCoverage(
  results: readonly TestResult[],
  loaded: Parameters<typeof coverageModules>[0],
  threshold: number,
  flags: TestFlags,
  effects: Effects,
): number {
  const wrong = results.find(({ error }) => error !== undefined)?.error;
  if (wrong !== undefined) {
    effects.stderr(`${renderDiagnostic(wrong)}\n`);
    return EXIT.failed;
  }
  const failures = results.filter(({ outcome }) => outcome === "fail");
  const [first] = failures;
  if (first !== undefined) {
    effects.stdout(renderTests(failures, isVerbose(flags)));
    effects.stderr(`${renderResult(first)}\n`);
    return EXIT.failed;
  }
  const { report, percent, missed } = coverageReport(
    results.flatMap(({ covered }) => covered),
    coverageModules(loaded),
  );
  if (percent < threshold) {
    const lines = isVerbose(flags) ? ["Lines not covered:", ...missed.map((span) => `\t${span}`)] : [];
    const text = `Code coverage threshold not met: got ${percent.toFixed(2)} instead of ${threshold.toFixed(2)}`;
    effects.stderr([text, ...lines].map((line) => `${line}\n`).join(""));
    return EXIT.error;
  }
  if (flags.coverage) effects.stdout(`${writeNode(report)}\n`);
  return EXIT.ok;
}

function coverageModules(loaded: ReturnType<typeof loadRego>["loaded"]): ReturnType<typeof loadRego>["loaded"]["modules"] {
  return loaded.modules;
}

// Editors write in several steps: changes within this time are one.
const SETTLE_MILLIS = 200;

function followChanges(paths: readonly string[], flags: TestFlags, effects: Effects): Promise<void> {
  return new Promise(() => {
    let timer: NodeJS.Timeout | undefined;
    effects.stdout(`${"*".repeat(80)}\nWatching for changes ...\n`);
    for (const path of paths) {
      watch(path, { recursive: true }, () => {
        clearTimeout(timer);
        timer = setTimeout(async () => {
          await runOnce(paths, flags, effects);
          effects.stdout(`${"*".repeat(80)}\nWatching for changes ...\n`);
        }, SETTLE_MILLIS);
      });
    }
  });
}
