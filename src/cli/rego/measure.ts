/**
 * Times something again and again, and writes what came out as Go's benchmarks do: a table, JSON, or one line in the format of `go test -bench`.
 * https://go.googlesource.com/proposal/+/master/design/14313-benchmark-format.md
 */
import type { Value } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { Struct, writeNode } from "../output/json.ts";
import { statistics } from "../output/statistics.ts";

/** What was measured. */
export interface Measured {
  readonly count: number;
  readonly nanos: number;
  readonly bytes: number;
  readonly samples: readonly number[];
}

/** Figures that stand beside the time of a run, by name. */
export type Extra = readonly (readonly [name: string, value: number])[];

const WARM_UP_NANOS = 200_000_000n;
const RUN_NANOS = 1_000_000_000n;
/** Samples kept for the percentiles; older ones make room. */
const KEPT_SAMPLES = 100_000;
/** The runtime does not count allocations; one takes about as much. */
const BYTES_OF_AN_ALLOCATION = 64;

/** Runs for a second, after a time to warm up. */
export function measure(run: () => unknown, effects: Effects): Measured {
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
  const bytes = Math.max(0, effects.memoryBytes() - memory);
  return { count, nanos: Number(before - started), bytes, samples };
}

/** Returns how the times are spread. */
export function histogram({ samples, count }: Measured): Extra {
  return statistics(samples, count).map(([name, value]) => [`histogram_timer_rego_query_eval_ns_${name}`, value]);
}

const perRun = ({ nanos, count }: Measured): number => (count === 0 ? 0 : nanos / count);
const bytesPerRun = ({ bytes, count }: Measured): number => (count === 0 ? 0 : Math.trunc(bytes / count));
const allocationsOf = (bytes: number): number => Math.trunc(bytes / BYTES_OF_AN_ALLOCATION);

/** Returns the fields of a result. */
export function measuredStruct(measured: Measured, extra: Extra): Struct {
  const { count, nanos, bytes } = measured;
  const fields: Value = extra.length === 0 ? null : Object.fromEntries(extra);
  return new Struct({ N: count, T: nanos, Bytes: 0, MemAllocs: allocationsOf(bytes), MemBytes: bytes, Extra: fields });
}

/** Returns what a benchmark of a test shows beside the time of a run. */
export function testExtra(measured: Measured): Extra {
  return measured.count === 0 ? [] : [["timer_rego_query_eval_ns/op", perRun(measured)]];
}

/** Returns the result as JSON. */
export function measuredJson(measured: Measured, extra: Extra): string {
  return `${writeNode(measuredStruct(measured, extra))}\n`;
}

/** Returns the result as one line, without the name in front and without an end. */
export function measuredLine(measured: Measured, extra: Extra, withMemory: boolean): string {
  const fields = [String(measured.count).padStart(8)];
  if (measured.nanos > 0) fields.push(`${goFigure(perRun(measured))} ns/op`);
  for (const [name, value] of [...extra].sort(([a], [b]) => (a < b ? -1 : 1))) fields.push(`${goFigure(value)} ${name}`);
  if (withMemory) {
    const bytes = bytesPerRun(measured);
    fields.push(`${String(bytes).padStart(8)} B/op`, `${String(allocationsOf(bytes)).padStart(8)} allocs/op`);
  }
  return fields.join("\t");
}

/** Returns the result as a table. */
export function measuredTable(measured: Measured, extra: Extra, withMemory: boolean): string {
  const bytes = bytesPerRun(measured);
  const rows: readonly (readonly [string, string])[] = [
    ["samples", String(measured.count)],
    ["ns/op", goFigure(perRun(measured))],
    ...(withMemory
      ? ([
          ["B/op", String(bytes)],
          ["allocs/op", String(allocationsOf(bytes))],
        ] as const)
      : []),
    ...extra.map(([name, value]) => [name, goFigure(value)] as const),
  ];
  const cells = rows.map(([name, value]) => [name, value.trim()] as const);
  const [left, right] = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) as [number, number];
  const rule = (a: string, b: string, c: string) => `${a}${"─".repeat(left + 2)}${b}${"─".repeat(right + 2)}${c}`;
  return [
    rule("┌", "┬", "┐"),
    ...cells.map(([name, value]) => `│ ${name.padEnd(left)} │ ${value.padStart(right)} │`),
    rule("└", "┴", "┘"),
    "",
  ].join("\n");
}

/** Ten places before the point; the smaller a number, the more behind it. */
function goFigure(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 99.95) return value.toFixed(0).padStart(10);
  const decimals = [9.995, 0.9995, 0.09995, 0.009995, 0.0009995].findIndex((limit) => size >= limit);
  const digits = decimals < 0 ? 6 : decimals + 1;
  return value.toFixed(digits).padStart(11 + digits);
}
