/** `rego bench QUERY`: times a prepared query in this process and prints what `opa bench` prints. */
import { evaluateQuery, prepareQuery } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { integerFlag, switchFlag, textFlag, wordFlag } from "../go-flags/kinds.ts";
import { queryComplaint, unsupported } from "../rego/eval-flags.ts";
import { dialectFlags, dialectOf, ignoreFlag, queryFlags, schemaFlag, sourceFlags, targetFlag } from "../rego/flags.ts";
import type { LoadError } from "../rego/loading.ts";
import { histogram, type Measured, measure, measuredJson, measuredLine, measuredTable } from "../rego/measure.ts";
import { renderOutput } from "../rego/results.ts";
import { openSession, readGrants, runtimeOf } from "../rego/session.ts";
import { readInput } from "../rego/text.ts";

const ONLY_E2E = "This flag is valid in 'e2e' mode only.";

const table = {
  ...sourceFlags,
  ...queryFlags,
  ...ignoreFlag,
  ...schemaFlag,
  ...targetFlag,
  ...dialectFlags,
  benchmem: switchFlag("report memory allocations with benchmark results", { initial: true }),
  "config-file": textFlag("set path of configuration file", { short: "c" }),
  count: integerFlag("number of times to repeat each benchmark", { initial: 1 }),
  e2e: switchFlag("not supported: run benchmarks against a running OPA server"),
  fail: switchFlag("exits with non-zero exit code on undefined/empty result and errors", { initial: true }),
  format: wordFlag("set output format", ["pretty", "json", "gobench"], { short: "f", initial: "pretty" }),
  metrics: switchFlag("report query performance metrics", { initial: true }),
  "shutdown-grace-period": integerFlag(`set the time (in seconds) that the server will wait to gracefully shut down. ${ONLY_E2E}`, {
    initial: 10,
  }),
  "shutdown-wait-period": integerFlag(`set the time (in seconds) that the server will wait before initiating shutdown. ${ONLY_E2E}`, {
    initial: 0,
  }),
} as const;

type BenchCall = Call<typeof table>;

const command: GoCommand<typeof table> = {
  line: "rego bench <query>",
  about: "Evaluates a Rego query again and again for a second, and prints how long it took.",
  variables: "opa_bench",
  table,
  complaint: ({ words, flags }) => queryComplaint(words, { ...flags, "fail-defined": false, optimize: 0 }),
  run: bench,
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

async function bench(call: BenchCall, effects: Effects): Promise<void> {
  const { flags } = call;
  const runOnce = await prepare(call, effects);
  const fail = (errors: readonly LoadError[]): void => {
    const { stdout, stderr } = renderOutput({ errors, results: [] }, flags.format === "json" ? "json" : "pretty", 0);
    effects.stdout(stdout);
    effects.stderr(stderr);
    effects.exit(EXIT.failed);
  };
  if (typeof runOnce !== "function") return fail(runOnce);
  for (let i = 0; i < flags.count; i++) {
    const first = runOnce();
    if (first.errors.length > 0) return fail(first.errors);
    if (flags.fail && first.results.length === 0) return fail(["undefined result"]);
    effects.stdout(render(measure(runOnce, effects), flags));
  }
}

/** Returns one evaluation of the query, to be repeated, or what stands in its way. */
async function prepare(
  { words, flags }: BenchCall,
  effects: Effects,
): Promise<(() => ReturnType<typeof evaluateQuery>) | readonly LoadError[]> {
  const refused = flags.e2e ? "--e2e is not part of portcullis: there is no OPA server in it to measure" : unsupported(flags);
  if (refused !== undefined) return [refused];
  const text = flags.stdin ? await effects.stdin() : (words[0] ?? "");
  try {
    const input = await readInput(flags, effects);
    const grants = await readGrants({ schema: flags.schema, capabilities: "" }, effects);
    const session = await openSession({ ...flags, dialect: dialectOf(flags), strict: false, grants }, effects, text);
    if (session.kind === "failed") return session.errors;
    if (text === "") return ["cannot evaluate empty query"];
    const prepared = prepareQuery(session.policy, text, {
      dialect: dialectOf(flags),
      imports: flags.import,
      ...(flags.package === "" ? {} : { package: flags.package }),
    });
    const { query } = prepared;
    if (query === undefined) return prepared.diagnostics;
    const nowNanos = BigInt(effects.nowMillis()) * 1_000_000n;
    const world = { nowNanos, seed: 1, runtime: runtimeOf(effects), ...(input === undefined ? {} : { input }) };
    return () => evaluateQuery(query, world);
  } catch (error) {
    if (error instanceof FileError) return [error.message];
    throw error;
  }
}

function render(measured: Measured, { format, metrics, benchmem }: BenchCall["flags"]): string {
  const extra = metrics ? histogram(measured) : [];
  if (format === "json") return measuredJson(measured, extra);
  if (format === "gobench") return `BenchmarkOPAEval\t${measuredLine(measured, extra, benchmem)}\n`;
  return measuredTable(measured, extra, benchmem);
}
