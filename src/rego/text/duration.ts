/**
 * Durations as Go writes them (`1h15m30.5s`) with OPA's days, weeks and years. In: the text; out: nanoseconds, or a complaint.
 * https://pkg.go.dev/time#ParseDuration, https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-time-timeparse_duration_ns
 */
import { toBinary } from "./bytes.ts";
import { formatFloat } from "./format-float.ts";
import { quote } from "./quote.ts";
import { quoteBytes } from "./time-quote.ts";

/** Nanoseconds, or what is wrong. */
export type ParsedDuration = { readonly kind: "nanos"; readonly nanos: bigint } | { readonly kind: "error"; readonly message: string };

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const HOURS: ReadonlyMap<string, number> = new Map([
  ["d", 24],
  ["w", 7 * 24],
  ["y", 365 * 24],
]);
const LIMIT = 1n << 63n;

/** Reads a duration in which days, weeks and years may occur. */
export function parseExtendedDuration(text: string): ParsedDuration {
  if (!/[dwy]/.test(text)) return parseDuration(text);
  const rewritten = inHours(text);
  if (rewritten === undefined) return { kind: "error", message: `time: invalid duration ${quote(text)}` };
  const parsed = parseDuration(rewritten);
  // The complaint is about the text as given.
  return parsed.kind === "nanos" ? parsed : { kind: "error", message: parsed.message.replace(/ [^ ]*$/, ` ${quote(text)}`) };
}

function inHours(text: string): string | undefined {
  if (!/^[-+]?(?:[0-9.]+(?:ms|us|\u00b5s|ns|[a-z]))+$/.test(text)) return undefined;
  let broken = false;
  const rewritten = text.replace(/([0-9.]+)(ms|us|\u00b5s|ns|[a-z])/g, (segment, digits: string, unit: string) => {
    const hours = HOURS.get(unit);
    if (hours === undefined) return segment;
    const amount = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(digits) ? Number(digits) : Number.POSITIVE_INFINITY;
    if (!Number.isFinite(amount)) broken = true;
    return `${Number.isFinite(amount * hours) ? formatFloat(amount * hours, "f", -1) : "+Inf"}h`;
  });
  return broken ? undefined : rewritten;
}

/** Reads a duration of Go's. */
export function parseDuration(text: string): ParsedDuration {
  const [, sign = "", body = ""] = /^([-+]?)([\s\S]*)$/.exec(text) ?? [];
  if (body === "0") return { kind: "nanos", nanos: 0n };
  if (body === "") return failed("invalid duration", text);
  let total = 0n;
  for (let rest = body; rest !== ""; ) {
    const [segment = "", whole = "", fraction = ""] = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest) ?? [];
    if (whole === "" && fraction === "") return failed("invalid duration", text);
    rest = rest.slice(segment.length);
    if (BigInt(whole) > LIMIT) return failed("invalid duration", text);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? "";
    if (unit === "") return failed("missing unit in duration", text);
    rest = rest.slice(unit.length);
    const size = UNITS.get(unit);
    if (size === undefined) return failed(`unknown unit ${quoteBytes(toBinary(unit))} in duration`, text);
    const amount = BigInt(whole) * size + partOf(fraction, size);
    total += amount;
    if (amount > LIMIT || total > LIMIT) return failed("invalid duration", text);
  }
  if (sign === "-") return { kind: "nanos", nanos: -total };
  return total === LIMIT ? failed("invalid duration", text) : { kind: "nanos", nanos: total };
}

// Go multiplies in float64, so do we.
function partOf(fraction: string, size: bigint): bigint {
  let digits = 0n;
  let scale = 1;
  for (const digit of fraction) {
    const next = digits * 10n + BigInt(digit);
    if (digits > (LIMIT - 1n) / 10n || next > LIMIT) break;
    digits = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(digits) * (Number(size) / scale)));
}

function failed(problem: string, text: string): ParsedDuration {
  return { kind: "error", message: `time: ${problem} ${quoteBytes(toBinary(text))}` };
}
