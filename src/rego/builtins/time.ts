/**
 * Instants as nanoseconds since 1970: reading, writing, taking apart, adding, comparing. Zones come from the table in text/zones.ts; the
 * zone `Local` is UTC, since a policy's answer must not hang on where it runs.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#time
 */
import { civilTimeOf, DAY, daysInMonth, daysSinceEpoch, WEEKDAYS } from "../text/calendar.ts";
import { parseExtendedDuration } from "../text/duration.ts";
import type { Instant } from "../text/time-format.ts";
import { civilTimeAt, formatTime } from "../text/time-format.ts";
import { NAMED_LAYOUTS } from "../text/time-layout.ts";
import { parseTime } from "../text/time-parse.ts";
import type { Zone } from "../text/zones.ts";
import { findZone, instantOf, periodAt, UTC } from "../text/zones.ts";
import { floatOf } from "../values/arithmetic.ts";
import { isInteger, truncated } from "../values/big-float.ts";
import { isTooBig, numberFromBigInt } from "../values/number.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { NumberValue, Value } from "../values/value.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { Failure } from "./failure.ts";
import type { Operand } from "./operands.ts";
import { builtinError, int64, number, operandTypeError, row, string } from "./operands.ts";

const SECOND = 1_000_000_000n;
const LEAST = -(1n << 63n);
const MOST = (1n << 63n) - 1n;
const OUTSIDE = "time outside of valid range";

interface ZonedInstant extends Instant {
  readonly layout: string;
}

// Nanoseconds, or [nanoseconds, zone, layout] with the later two left out at will.
const instant: Operand<ZonedInstant> = (value, _position, name) => {
  const parts: readonly Value[] | undefined = Array.isArray(value) ? value : isNumber(value) ? [value] : undefined;
  const [time, zoneName = "", layout = ""] = parts ?? [];
  if (time === undefined) return operandTypeError(name, 1, value, ["either number (ns) or [number (ns), string (tz)]"]);
  const checked = number(time, 1, name);
  if (checked instanceof Failure) return checked;
  if (typeof zoneName !== "string") return string(zoneName, 1, name) as Failure;
  const zone = zoneName === "" || zoneName === "UTC" || zoneName === "Local" ? UTC : findZone(zoneName);
  if (zone === undefined) return builtinError(name, zoneProblem(zoneName));
  if (typeof layout !== "string") return string(layout, 1, name) as Failure;
  const nanos = nanosOf(checked);
  return nanos === undefined ? builtinError(name, "timestamp too big") : { ...split(nanos), zone, layout };
};

// Go refuses names that could lead out of its directory of zones before it looks for them.
function zoneProblem(name: string): string {
  return /^[/\\]|\.\./.test(name) ? "time: invalid location name" : `unknown time zone ${name}`;
}

function isNumber(value: Value): value is NumberValue {
  return typeof value === "number" || value instanceof RegoNumber;
}

function nanosOf(value: NumberValue): bigint | undefined {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (isTooBig(value)) return undefined;
  const float = floatOf(value);
  const whole = isInteger(float) ? truncated(float) : undefined;
  return whole === undefined || whole < LEAST || whole > MOST ? undefined : whole;
}

function split(nanos: bigint): { readonly seconds: number; readonly nanos: number } {
  const rest = ((nanos % SECOND) + SECOND) % SECOND;
  return { seconds: Number((nanos - rest) / SECOND), nanos: Number(rest) };
}

function joined(name: string, seconds: number, nanos: number): BuiltinResult {
  const total = BigInt(seconds) * SECOND + BigInt(nanos);
  return total < LEAST || total > MOST ? builtinError(name, OUTSIDE) : numberFromBigInt(total);
}

function parse(name: string, layout: string, value: string): BuiltinResult {
  const parsed = parseTime(NAMED_LAYOUTS.get(layout) ?? layout, value);
  return parsed.kind === "time" ? joined(name, parsed.seconds, parsed.nanos) : builtinError(name, parsed.message);
}

function format(at: ZonedInstant): string {
  const layout = at.layout === "" ? "RFC3339Nano" : at.layout;
  return formatTime(at, NAMED_LAYOUTS.get(layout) ?? layout);
}

// Beyond this many years either way nothing can come back into range.
const MOST_YEARS = 1_000_000n;

function addDate(at: ZonedInstant, years: bigint, months: bigint, days: bigint): BuiltinResult {
  const name = "time.add_date";
  const civil = civilTimeAt(at);
  const monthCount = (BigInt(civil.year) + years) * 12n + BigInt(civil.month - 1) + months;
  const dayLimit = MOST_YEARS * 366n;
  if (monthCount < -MOST_YEARS * 12n || monthCount > MOST_YEARS * 12n || days < -dayLimit || days > dayLimit)
    return builtinError(name, OUTSIDE);
  const year = Math.floor(Number(monthCount) / 12);
  const month = Number(monthCount) - year * 12 + 1;
  const date = daysSinceEpoch(year, month, civil.day) + Number(days);
  const clock = date * DAY + civil.hour * 3600 + civil.minute * 60 + civil.second;
  return joined(name, instantOf(at.zone, clock), at.nanos);
}

// Years, months, days, hours, minutes and seconds from the earlier to the later, each borrowing from the one before.
function difference(a: ZonedInstant, b: ZonedInstant): readonly number[] {
  const inZone = (at: ZonedInstant, zone: Zone) => civilTimeOf(at.seconds + periodAt(zone, at.seconds).offset);
  const swapped = a.seconds > b.seconds || (a.seconds === b.seconds && a.nanos > b.nanos);
  const from = inZone(swapped ? b : a, a.zone);
  const to = inZone(swapped ? a : b, a.zone);
  let [years, months, days] = [to.year - from.year, to.month - from.month, to.day - from.day];
  let [hours, minutes, seconds] = [to.hour - from.hour, to.minute - from.minute, to.second - from.second];
  if (seconds < 0) {
    seconds += 60;
    minutes--;
  }
  if (minutes < 0) {
    minutes += 60;
    hours--;
  }
  if (hours < 0) {
    hours += 24;
    days--;
  }
  if (days < 0) {
    days += daysInMonth(from.year, from.month);
    months--;
  }
  if (months < 0) {
    months += 12;
    years--;
  }
  return [years, months, days, hours, minutes, seconds];
}

const NS = "any<number, array<number, string>>";
const THREE = "array<number, number, number>";

/** The rows of this family. */
export const time: readonly Builtin[] = [
  row("time.now_ns", "() => now: number", [], (context) => numberFromBigInt(context.nowNanos), { nondeterministic: true }),
  row("time.parse_ns", "(layout: string, value: string) => ns: number", [string, string], (_, layout, value) =>
    parse("time.parse_ns", layout, value),
  ),
  row("time.parse_rfc3339_ns", "(value: string) => ns: number", [string], (_, value) => parse("time.parse_rfc3339_ns", "RFC3339", value)),
  row("time.parse_duration_ns", "(duration: string) => ns: number", [string], (_, text) => {
    const parsed = parseExtendedDuration(text);
    return parsed.kind === "nanos" ? numberFromBigInt(parsed.nanos) : builtinError("time.parse_duration_ns", parsed.message);
  }),
  row(
    "time.format",
    `(x: any<number, array<number, string>, array<number, string, string>>) => formatted timestamp: string`,
    [instant],
    (_, at) => format(at),
  ),
  row("time.date", `(x: ${NS}) => date: ${THREE}`, [instant], (_, at) => {
    const { year, month, day } = civilTimeAt(at);
    return [year, month, day];
  }),
  row("time.clock", `(x: ${NS}) => output: ${THREE}`, [instant], (_, at) => {
    const { hour, minute, second } = civilTimeAt(at);
    return [hour, minute, second];
  }),
  row("time.weekday", `(x: ${NS}) => day: string`, [instant], (_, at) => WEEKDAYS[civilTimeAt(at).weekday]),
  row(
    "time.add_date",
    "(ns: number, years: number, months: number, days: number) => output: number",
    [instant, int64, int64, int64],
    (_, at, years, months, days) => addDate(at, years, months, days),
  ),
  row(
    "time.diff",
    `(ns1: ${NS}, ns2: ${NS}) => output: array<number, number, number, number, number, number>`,
    [instant, instant],
    (_, a, b) => difference(a, b),
  ),
];
