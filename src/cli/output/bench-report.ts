/** The figures of `bench` as tables, JSON and YAML, in the shapes of `gator bench`. */
import type { Comparison, MetricComparison } from "../gatekeeper/bench-compare.ts";
import type { Figures } from "../gatekeeper/bench-result.ts";
import { goDuration } from "./go-duration.ts";
import { type JsonNode, List, Struct, writeNode } from "./json.ts";
import { alignTabs } from "./tabs.ts";
import { writeYamlNode } from "./yaml.ts";

/** Returns the figures in a format. */
export function renderFigures(all: readonly Figures[], format: "table" | "json" | "yaml"): string {
  if (format === "json") return writeNode(new List(all.map(jsonFigures)));
  if (format === "yaml") return writeYamlNode(new List(all.map(jsonFigures)));
  const tables = all.map(renderTable).join("\n");
  return all.length > 1 ? `${tables}\n${renderEngines(all)}` : tables;
}

function renderTable(figures: Figures): string {
  const { setup, latencies, memory } = figures;
  const sections = [
    `=== Benchmark Results: ${figures.engine.toUpperCase()} Engine ===\n`,
    section("Configuration:", [
      ["Templates", figures.templateCount],
      ["Constraints", figures.constraintCount],
      ["Objects", figures.objectCount],
      ["Iterations", figures.iterations],
      ...(figures.concurrency > 1 ? [["Concurrency", figures.concurrency] as const] : []),
      ["Total Reviews", figures.iterations * figures.objectCount],
    ]),
    ...warnings(figures),
    ...(figures.engine === "cel" ? [NO_DATA_NOTE] : []),
    section("Timing:", [
      ["Setup Duration", shortDuration(figures.setupDuration)],
      ["  └─ Client Creation", shortDuration(setup.client)],
      ["  └─ Template Compilation", shortDuration(setup.templates)],
      ["  └─ Constraint Loading", shortDuration(setup.constraints)],
      ["  └─ Data Loading", shortDuration(setup.data)],
      ["Total Duration", shortDuration(figures.totalDuration)],
      ["Throughput", `${figures.reviewsPerSecond.toFixed(2)} reviews/sec`],
    ]),
    section("Latency (per review):", [
      ["Min", shortDuration(latencies.min)],
      ["Max", shortDuration(latencies.max)],
      ["Mean", shortDuration(latencies.mean)],
      ["P50", shortDuration(latencies.p50)],
      ["P95", shortDuration(latencies.p95)],
      ["P99", shortDuration(latencies.p99)],
    ]),
    section("Results:", [["Violations Found", figures.violations]]),
    ...(memory === undefined
      ? []
      : [
          section("Memory:", [
            ["Allocs/Review", memory.allocsPerReview],
            ["Bytes/Review", byteText(memory.bytesPerReview)],
            ["Total Allocs", memory.totalAllocs],
            ["Total Bytes", byteText(memory.totalBytes)],
          ]),
        ]),
    ...(figures.stats.length === 0 ? [] : [statsSection(figures)]),
  ];
  return alignTabs(sections.join("\n"));
}

function section(title: string, rows: readonly (readonly [name: string, value: string | number])[]): string {
  return `${title}\n${rows.map(([name, value]) => `  ${name}:\t${value}\n`).join("")}`;
}

const NO_DATA_NOTE =
  "Note:\n  Referential Data:\tNot supported by cel engine\n  \t(Referential constraints cannot be exercised with this engine)\n";

function warnings({ skippedTemplates, skippedConstraints }: Figures): readonly string[] {
  const rows = [["Skipped Templates", skippedTemplates] as const, ["Skipped Constraints", skippedConstraints] as const].filter(
    ([, names]) => names.length > 0,
  );
  if (rows.length === 0) return [];
  return [
    section(
      "Warnings:",
      rows.map(([name, names]) => [name, `${names.length} (${names.join(", ")})`] as const),
    ),
  ];
}

function statsSection({ stats }: Figures): string {
  const entries = stats.map(({ scope, statsFor, stats: values }) => {
    const head = statsFor === "" ? `  Scope: ${scope}\n` : `  Constraint: ${statsFor} (Scope: ${scope})\n`;
    return head + values.map(({ name, value, source }) => `    ${name}:\t${value} ${source.type}\n`).join("");
  });
  return `Per-Constraint Statistics (from first iteration):\n${entries.join("")}`;
}

function renderEngines(all: readonly Figures[]): string {
  const row = (name: string, cell: (figures: Figures) => string | number): string => [name, ...all.map(cell)].join("\t");
  const hasMemory = all.some(({ memory }) => memory !== undefined);
  const rows = [
    row("Metric", ({ engine }) => engine.toUpperCase()),
    row("------", () => "------"),
    row("Templates", ({ templateCount }) => templateCount),
    row("Constraints", ({ constraintCount }) => constraintCount),
    row("Setup Time", ({ setupDuration }) => shortDuration(setupDuration)),
    row("Throughput", ({ reviewsPerSecond }) => `${reviewsPerSecond.toFixed(2)}/sec`),
    row("Mean Latency", ({ latencies }) => shortDuration(latencies.mean)),
    row("P95 Latency", ({ latencies }) => shortDuration(latencies.p95)),
    row("P99 Latency", ({ latencies }) => shortDuration(latencies.p99)),
    row("Violations", ({ violations }) => violations),
    ...(hasMemory
      ? [
          row("Allocs/Review", ({ memory }) => memory?.allocsPerReview ?? "-"),
          row("Bytes/Review", ({ memory }) => (memory === undefined ? "-" : byteText(memory.bytesPerReview))),
        ]
      : []),
  ];
  return `=== Engine Comparison ===\n\n${alignTabs(rows.join("\n"))}\n${fasterLine(all)}`;
}

function fasterLine(all: readonly Figures[]): string {
  const [first, second] = all;
  if (all.length !== 2 || first === undefined || second === undefined) return "";
  const [fast, slow] = first.reviewsPerSecond >= second.reviewsPerSecond ? [first, second] : [second, first];
  if (slow.reviewsPerSecond <= 0) return "";
  if (fast.reviewsPerSecond === slow.reviewsPerSecond) return "\nPerformance: Both engines have similar throughput\n";
  const ratio = (fast.reviewsPerSecond / slow.reviewsPerSecond).toFixed(2);
  return `\nPerformance: ${fast.engine.toUpperCase()} is ${ratio}x faster than ${slow.engine.toUpperCase()}\n`;
}

/** Returns the comparisons with saved figures. */
export function renderComparisons(comparisons: readonly Comparison[], threshold: number): string {
  return comparisons.map((comparison) => renderComparison(comparison, threshold)).join("\n");
}

function renderComparison({ engine, metrics }: Comparison, threshold: number): string {
  const rows = metrics.map((metric) => {
    const delta = `${metric.delta < 0 ? "" : "+"}${metric.delta.toFixed(1)}%`;
    return [
      metric.name,
      figureText(metric, metric.baseline),
      figureText(metric, metric.current),
      delta,
      metric.passed ? "✓" : "✗ REGRESSION",
    ];
  });
  const head = [
    ["Metric", "Baseline", "Current", "Delta", "Status"],
    ["------", "--------", "-------", "-----", "------"],
  ];
  const table = alignTabs([...head, ...rows].map((cells) => cells.join("\t")).join("\n"));
  const failed = metrics.filter(({ passed }) => !passed).map(({ name }) => name);
  const limit = `(threshold: ${threshold.toFixed(1)}%)`;
  const verdict =
    failed.length === 0 ? `✓ No significant regressions ${limit}` : `✗ Regressions detected in: ${failed.join(", ")} ${limit}`;
  return `=== Baseline Comparison: ${engine.toUpperCase()} Engine ===\n\n${table}\n\n${verdict}\n`;
}

function figureText({ name }: MetricComparison, value: number): string {
  if (name.includes("Latency")) return shortDuration(value);
  if (name.includes("Bytes")) return byteText(value);
  return name === "Throughput" ? `${value.toFixed(2)}/sec` : value.toFixed(0);
}

function shortDuration(nanos: number): string {
  if (nanos < 1e3) return `${Math.trunc(nanos)}ns`;
  if (nanos < 1e6) return `${(nanos / 1e3).toFixed(2)}µs`;
  return nanos < 1e9 ? `${(nanos / 1e6).toFixed(2)}ms` : `${(nanos / 1e9).toFixed(3)}s`;
}

const UNITS = [
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["KB", 1024],
] as const;

function byteText(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes >= size);
  return unit === undefined ? `${Math.trunc(bytes)} B` : `${(bytes / unit[1]).toFixed(2)} ${unit[0]}`;
}

function jsonFigures(figures: Figures): JsonNode {
  const { setup, latencies, memory, stats } = figures;
  const some = (names: readonly string[]): readonly string[] | undefined => (names.length === 0 ? undefined : names);
  return new Struct({
    engine: figures.engine,
    templateCount: figures.templateCount,
    constraintCount: figures.constraintCount,
    objectCount: figures.objectCount,
    iterations: figures.iterations,
    concurrency: figures.concurrency,
    totalReviews: figures.iterations * figures.objectCount,
    setupDuration: goDuration(figures.setupDuration),
    setupBreakdown: new Struct({
      clientCreation: goDuration(setup.client),
      templateCompilation: goDuration(setup.templates),
      constraintLoading: goDuration(setup.constraints),
      dataLoading: goDuration(setup.data),
    }),
    totalDuration: goDuration(figures.totalDuration),
    latencies: new Struct(Object.fromEntries(Object.entries(latencies).map(([name, nanos]) => [name, goDuration(nanos)]))),
    violationCount: figures.violations,
    reviewsPerSecond: figures.reviewsPerSecond,
    memoryStats:
      memory === undefined
        ? undefined
        : new Struct({ ...memory, bytesPerReview: byteText(memory.bytesPerReview), totalBytes: byteText(memory.totalBytes) }),
    statsEntries: stats.length === 0 ? undefined : new List(stats.map(statsNode)),
    skippedTemplates: some(figures.skippedTemplates),
    skippedConstraints: some(figures.skippedConstraints),
    referentialDataSupported: figures.engine !== "cel",
  });
}

function statsNode({ scope, statsFor, stats, labels }: Figures["stats"][number]): JsonNode {
  return new Struct({
    scope,
    statsFor,
    stats: new List(stats.map(({ name, value, source }) => new Struct({ name, value, source: `${source.type}/${source.value}` }))),
    labels: new List(labels.map(({ name, value }) => new Struct({ name, value }))),
  });
}
