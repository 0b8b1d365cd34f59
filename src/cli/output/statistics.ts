/** Sums up measured values as Go's metrics do. https://pkg.go.dev/github.com/rcrowley/go-metrics#Histogram */

const PERCENTILES = [75, 90, 95, 99, 99.9, 99.99];

/** Returns percentiles, extremes and averages by name, in the order of the names. */
export function statistics(values: readonly number[], count = values.length): readonly (readonly [name: string, value: number])[] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent: number): number => percentile(sorted, percent / 100);
  const mean = sorted.reduce((sum, each) => sum + each, 0) / Math.max(1, sorted.length);
  const variance = sorted.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, sorted.length);
  return [
    ...PERCENTILES.map((percent) => [`${percent}%`, at(percent)] as const),
    ["count", count],
    ["max", sorted.at(-1) ?? 0],
    ["mean", mean],
    ["median", at(50)],
    ["min", sorted[0] ?? 0],
    ["stddev", Math.sqrt(variance)],
  ];
}

// Between two values the percentile lies as far as its place does.
function percentile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length + 1);
  if (place < 1) return sorted[0] ?? 0;
  if (place >= sorted.length) return sorted.at(-1) ?? 0;
  const lower = sorted[Math.trunc(place) - 1] ?? 0;
  const upper = sorted[Math.trunc(place)] ?? 0;
  return lower + (place - Math.trunc(place)) * (upper - lower);
}
