/** Saves the figures of a benchmark and compares them with saved ones, in the file format and with the rules of `gator bench`. */
import { isPlainObject, parseJson, parseYaml, RegoNumber, textOfNumber, type Value } from "../../rego/index.ts";
import { type JsonNode, List, Struct, writeNode } from "../output/json.ts";
import { writeYamlNode } from "../output/yaml.ts";
import type { Figures } from "./bench-result.ts";

/** One figure then and now. */
export interface MetricComparison {
  readonly name: string;
  readonly baseline: number;
  readonly current: number;
  readonly delta: number;
  readonly passed: boolean;
}

/** All figures of an engine then and now. */
export interface Comparison {
  readonly engine: string;
  readonly metrics: readonly MetricComparison[];
}

/** When a change counts as a regression. */
export interface Thresholds {
  /** Percent. */
  readonly relative: number;
  /** Nanoseconds; 0 switches the rule off. */
  readonly absolute: number;
}

/** Figures as they were saved. */
export interface SavedFigures {
  readonly engine: string;
  readonly latencies: Readonly<Record<"p50" | "p95" | "p99" | "mean", number>>;
  readonly reviewsPerSecond: number;
  readonly memory: { readonly allocsPerReview: number; readonly bytesPerReview: number } | undefined;
}

/** Returns the text to save; the file's extension decides its form. */
export function savedText(all: readonly Figures[], path: string): string {
  const node = new List(all.map(savedNode));
  return isYaml(path) ? writeYamlNode(node) : writeNode(node);
}

function isYaml(path: string): boolean {
  return path.endsWith(".yaml") || path.endsWith(".yml");
}

function savedNode(figures: Figures): JsonNode {
  const { setup, memory, stats, skippedTemplates, skippedConstraints } = figures;
  return new Struct({
    engine: figures.engine,
    templateCount: figures.templateCount,
    skippedTemplates: skippedTemplates.length === 0 ? undefined : skippedTemplates,
    constraintCount: figures.constraintCount,
    skippedConstraints: skippedConstraints.length === 0 ? undefined : skippedConstraints,
    referentialDataSupported: figures.engine !== "cel",
    objectCount: figures.objectCount,
    iterations: figures.iterations,
    concurrency: figures.concurrency,
    setupDuration: figures.setupDuration,
    setupBreakdown: new Struct({
      clientCreation: setup.client,
      templateCompilation: setup.templates,
      constraintLoading: setup.constraints,
      dataLoading: setup.data,
    }),
    totalDuration: figures.totalDuration,
    latencies: new Struct({ ...figures.latencies }),
    violationCount: figures.violations,
    reviewsPerSecond: figures.reviewsPerSecond,
    memoryStats: memory === undefined ? undefined : new Struct({ ...memory }),
    statsEntries: stats.length === 0 ? undefined : new List(stats.map(statsNode)),
  });
}

function statsNode({ scope, statsFor, stats, labels }: Figures["stats"][number]): JsonNode {
  return new Struct({
    scope,
    statsFor,
    stats: new List(stats.map(({ name, value, source }) => new Struct({ name, value, source: new Struct({ ...source }) }))),
    labels: new List(labels.map(({ name, value }) => new Struct({ name, value }))),
  });
}

/** Reads saved figures, or says why they cannot be read. */
export function readSaved(text: string, path: string): { readonly saved: readonly SavedFigures[] } | { readonly error: string } {
  const read = isYaml(path) ? parseYaml(text) : parseJson(text);
  if (read.kind === "error") return { error: `unmarshaling baseline: ${read.message}` };
  if (!Array.isArray(read.value)) return { error: "unmarshaling baseline: expected a list of results" };
  return { saved: (read.value as readonly Value[]).map(readFigures) };
}

function readFigures(value: Value): SavedFigures {
  const latencies = memberOf(value, "latencies");
  const memory = memberOf(value, "memoryStats");
  const engine = memberOf(value, "engine");
  return {
    engine: typeof engine === "string" ? engine : "",
    latencies: {
      p50: numberAt(latencies, "p50"),
      p95: numberAt(latencies, "p95"),
      p99: numberAt(latencies, "p99"),
      mean: numberAt(latencies, "mean"),
    },
    reviewsPerSecond: numberAt(value, "reviewsPerSecond"),
    memory: isPlainObject(memory)
      ? { allocsPerReview: numberAt(memory, "allocsPerReview"), bytesPerReview: numberAt(memory, "bytesPerReview") }
      : undefined,
  };
}

function memberOf(value: Value | undefined, key: string): Value | undefined {
  return isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function numberAt(value: Value | undefined, key: string): number {
  const member = memberOf(value, key);
  if (typeof member === "number") return member;
  return member instanceof RegoNumber ? Number(textOfNumber(member)) : 0;
}

/** Compares engines that are on both sides. */
export function compareFigures(saved: readonly SavedFigures[], current: readonly Figures[], thresholds: Thresholds): readonly Comparison[] {
  return current.flatMap((figures) => {
    const before = saved.findLast(({ engine }) => engine === figures.engine);
    return before === undefined ? [] : [{ engine: figures.engine, metrics: compareEngine(before, figures, thresholds) }];
  });
}

function compareEngine(before: SavedFigures, now: Figures, thresholds: Thresholds): readonly MetricComparison[] {
  const latency = (name: string, key: "p50" | "p95" | "p99" | "mean"): MetricComparison => {
    const metric = metricOf(name, before.latencies[key], now.latencies[key]);
    const small = thresholds.absolute > 0 && metric.current - metric.baseline < thresholds.absolute;
    return { ...metric, passed: metric.delta <= thresholds.relative || small };
  };
  return [
    latency("P50 Latency", "p50"),
    latency("P95 Latency", "p95"),
    latency("P99 Latency", "p99"),
    latency("Mean Latency", "mean"),
    compareThroughput(before, now, thresholds),
    ...compareMemory(before, now, thresholds),
  ];
}

function compareThroughput(before: SavedFigures, now: Figures, { relative, absolute }: Thresholds): MetricComparison {
  const metric = metricOf("Throughput", before.reviewsPerSecond, now.reviewsPerSecond);
  const { mean } = before.latencies;
  // A tolerated latency is the throughput that it costs at the old mean.
  const tolerated = mean > 0 && absolute > 0 ? metric.baseline * (absolute / mean) : 0;
  return { ...metric, passed: -metric.delta <= relative || metric.baseline - metric.current < tolerated };
}

function compareMemory(before: SavedFigures, now: Figures, { relative }: Thresholds): readonly MetricComparison[] {
  if (before.memory === undefined || now.memory === undefined) return [];
  const allocs = metricOf("Allocs/Review", before.memory.allocsPerReview, now.memory.allocsPerReview);
  const bytes = metricOf("Bytes/Review", before.memory.bytesPerReview, now.memory.bytesPerReview);
  return [allocs, bytes].map((metric) => ({ ...metric, passed: metric.delta <= relative }));
}

function metricOf(name: string, baseline: number, current: number): MetricComparison {
  const grown = current === 0 ? 0 : 100;
  return { name, baseline, current, delta: baseline === 0 ? grown : ((current - baseline) / baseline) * 100, passed: true };
}
