/** `rego eval QUERY`: evaluates a query against policies, data and input, with the flags, formats and exit codes of `opa eval`. */
import {
  type Diagnostic,
  type EvaluationInputs,
  type Module,
  type Outcome,
  type PreparedQuery,
  parseBody,
  prepareQuery,
  type Value,
} from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { aggregatedMetrics, aggregatedProfile } from "../rego/aggregates.ts";
import { type EvalFlags, evalFlags, queryComplaint, unsupported } from "../rego/eval-flags.ts";
import { dialectOf } from "../rego/flags.ts";
import { coverageReport, explanationOf, profileLines } from "../rego/reports.ts";
import { type Output, renderOutput } from "../rego/results.ts";
import { capabilitiesComplaint, evaluateOnce, type Grants, openSession, parseGrants, readGrants } from "../rego/session.ts";
import { readInput } from "../rego/text.ts";

const command: GoCommand<typeof evalFlags> = {
  line: "rego eval <query>",
  about: "Evaluates a Rego query against policies, data and an input, and prints the result.",
  variables: "opa_eval",
  table: evalFlags,
  complaint: ({ words, flags }, effects) => capabilitiesComplaint(flags, effects) ?? queryComplaint(words, flags),
  run: evaluate,
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

async function evaluate({ words, flags, given }: Call<typeof evalFlags>, effects: Effects): Promise<void> {
  const options = { ...flags, profile: flags.profile || given.has("profile-limit") || given.has("profile-sort") };
  const output = await produceAll(words, options, effects);
  if (typeof output === "string") {
    effects.stderr(`${output}\n`);
    effects.exit(EXIT.error);
    return;
  }
  const printed = renderOutput(output, options.format, options["pretty-limit"], effects.stdoutIsTty);
  effects.stdout(printed.stdout);
  effects.stderr(printed.stderr);
  const defined = output.results.length > 0;
  if (output.fatal) effects.exit(EXIT.error);
  else if ((options.fail && !defined) || (options["fail-defined"] && defined)) effects.exit(EXIT.failed);
}

interface Produced extends Output {
  /** Whether the errors fail the command; collected builtin errors do not. */
  readonly fatal: boolean;
}

const failed = (errors: Output["errors"]): Produced => ({ errors, results: [], fatal: true });

/** Evaluates as often as is asked for; of several the first is shown, with the measures of all. */
async function produceAll(words: readonly string[], options: EvalFlags, effects: Effects): Promise<Produced | string> {
  const read = options.stdin ? await effects.stdin() : "";
  const rounds: Produced[] = [];
  do {
    const output = await produce(options.stdin ? [read] : words, options, effects);
    if (typeof output === "string") return output;
    rounds.push(output);
  } while (rounds.length < options.count);
  const [first] = rounds;
  if (first === undefined || rounds.length === 1) return first ?? failed([]);
  const { metrics: _, profile: __, ...shown } = first;
  return {
    ...shown,
    ...aggregatedMetrics(rounds.flatMap(({ metrics }) => (metrics === undefined ? [] : [metrics]))),
    ...aggregatedProfile(rounds.flatMap(({ profile }) => (profile === undefined ? [] : [profile]))),
  };
}

/** What can be wrong before there is a query is told as a bare text. */
async function produce(words: readonly string[], options: EvalFlags, effects: Effects): Promise<Produced | string> {
  const refused = unsupported(options);
  if (refused !== undefined) return refused;
  const [text = ""] = words;
  let input: Value | undefined;
  let grants: Grants;
  try {
    input = await readInput(options, effects);
    grants = await readGrants(options, effects);
  } catch (error) {
    if (error instanceof FileError) return error.message;
    throw error;
  }
  if (options["strict-builtin-errors"] && options["show-builtin-errors"])
    return "cannot use --show-builtin-errors with --strict-builtin-errors, --strict-builtin-errors will return the first built-in error encountered immediately";
  const session = await openSession({ ...options, dialect: dialectOf(options), grants }, effects, text);
  if (session.kind === "failed") return failed(session.errors);
  if (text === "") return failed(["cannot evaluate empty query"]);
  const parsing = effects.monotonicNanos();
  parseBody({ name: "", text }, { dialect: dialectOf(options) });
  const started = effects.monotonicNanos();
  const prepared = prepareQuery(session.policy, text, {
    dialect: dialectOf(options),
    imports: options.import,
    ...parseGrants(grants),
    ...(options.package === "" ? {} : { package: options.package }),
  });
  if (prepared.query === undefined) return failed(prepared.diagnostics);
  const ready = effects.monotonicNanos();
  const outcome = await runQuery(prepared.query, input, options, effects);
  const timings = { ...session.timings, parse: started - parsing, prepare: ready - started, eval: effects.monotonicNanos() - ready };
  return report(outcome, options, timings, session.loaded.modules);
}

async function runQuery(query: PreparedQuery, input: Value | undefined, options: EvalFlags, effects: Effects): Promise<Outcome> {
  const deadlineMillis = options.timeout === 0 ? undefined : effects.nowMillis() + options.timeout / 1e6;
  const inputs: EvaluationInputs = {
    ...(input === undefined ? {} : { input }),
    strictBuiltinErrors: options["strict-builtin-errors"],
    everyBuiltinError: options["show-builtin-errors"],
    explain: options.explain === "debug" ? "full" : options.explain,
    explainValues: options["var-values"],
    coverage: options.coverage,
    profile: options.profile,
    onPrint: (line) => effects.stderr(`${line}\n`),
    ...budgetOf(deadlineMillis, options, effects),
  };
  return await evaluateOnce(query, inputs, effects);
}

// A profile measures in parts of a millisecond; both are read from one clock.
function budgetOf(deadlineMillis: number | undefined, options: EvalFlags, effects: Effects): Pick<EvaluationInputs, "budget"> {
  if (!options.profile) return deadlineMillis === undefined ? {} : { budget: { deadlineMillis, clock: () => effects.nowMillis() } };
  const began = effects.nowMillis();
  const started = effects.monotonicNanos();
  const clock = (): number => began + Number(effects.monotonicNanos() - started) / 1e6;
  return { budget: { clock, ...(deadlineMillis === undefined ? {} : { deadlineMillis }) } };
}

function report(outcome: Outcome, options: EvalFlags, timings: StageTimes, modules: ReadonlyMap<string, Module>): Produced {
  const shown: readonly Diagnostic[] = options["show-builtin-errors"] ? outcome.builtinErrors : [];
  const wantsMetrics = options.metrics || options.instrument || options.profile;
  return {
    errors: [...outcome.errors, ...shown],
    results: outcome.results,
    fatal: outcome.errors.length > 0,
    ...(wantsMetrics ? { metrics: metricsOf(timings) } : {}),
    ...(options.explain === "off" ? {} : explanationOf(outcome, options["var-values"])),
    ...(options.profile ? { profile: profileLines(outcome.profile ?? [], options["profile-sort"], options["profile-limit"]) } : {}),
    ...(options.coverage ? { coverage: coverageReport(outcome.coverage ?? [], modules).report } : {}),
  };
}

type StageTimes = { readonly [stage in keyof typeof TIMERS]: bigint | undefined };

const TIMERS = {
  data: "timer_rego_data_parse_ns",
  bundles: "timer_rego_load_bundles_ns",
  files: "timer_rego_load_files_ns",
  compile: "timer_rego_module_compile_ns",
  modules: "timer_rego_module_parse_ns",
  prepare: "timer_rego_query_compile_ns",
  eval: "timer_rego_query_eval_ns",
  parse: "timer_rego_query_parse_ns",
} as const;

function metricsOf(timings: StageTimes): { readonly [name: string]: Value } {
  const metrics: { [name: string]: Value } = {};
  for (const stage of Object.keys(TIMERS) as (keyof typeof TIMERS)[]) {
    const nanos = timings[stage];
    if (nanos !== undefined) metrics[TIMERS[stage]] = Number(nanos);
  }
  return metrics;
}
