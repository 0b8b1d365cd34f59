/** The figures of a benchmark in the form that is printed, saved and compared; durations are nanoseconds. */
import type { BenchmarkResult } from "../../gatekeeper/index.ts";

/** Latency figures. */
interface Latencies {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Memory figures. The runtime does not count allocations: they are the bytes in units of a small object. */
interface MemoryFigures {
  readonly allocsPerReview: number;
  readonly bytesPerReview: number;
  readonly totalAllocs: number;
  readonly totalBytes: number;
}

/** The figures of one engine. */
export interface Figures extends Omit<BenchmarkResult, "latencies" | "bytes" | "totalNanos"> {
  readonly concurrency: number;
  readonly setupDuration: number;
  readonly totalDuration: number;
  readonly latencies: Latencies;
  readonly reviewsPerSecond: number;
  readonly memory: MemoryFigures | undefined;
}

/** Bytes of a small object with a few fields. */
const OBJECT_BYTES = 64;

/** Works the figures out. */
export function figuresOf(result: BenchmarkResult, concurrency: number): Figures {
  const { latencies, bytes, totalNanos, ...rest } = result;
  const { client, templates, constraints, data } = result.setup;
  const reviews = result.iterations * result.objectCount;
  return {
    ...rest,
    concurrency,
    setupDuration: client + templates + constraints + data,
    totalDuration: totalNanos,
    latencies: latenciesOf(latencies),
    reviewsPerSecond: totalNanos === 0 ? 0 : reviews / (totalNanos / 1e9),
    memory: bytes === undefined || reviews === 0 ? undefined : memoryOf(bytes, reviews),
  };
}

function memoryOf(bytes: number, reviews: number): MemoryFigures {
  const bytesPerReview = Math.floor(bytes / reviews);
  const totalAllocs = Math.ceil(bytes / OBJECT_BYTES);
  return { allocsPerReview: Math.floor(totalAllocs / reviews), bytesPerReview, totalAllocs, totalBytes: bytes };
}

function latenciesOf(sorted: readonly number[]): Latencies {
  if (sorted.length === 0) return { min: 0, max: 0, mean: 0, p50: 0, p95: 0, p99: 0 };
  const total = sorted.reduce((sum, nanos) => sum + nanos, 0);
  return {
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    mean: Math.trunc(total / sorted.length),
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  };
}

/** Interpolates between the two values around the rank. */
function percentile(sorted: readonly number[], percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1);
  const lower = Math.floor(rank);
  const low = sorted[lower] ?? 0;
  const high = sorted[lower + 1] ?? low;
  return Math.trunc(low + (high - low) * (rank - lower));
}
