/**
 * Measures how long reviews take, as `gator bench` does: one engine, every object judged again and again. Manifests, an installation with that
 * engine and a clock in; counts and durations out. https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { quote } from "../../rego/index.ts";
import { type KubeObject, kindOf, nameOf } from "../kube/object.ts";
import { isConstraint } from "../manifest/constraint.ts";
import { GATOR_POINT } from "../manifest/enforcement.ts";
import { isTemplate, readTemplate } from "../manifest/template.ts";
import { type Installation, TARGET } from "../policy/compile-template.ts";
import { judgeReview } from "../review/judge.ts";
import { reviewOf } from "../review/review.ts";
import type { StatsEntry } from "../review/verdict.ts";
import { applyConstraint, applyTemplate, syncObject } from "../state/apply.ts";
import { emptyPolicySet, type PolicySet, templateOf } from "../state/policy-set.ts";

/** Choices of a benchmark. */
export interface BenchmarkOptions {
  readonly engine: "rego" | "cel";
  readonly iterations: number;
  readonly warmup: number;
  readonly stats: boolean;
  /** Nanoseconds of a clock that never goes back. */
  readonly clock: () => bigint;
  /** Bytes in use, when memory is to be measured. */
  readonly memory: (() => number) | undefined;
}

/** Objects by what they are for. */
export interface BenchmarkObjects {
  readonly templates: readonly KubeObject[];
  readonly constraints: readonly KubeObject[];
  readonly objects: readonly KubeObject[];
}

/** Nanoseconds of each step of loading. */
interface SetupTimes {
  readonly client: number;
  readonly templates: number;
  readonly constraints: number;
  readonly data: number;
}

/** What was measured; durations are nanoseconds. */
export interface BenchmarkResult {
  readonly engine: "rego" | "cel";
  readonly templateCount: number;
  readonly constraintCount: number;
  readonly objectCount: number;
  readonly iterations: number;
  readonly setup: SetupTimes;
  readonly totalNanos: number;
  /** The time of each review, ascending. */
  readonly latencies: readonly number[];
  readonly violations: number;
  readonly bytes: number | undefined;
  readonly stats: readonly StatsEntry[];
  readonly skippedTemplates: readonly string[];
  readonly skippedConstraints: readonly string[];
}

/** Sorts objects by what they are for. */
export function benchmarkObjects(objects: readonly KubeObject[]): BenchmarkObjects {
  return {
    templates: objects.filter(isTemplate),
    constraints: objects.filter((object) => isConstraint(object)),
    objects: objects.filter((object) => !isTemplate(object) && !isConstraint(object)),
  };
}

/** Runs a benchmark, or says why it cannot run. */
export function runBenchmark(
  objects: BenchmarkObjects,
  installation: Installation,
  options: BenchmarkOptions,
): BenchmarkResult | { readonly error: string } {
  const loaded = load(objects, installation, options);
  if ("error" in loaded) return loaded;
  const { clock, memory, iterations } = options;
  for (let i = 0; i < options.warmup; i++) reviewAll(loaded.state, objects.objects, options, undefined);
  const measures: Measures = { latencies: [], violations: 0, stats: [] };
  const before = memory?.();
  const start = clock();
  for (let i = 0; i < iterations; i++) reviewAll(loaded.state, objects.objects, { ...options, stats: options.stats && i === 0 }, measures);
  const totalNanos = Number(clock() - start);
  const after = memory?.();
  return {
    engine: options.engine,
    ...loaded.counts,
    objectCount: objects.objects.length,
    iterations,
    totalNanos,
    latencies: measures.latencies.sort((a, b) => a - b),
    violations: measures.violations,
    bytes: before === undefined || after === undefined ? undefined : Math.max(after - before, 0),
    stats: measures.stats,
  };
}

interface LoadedBenchmark {
  readonly state: PolicySet;
  readonly counts: Pick<BenchmarkResult, "templateCount" | "constraintCount" | "setup" | "skippedTemplates" | "skippedConstraints">;
}

function load(
  { templates, constraints, objects }: BenchmarkObjects,
  installation: Installation,
  { clock, engine }: BenchmarkOptions,
): LoadedBenchmark | { readonly error: string } {
  const times = [clock()];
  const lap = (): number => Number((times[times.push(clock()) - 1] ?? 0n) - (times.at(-2) ?? 0n));
  const empty = emptyPolicySet(installation);
  const client = lap();
  const templated = loadTemplates(empty, templates, engine);
  if ("error" in templated) return templated;
  const templateTime = lap();
  const constrained = loadConstraints(templated.state, constraints);
  if ("error" in constrained) return constrained;
  const constraintTime = lap();
  const synced = engine === "cel" ? constrained : syncAll(constrained.state, objects);
  if ("error" in synced) return synced;
  const setup = { client, templates: templateTime, constraints: constraintTime, data: lap() };
  return {
    state: synced.state,
    counts: {
      templateCount: templates.length - templated.skipped.length,
      constraintCount: constraints.length - constrained.skipped.length,
      setup,
      skippedTemplates: templated.skipped,
      skippedConstraints: constrained.skipped,
    },
  };
}

type LoadedPart = { readonly state: PolicySet; readonly skipped: readonly string[] } | { readonly error: string };

function loadTemplates(start: PolicySet, templates: readonly KubeObject[], engine: string): LoadedPart {
  let state = start;
  const skipped: string[] = [];
  for (const object of templates) {
    const name = nameOf(object);
    const read = readTemplate(object);
    if ("error" in read) return { error: `converting template ${quote(name)}: adding template: ${read.error}` };
    const applied = applyTemplate(state, object);
    if ("error" in applied) {
      if (!applied.error.message.startsWith("no language driver is installed")) {
        return { error: `adding template ${quote(name)}: ${applied.error.message}` };
      }
      skipped.push(name);
    } else state = applied.state;
  }
  if (skipped.length < templates.length) return { state, skipped };
  return { error: `no templates compatible with ${engine} engine (all ${templates.length} templates skipped)` };
}

function loadConstraints(start: PolicySet, constraints: readonly KubeObject[]): LoadedPart {
  let state = start;
  const skipped: string[] = [];
  for (const object of constraints) {
    if (templateOf(start, kindOf(object))?.template.kind !== kindOf(object)) {
      skipped.push(nameOf(object));
      continue;
    }
    const applied = applyConstraint(state, object, "floats");
    if ("error" in applied) return { error: `adding constraint ${quote(nameOf(object))}: ${applied.error.message}` };
    state = applied.state;
  }
  if (skipped.length < constraints.length) return { state, skipped };
  return { error: `no constraints loaded (all ${constraints.length} constraints skipped due to missing templates)` };
}

function syncAll(start: PolicySet, objects: readonly KubeObject[]): { readonly state: PolicySet } | { readonly error: string } {
  let state = start;
  for (const object of objects) {
    const applied = syncObject(state, object);
    if ("error" in applied) return { error: `adding data ${quote(nameOf(object))}: ${TARGET}: ${applied.error.message}\n` };
    state = applied.state;
  }
  return { state };
}

interface Measures {
  readonly latencies: number[];
  violations: number;
  readonly stats: StatsEntry[];
}

function reviewAll(
  state: PolicySet,
  objects: readonly KubeObject[],
  { clock, stats }: BenchmarkOptions,
  measures: Measures | undefined,
): void {
  for (const object of objects) {
    const start = clock();
    const read = reviewOf(object, { source: "Original" });
    if ("error" in read) continue;
    const verdict = judgeReview(state, read.review, { point: GATOR_POINT, stats, clock });
    const nanos = Number(clock() - start);
    if (measures === undefined) continue;
    measures.latencies.push(nanos);
    measures.violations += verdict.results.length;
    measures.stats.push(...verdict.stats);
  }
}
