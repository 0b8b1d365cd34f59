/** `rego bench QUERY`: times a prepared query in this process and prints what `opa bench` prints. */
import { type Command, Option } from "commander";
import { evaluateQuery, prepareQuery, type Value } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { Struct, writeNode } from "../output/json.ts";
import type { LoadError } from "../rego/loading.ts";
import { renderErrors } from "../rego/results.ts";
import { addPolicyOptions, openSession, type PolicyOptions, runtimeOf } from "../rego/session.ts";
import { decode, parseInput } from "../rego/text.ts";

interface BenchOptions extends PolicyOptions {
  readonly input?: string;
  readonly stdinInput: boolean;
  readonly package?: string;
  readonly count: string;
  readonly format: "pretty" | "json" | "gobench";
  readonly fail: boolean;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  addPolicyOptions(program.command("bench <query>").description("benchmark a Rego query"))
    .option("-i, --input <path>", "set input file path")
    .option("-I, --stdin-input", "read input document from stdin", false)
    .option("--package <path>", "set query package")
    .option("--count <n>", "number of times to repeat each benchmark", "1")
    .addOption(new Option("-f, --format <format>", "set output format").choices(["pretty", "json", "gobench"]).default("pretty"))
    .option("--fail", "exits with non-zero exit code on undefined/empty result and errors", true)
    .option("--no-fail", "do not fail on an undefined result")
    .action((query: string, options: BenchOptions) => bench(query, options, effects));
}

const WARM_UP_NANOS = 200_000_000n;
const RUN_NANOS = 1_000_000_000n;
/** Samples kept for the percentiles; older ones make room. */
const KEPT_SAMPLES = 100_000;

async function bench(text: string, options: BenchOptions, effects: Effects): Promise<void> {
  const fail = (errors: readonly LoadError[]): void => {
    effects.stderr(`${renderErrors(errors)}\n`);
    effects.exit(EXIT.failed);
  };
  const session = await openSession(options, effects, text);
  if (session.kind === "failed") return fail(session.errors);
  const prepared = prepareQuery(session.policy, text, options.package === undefined ? {} : { package: options.package });
  if (prepared.query === undefined) return fail(prepared.diagnostics);
  const { query } = prepared;
  const read = options.stdinInput
    ? await effects.stdin()
    : options.input === undefined
      ? undefined
      : decode(effects.readFile(options.input));
  const parsed = read === undefined ? undefined : parseInput(read);
  if (parsed?.kind === "error") return fail([`unable to parse input: ${parsed.message}`]);
  const world = {
    nowNanos: BigInt(effects.nowMillis()) * 1_000_000n,
    seed: 1,
    runtime: runtimeOf(effects),
    ...(parsed === undefined ? {} : { input: parsed.value }),
  };
  const run = () => evaluateQuery(query, world);
  const first = run();
  if (first.errors.length > 0) return fail(first.errors);
  if (options.fail && first.results.length === 0) return fail(["undefined result"]);
  for (let i = 0; i < Math.max(1, Number(options.count)); i++) effects.stdout(render(measure(run, effects), options.format));
}

interface Measured {
  readonly count: number;
  readonly nanos: number;
  readonly bytes: number;
  readonly samples: readonly number[];
}

function measure(run: () => unknown, effects: Effects): Measured {
  for (const until = effects.monotonicNanos() + WARM_UP_NANOS; effects.monotonicNanos() < until; ) run();
  const samples: number[] = [];
  const memory = effects.memoryBytes();
  const started = effects.monotonicNanos();
  let count = 0;
  let before = started;
  while (before - started < RUN_NANOS) {
    run();
    const now = effects.monotonicNanos();
    samples[count++ % KEPT_SAMPLES] = Number(now - before);
    before = now;
  }
  return {
    count,
    nanos: Number(before - started),
    bytes: Math.max(0, effects.memoryBytes() - memory),
    samples: samples.sort((a, b) => a - b),
  };
}

function histogram({ samples }: Measured): readonly (readonly [string, number])[] {
  const at = (percent: number): number => samples[Math.min(samples.length - 1, Math.floor((percent / 100) * samples.length))] ?? 0;
  const mean = samples.reduce((sum, each) => sum + each, 0) / Math.max(1, samples.length);
  const deviation = Math.sqrt(samples.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, samples.length));
  const entries: readonly (readonly [string, number])[] = [
    ...[75, 90, 95, 99, 99.9, 99.99].map((percent) => [`${percent}%`, at(percent)] as const),
    ["count", samples.length],
    ["max", samples.at(-1) ?? 0],
    ["mean", mean],
    ["median", at(50)],
    ["min", samples[0] ?? 0],
    ["stddev", deviation],
  ];
  return entries.map(([name, value]) => [`histogram_timer_rego_query_eval_ns_${name}`, value]);
}

function render(measured: Measured, format: BenchOptions["format"]): string {
  const perRun = Math.round(measured.nanos / measured.count);
  if (format === "gobench") return `BenchmarkOPAEval\t${String(measured.count).padStart(8)}\t${String(perRun).padStart(10)} ns/op\n`;
  if (format === "json") {
    const extra: { [name: string]: Value } = Object.fromEntries(histogram(measured));
    return `${writeNode(new Struct({ N: measured.count, T: measured.nanos, Bytes: 0, MemAllocs: 0, MemBytes: measured.bytes, Extra: extra }))}\n`;
  }
  const rows = [
    ["samples", measured.count],
    ["ns/op", perRun],
    ["B/op", Math.round(measured.bytes / measured.count)],
    ...histogram(measured),
  ].map(([name, value]) => [String(name), String(Math.round(Number(value)))]);
  return `${rightTable(rows)}\n`;
}

/** A table without headings whose numbers stand on the right. */
function rightTable(rows: readonly (readonly string[])[]): string {
  const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) as [number, number];
  const rule = (a: string, b: string, c: string) => `${a}${"─".repeat(left + 2)}${b}${"─".repeat(right + 2)}${c}`;
  return [
    rule("┌", "┬", "┐"),
    ...rows.map(([name = "", value = ""]) => `│ ${name.padEnd(left)} │ ${value.padStart(right)} │`),
    rule("└", "┴", "┘"),
  ].join("\n");
}
