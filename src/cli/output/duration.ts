/** Reads durations as Go's flags write them: `1h2m3.5s`, `300ms`, `0`. */

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** Returns nanoseconds, or NaN for a text that is no duration. */
export function parseGoDuration(text: string): number {
  const negative = text.startsWith("-");
  const body = text.replace(/^[-+]/, "");
  if (body === "0") return 0;
  let total = 0;
  let at = 0;
  while (at < body.length) {
    PART.lastIndex = at;
    const part = PART.exec(body);
    if (part === null) return Number.NaN;
    total += Number(part[1]) * (UNITS[part[2] ?? ""] ?? Number.NaN);
    at = PART.lastIndex;
  }
  return at === 0 ? Number.NaN : negative ? -total : total;
}
