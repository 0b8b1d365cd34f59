/** `rego eval QUERY`: evaluates a query against policies, data and input, with the flags, formats and exit codes of `opa eval`. */
import { type Command, Option } from "commander";
import {
  type Diagnostic,
  type EvaluationInputs,
  type Module,
  type Outcome,
  type PreparedQuery,
  prepareQuery,
  type Value,
} from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { parseGoDuration } from "../output/duration.ts";
import { coverageReport, explanationOf, profileLines } from "../rego/reports.ts";
import { FORMATS, type Format, type Output, renderOutput } from "../rego/results.ts";
import { addPolicyOptions, evaluateOnce, openSession, type PolicyOptions, repeated, splitRepeated } from "../rego/session.ts";
import { decode, parseInput } from "../rego/text.ts";

interface EvalOptions extends PolicyOptions {
  readonly input?: string;
  readonly stdin: boolean;
  readonly stdinInput: boolean;
  readonly package?: string;
  readonly import: readonly string[];
  readonly format: Format;
  readonly fail: boolean;
  readonly failDefined: boolean;
  readonly strictBuiltinErrors: boolean;
  readonly showBuiltinErrors: boolean;
  readonly explain: "off" | "full" | "notes" | "fails" | "debug";
  readonly profile: boolean;
  readonly profileLimit?: string;
  readonly profileSort: readonly string[];
  readonly coverage: boolean;
  readonly metrics: boolean;
  readonly instrument: boolean;
  readonly timeout?: string;
  readonly prettyLimit: string;
  readonly partial: boolean;
  readonly target: string;
  readonly optimize: string;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  addPolicyOptions(program.command("eval [query...]").description("evaluate a Rego query and print the result"))
    .option("-i, --input <path>", "set input file path")
    .option("--stdin", "read query from stdin", false)
    .option("-I, --stdin-input", "read input document from stdin", false)
    .option("--package <path>", "set query package")
    .option("--import <path>", "set query import(s). This flag can be repeated.", repeated, [])
    .addOption(new Option("-f, --format <format>", "set output format").choices(FORMATS).default("json"))
    .option("--fail", "exits with non-zero exit code on undefined/empty result and errors", false)
    .option("--fail-defined", "exits with non-zero exit code on defined/non-empty result and errors", false)
    .option("--strict-builtin-errors", "treat the first built-in function error encountered as fatal", false)
    .option("--show-builtin-errors", "collect and return all encountered built-in errors, built in errors are not fatal", false)
    .addOption(
      new Option("--explain <mode>", "enable query explanations").choices(["off", "full", "notes", "fails", "debug"]).default("off"),
    )
    .option("--profile", "perform expression profiling", false)
    .option("--profile-limit <n>", "set number of profiling results to show (default 10)")
    .option("--profile-sort <criterion>", "set sort order of expression profiler results. This flag can be repeated.", splitRepeated, [])
    .option("--coverage", "report coverage", false)
    .option("--metrics", "report query performance metrics", false)
    .option("--instrument", "enable query instrumentation metrics (implies --metrics)", false)
    .option("--timeout <duration>", "set eval timeout (default unlimited)")
    .option("--pretty-limit <n>", "set limit after which pretty output gets truncated", "80")
    .option("--count <n>", "accepted for compatibility; see `rego bench`", "1")
    .addOption(new Option("-p, --partial").default(false).hideHelp())
    .addOption(new Option("-t, --target <name>").default("rego").hideHelp())
    .addOption(new Option("-O, --optimize <level>").default("0").hideHelp())
    .action((words: readonly string[], options: EvalOptions) => evaluate(words, options, effects));
}

async function evaluate(words: readonly string[], options: EvalOptions, effects: Effects): Promise<void> {
  const complaint = complaintAbout(words, options);
  if (complaint !== undefined) {
    effects.stderr(`Error: ${complaint}\n`);
    effects.exit(EXIT.failed);
    return;
  }
  const output = await produce(words, options, effects);
  if (output === undefined) {
    effects.exit(EXIT.error);
    return;
  }
  const printed = renderOutput(output, options.format, Number(options.prettyLimit), effects.stdoutIsTty);
  effects.stdout(printed.stdout);
  effects.stderr(printed.stderr);
  const defined = output.results.length > 0;
  if (output.fatal) effects.exit(EXIT.error);
  else if ((options.fail && !defined) || (options.failDefined && defined)) effects.exit(EXIT.failed);
}

// Texts and order are those of the original's own checks.
function complaintAbout(words: readonly string[], options: EvalOptions): string | undefined {
  if (words.length === 0 && !options.stdin) return "specify query argument or --stdin";
  if (words.length > 0 && options.stdin) return "specify query argument or --stdin but not both";
  if (words.length > 1) return "specify at most one query argument";
  if (options.stdin && options.stdinInput) return "specify --stdin or --stdin-input but not both";
  if (options.stdinInput && options.input !== undefined) return "specify --stdin-input or --input but not both";
  if (options.fail && options.failDefined) return "specify --fail or --fail-defined but not both";
  if (options.format === "source") return "invalid output format for evaluation";
  if (options.partial) return "partial evaluation (--partial) is not part of portcullis";
  if (options.target !== "rego") return `target ${options.target} is not part of portcullis: it evaluates Rego itself`;
  if (options.optimize !== "0") return "--optimize is not part of portcullis: it optimises while it compiles";
  if (options.strictBuiltinErrors && options.showBuiltinErrors)
    return "cannot use --show-builtin-errors with --strict-builtin-errors, --strict-builtin-errors will return the first built-in error encountered immediately";
  return undefined;
}

interface Produced extends Output {
  /** Whether the errors fail the command; collected builtin errors do not. */
  readonly fatal: boolean;
}

const failed = (errors: Output["errors"]): Produced => ({ errors, results: [], fatal: true });

async function produce(words: readonly string[], options: EvalOptions, effects: Effects): Promise<Produced | undefined> {
  const text = options.stdin ? await effects.stdin() : (words[0] ?? "");
  let input: Value | undefined;
  try {
    const read = options.stdinInput
      ? await effects.stdin()
      : options.input === undefined
        ? undefined
        : decode(effects.readFile(options.input));
    const parsed = read === undefined ? undefined : parseInput(read);
    if (parsed?.kind === "error") throw new FileError(`unable to parse input: ${parsed.message}`);
    input = parsed?.value;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    effects.stderr(`${error.message}
`);
    return undefined;
  }
  const session = await openSession(options, effects, text);
  if (session.kind === "failed") return failed(session.errors);
  const started = effects.monotonicNanos();
  const prepared = prepareQuery(session.policy, text, {
    dialect: options.v0Compatible ? "v0" : "v1",
    imports: options.import,
    ...(options.package === undefined ? {} : { package: options.package }),
  });
  if (prepared.query === undefined) return failed(prepared.diagnostics);
  const ready = effects.monotonicNanos();
  const outcome = await run(prepared.query, input, options, effects);
  const timings = { ...session.timings, prepare: ready - started, eval: effects.monotonicNanos() - ready };
  return report(outcome, options, timings, session.loaded.modules);
}

async function run(query: PreparedQuery, input: Value | undefined, options: EvalOptions, effects: Effects): Promise<Outcome> {
  const deadlineMillis = options.timeout === undefined ? undefined : effects.nowMillis() + parseGoDuration(options.timeout) / 1e6;
  const inputs: EvaluationInputs = {
    ...(input === undefined ? {} : { input }),
    strictBuiltinErrors: options.strictBuiltinErrors,
    explain: options.explain === "debug" ? "full" : options.explain,
    coverage: options.coverage,
    profile: wantsProfile(options),
    onPrint: (line) => effects.stderr(`${line}\n`),
    ...budgetOf(deadlineMillis, options, effects),
  };
  return await evaluateOnce(query, inputs, effects);
}

// A profile measures in parts of a millisecond; both are read from one clock.
function budgetOf(deadlineMillis: number | undefined, options: EvalOptions, effects: Effects): Pick<EvaluationInputs, "budget"> {
  if (!wantsProfile(options)) return deadlineMillis === undefined ? {} : { budget: { deadlineMillis, clock: () => effects.nowMillis() } };
  const began = effects.nowMillis();
  const started = effects.monotonicNanos();
  const clock = (): number => began + Number(effects.monotonicNanos() - started) / 1e6;
  return { budget: { clock, ...(deadlineMillis === undefined ? {} : { deadlineMillis }) } };
}

function wantsProfile(options: EvalOptions): boolean {
  return options.profile || options.profileLimit !== undefined || options.profileSort.length > 0;
}

function report(
  outcome: Outcome,
  options: EvalOptions,
  timings: { readonly [stage: string]: bigint },
  modules: ReadonlyMap<string, Module>,
): Produced {
  const shown: readonly Diagnostic[] = options.showBuiltinErrors ? outcome.builtinErrors : [];
  const wantsMetrics = options.metrics || options.instrument || wantsProfile(options);
  return {
    errors: [...outcome.errors, ...shown],
    results: outcome.results,
    fatal: outcome.errors.length > 0,
    ...(wantsMetrics ? { metrics: metricsOf(timings) } : {}),
    ...(options.explain === "off" ? {} : explanationOf(outcome)),
    ...(wantsProfile(options)
      ? { profile: profileLines(outcome.profile ?? [], options.profileSort, Number(options.profileLimit ?? "10")) }
      : {}),
    ...(options.coverage ? { coverage: coverageReport(outcome.coverage ?? [], modules).report } : {}),
  };
}

function metricsOf(timings: { readonly [stage: string]: bigint }): { readonly [name: string]: Value } {
  return {
    timer_rego_load_files_ns: Number(timings["load"] ?? 0n),
    timer_rego_module_compile_ns: Number(timings["compile"] ?? 0n),
    timer_rego_query_compile_ns: Number(timings["prepare"] ?? 0n),
    timer_rego_query_eval_ns: Number(timings["eval"] ?? 0n),
  };
}
