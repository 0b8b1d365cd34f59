/** `bench`: measures reviews of objects by policies, with the flags, outputs and exit codes of `gator bench`. */
import type { Command } from "commander";
import { type BenchmarkObjects, benchmarkObjects, runBenchmark } from "../../gatekeeper/index.ts";
import { quote } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { compareFigures, readSaved, savedText } from "../gatekeeper/bench-compare.ts";
import { type Figures, figuresOf } from "../gatekeeper/bench-result.ts";
import { addInputOptions, type InputOptions, logLine } from "../gatekeeper/flags.ts";
import { installationFor } from "../gatekeeper/installation.ts";
import { decode, readSources } from "../gatekeeper/sources.ts";
import { renderComparisons, renderFigures } from "../output/bench-report.ts";
import { parseGoDuration } from "../output/duration.ts";

interface CommandOptions extends InputOptions {
  readonly engine: string;
  readonly iterations: string;
  readonly warmup: string;
  readonly concurrency: string;
  readonly output: string;
  readonly stats: boolean;
  readonly memory: boolean;
  readonly save: string;
  readonly compare: string;
  readonly threshold: string;
  readonly minThreshold: string;
}

/** What was asked for, checked. */
interface Plan {
  readonly options: CommandOptions;
  readonly engines: readonly ("rego" | "cel")[];
  readonly format: "table" | "json" | "yaml";
  readonly iterations: number;
  readonly warmup: number;
  readonly concurrency: number;
  readonly threshold: number;
  readonly minThresholdNanos: number;
}

/** Reviews below which the slowest hundredth is a matter of luck. */
const MEANINGFUL_ITERATIONS = 1000;

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  const command = program.command("bench").description("measure how long policies take to review resources, as `gator bench` does");
  addInputOptions(command, "f")
    .option("-e, --engine <name>", "policy engine to benchmark. One of: rego|cel|all", "cel")
    .option("-n, --iterations <count>", "number of benchmark iterations to run. Use at least 1000 for meaningful P99 metrics.", "1000")
    .option("--warmup <count>", "number of warmup iterations before measurement.", "10")
    .option("-c, --concurrency <count>", "accepted and reported; reviews share one thread", "1")
    .option("-o, --output <format>", "output format. One of: table|json|yaml", "table")
    .option("--stats", "gather detailed statistics from the constraint framework.", false)
    .option("--memory", "measure the memory that reviews take.", false)
    .option("--save <path>", "save benchmark results to this file for future comparison (supports .json and .yaml).", "")
    .option("--compare <path>", "compare results against a baseline file (supports .json and .yaml).", "")
    .option("--threshold <percent>", "regression threshold percentage for comparison. Exit code 1 if exceeded.", "10")
    .option("--min-threshold <duration>", "minimum absolute latency difference to consider a regression (e.g., 1ms).", "0")
    .action((options: CommandOptions) => run(options, effects));
}

async function run(options: CommandOptions, effects: Effects): Promise<void> {
  const plan = readPlan(options, effects);
  if ("error" in plan) return fail(effects, plan.error);
  if (plan.warmup > plan.iterations) {
    effects.stderr(`Warning: warmup (${plan.warmup}) exceeds iterations (${plan.iterations}). Consider reducing warmup.\n\n`);
  }
  const figures = await measureAll(plan, effects);
  if ("error" in figures) return fail(effects, `benchmark failed: ${figures.error}`);
  effects.stdout(renderFigures(figures.all, plan.format));
  const unsaved = options.save === "" ? undefined : save(figures.all, options.save, effects);
  if (unsaved !== undefined) return fail(effects, unsaved);
  if (options.compare !== "") compare(figures.all, plan, effects);
}

/** Writes the baseline, or says why not. */
function save(all: readonly Figures[], path: string, effects: Effects): string | undefined {
  try {
    effects.writeFile(path, savedText(all, path));
  } catch (error) {
    if (error instanceof FileError) return `saving results: writing results to ${path}: ${error.message}`;
    throw error;
  }
  effects.stderr(`\nResults saved to: ${path}\n`);
  return undefined;
}

/** What is wrong with the flags that are numbers, in the words of Go's flag library. */
function numberProblem(options: CommandOptions): string | undefined {
  const invalid = (flag: string, text: string, why: string): string => `invalid argument ${quote(text)} for ${quote(flag)} flag: ${why}`;
  const whole = [
    ["-n, --iterations", options.iterations],
    ["--warmup", options.warmup],
    ["-c, --concurrency", options.concurrency],
  ] as const;
  for (const [flag, text] of whole) {
    if (!/^[-+]?\d+$/.test(text)) return invalid(flag, text, `strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
    if (!Number.isSafeInteger(Number(text))) return invalid(flag, text, `strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  }
  if (options.threshold.trim() === "" || Number.isNaN(Number(options.threshold)))
    return invalid("--threshold", options.threshold, `strconv.ParseFloat: parsing ${quote(options.threshold)}: invalid syntax`);
  if (Number.isNaN(parseGoDuration(options.minThreshold)))
    return invalid("--min-threshold", options.minThreshold, `time: invalid duration ${quote(options.minThreshold)}`);
  return undefined;
}

function readPlan(options: CommandOptions, effects: Effects): Plan | { readonly error: string } {
  const problem = numberProblem(options);
  if (problem !== undefined) return { error: problem };
  const engine = options.engine.toLowerCase();
  const format = options.output.toLowerCase() || "table";
  const minThreshold = parseGoDuration(options.minThreshold);
  if (engine !== "rego" && engine !== "cel" && engine !== "all") {
    return { error: `invalid engine: invalid engine ${JSON.stringify(options.engine)} (valid: rego, cel, all)` };
  }
  if (format !== "table" && format !== "json" && format !== "yaml") {
    return { error: `invalid output format: invalid output format: ${JSON.stringify(options.output)} (valid: table, json, yaml)` };
  }
  const numbers = { iterations: Number(options.iterations), warmup: Number(options.warmup), concurrency: Number(options.concurrency) };
  const threshold = Number(options.threshold);
  if (options.filename.length === 0 && options.image.length === 0) return { error: "at least one --filename or --image must be specified" };
  if (!(numbers.iterations > 0)) return { error: "iterations must be positive" };
  if (!(numbers.warmup >= 0)) return { error: "warmup must be non-negative" };
  if (!(threshold >= 0)) return { error: "threshold must be non-negative" };
  if (minThreshold < 0) return { error: "min-threshold must be non-negative" };
  if (!(numbers.concurrency >= 1)) return { error: "concurrency must be at least 1" };
  if (options.compare !== "" && effects.pathKind(options.compare) === undefined) {
    return { error: `baseline file does not exist: ${options.compare}` };
  }
  const engines: Plan["engines"] = engine === "all" ? ["rego", "cel"] : [engine === "cel" ? "cel" : "rego"];
  return { options, engines, format, ...numbers, threshold, minThresholdNanos: minThreshold };
}

type Measured = { readonly all: readonly Figures[] } | { readonly error: string };

async function measureAll(plan: Plan, effects: Effects): Promise<Measured> {
  if (plan.iterations < MEANINGFUL_ITERATIONS) {
    const advice = `Consider using at least ${MEANINGFUL_ITERATIONS} iterations.`;
    effects.stderr(`Warning: ${plan.iterations} iterations may not provide statistically meaningful P99 metrics. ${advice}\n\n`);
  }
  const read = await readSources(plan.options, effects);
  if ("error" in read) return { error: [`reading sources: ${read.error}`, ...read.notes].join("\n") };
  for (const warning of read.warnings) effects.stderr(`${logLine(effects, warning)}\n`);
  if (read.manifests.length === 0) return { error: "no input data identified" };
  const objects = benchmarkObjects(read.manifests.map(({ object }) => object));
  if (objects.templates.length === 0) return { error: "no ConstraintTemplates found in input" };
  if (objects.constraints.length === 0) return { error: "no Constraints found in input" };
  if (objects.objects.length === 0) return { error: "no objects to review found in input" };
  const texts = [...new Set(read.manifests.map(({ place }) => place.source.text))];
  return measureEngines(objects, texts, { plan, effects });
}

interface World {
  readonly plan: Plan;
  readonly effects: Effects;
}

async function measureEngines(objects: BenchmarkObjects, texts: readonly string[], { plan, effects }: World): Promise<Measured> {
  const all: Figures[] = [];
  const skipped: string[] = [];
  for (const engine of plan.engines) {
    const installation = await installationFor(texts, {
      cel: engine === "cel",
      rego: engine === "rego",
      print: false,
      failurePolicy: "Fail",
    });
    const result = runBenchmark(objects, installation, {
      engine,
      iterations: plan.iterations,
      warmup: plan.warmup,
      stats: plan.options.stats,
      clock: () => effects.monotonicNanos(),
      memory: plan.options.memory ? () => effects.memoryBytes() : undefined,
    });
    if (!("error" in result)) all.push(figuresOf(result, plan.concurrency));
    else if (plan.engines.length === 1) return { error: `benchmarking ${engine}: ${result.error}` };
    else skipped.push(`${engine}: ${result.error}`);
  }
  if (all.length === 0) return { error: `no engines could process the templates: [${skipped.join(" ")}]` };
  for (const reason of skipped) effects.stderr(`Warning: Engine skipped - ${reason}\n`);
  if (skipped.length > 0) effects.stderr("\n");
  return { all };
}

function compare(all: readonly Figures[], plan: Plan, effects: Effects): void {
  const saved = loadSaved(plan.options.compare, effects);
  if ("error" in saved) {
    fail(effects, `loading baseline: ${saved.error}`);
    return;
  }
  const comparisons = compareFigures(saved.saved, all, { relative: plan.threshold, absolute: plan.minThresholdNanos });
  if (comparisons.length === 0) {
    effects.stderr("\nWarning: No matching engines found for comparison\n");
    return;
  }
  effects.stdout(`\n${renderComparisons(comparisons, plan.threshold)}`);
  if (comparisons.some(({ metrics }) => metrics.some(({ passed }) => !passed))) effects.exit(EXIT.failed);
}

function loadSaved(path: string, effects: Effects): ReturnType<typeof readSaved> {
  try {
    return readSaved(decode(effects.readFile(path)), path);
  } catch (error) {
    if (error instanceof FileError) return { error: `reading baseline from ${path}: ${error.message}` };
    throw error;
  }
}

function fail(effects: Effects, message: string): void {
  effects.stderr(`${message}\n`);
  effects.exit(EXIT.failed);
}
