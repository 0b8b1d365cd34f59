/**
 * Timestamps and durations: reading (RFC 3339, Go's duration notation), printing, checked arithmetic and calendar fields. Ranges and texts
 * are cel-go's: years 1 to 9999, durations of 64-bit nanoseconds.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#abstract-types
 */
import { CelDuration, CelError, CelTimestamp } from "./value.ts";

const SECOND = 1_000_000_000n;
const DAY = 86_400n;
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;
const INT_LIMIT = 2n ** 63n;

const timestampOverflow = new CelError("timestamp overflow");
const durationOverflow = new CelError("integer overflow");

/** Divides rounding down, so that times before 1970 fall into the right second and day. */
function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Makes a timestamp, or the overflow error outside years 1 to 9999. */
export function toTimestamp(nanos: bigint, offset = 0): CelTimestamp | CelError {
  const seconds = floorDivide(nanos, SECOND);
  return seconds < MIN_SECONDS || seconds > MAX_SECONDS ? timestampOverflow : new CelTimestamp(nanos, offset);
}

/** Makes a duration, or the overflow error beyond 64 bits of nanoseconds. */
export function toDuration(nanos: bigint): CelDuration | CelError {
  return nanos < -INT_LIMIT || nanos >= INT_LIMIT ? durationOverflow : new CelDuration(nanos);
}

/** The seconds since 1970 of a timestamp, rounded down. */
export function unixSeconds(time: CelTimestamp): bigint {
  return floorDivide(time.nanos, SECOND);
}

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** A moment taken apart. Months count from 1, days of the week from Sunday = 0, days of the year from 0. */
export interface CalendarFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly dayOfYear: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly nanos: number;
}

/** Takes a timestamp apart, as seen `offsetSeconds` east of UTC. */
export function calendar(time: CelTimestamp, offsetSeconds = 0): CalendarFields {
  const seconds = unixSeconds(time) + BigInt(offsetSeconds);
  const days = Number(floorDivide(seconds, DAY));
  const rest = Number(seconds - BigInt(days) * DAY);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayFromMarch = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayFromMarch + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayFromMarch - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysFromCivil(year, 1, 1),
    hours: Math.floor(rest / 3600),
    minutes: Math.floor(rest / 60) % 60,
    seconds: rest % 60,
    nanos: Number(time.nanos - unixSeconds(time) * SECOND),
  };
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Reads an RFC 3339 time; `undefined` when the text is none. */
export function parseTimestamp(text: string): CelTimestamp | CelError | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const offset = readOffset(match[8], match[9], match[10]);
  if (offset === undefined) return undefined;
  const total = daysFromCivil(year, month, day) * 86_400 + hours * 3600 + minutes * 60 + seconds - offset;
  const fraction = BigInt((match[7] ?? "").slice(0, 9).padEnd(9, "0"));
  return toTimestamp(BigInt(total) * SECOND + fraction, offset);
}

function monthLength(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && !leap ? 28 : (MONTH_DAYS[month - 1] ?? 0);
}

function readOffset(sign: string | undefined, hours: string | undefined, minutes: string | undefined): number | undefined {
  if (sign === undefined) return 0;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  if (Number(hours) > 24 || Number(minutes) > 60) return undefined;
  return sign === "-" ? -seconds : seconds;
}

/** Prints a timestamp as RFC 3339, in the zone it was written in, with as many decimals as needed. */
export function printTimestamp(time: CelTimestamp): string {
  const at = calendar(time, time.offset);
  const two = (value: number) => String(value).padStart(2, "0");
  const fraction = at.nanos === 0 ? "" : `.${String(at.nanos).padStart(9, "0").replace(/0+$/, "")}`;
  const date = `${String(at.year).padStart(4, "0")}-${two(at.month)}-${two(at.day)}`;
  return `${date}T${two(at.hours)}:${two(at.minutes)}:${two(at.seconds)}${fraction}${printOffset(time.offset)}`;
}

function printOffset(seconds: number): string {
  if (seconds === 0) return "Z";
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", SECOND],
  ["m", 60n * SECOND],
  ["h", 3_600n * SECOND],
]);

/** Reads a duration in Go's notation, e.g. `1h30m`; `undefined` when the text is none or does not fit. */
export function parseDuration(text: string): CelDuration | undefined {
  const negative = text.startsWith("-");
  const body = negative || text.startsWith("+") ? text.slice(1) : text;
  if (body === "0") return new CelDuration(0n);
  // A long text of digits would make quadratic bigint work; no duration needs more than this.
  if (body === "" || body.length > 512) return undefined;
  let total = 0n;
  let at = 0;
  const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
  while (at < body.length) {
    part.lastIndex = at;
    const match = part.exec(body);
    const unit = UNITS.get(match?.[3] ?? "");
    if (match === null || unit === undefined) return undefined;
    const whole = match[1] ?? "";
    const fraction = match[2] ?? "";
    if (whole === "" && fraction === "") return undefined;
    total += BigInt(whole === "" ? "0" : whole) * unit;
    if (fraction !== "") total += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
    at = part.lastIndex;
  }
  const duration = toDuration(negative ? -total : total);
  return duration instanceof CelError ? undefined : duration;
}

/** Prints a duration in seconds with as many decimals as a double shows, e.g. `3723.5s`. */
export function printDuration(duration: CelDuration): string {
  const whole = duration.nanos / SECOND;
  const seconds = Number(whole) + Number(duration.nanos % SECOND) / 1e9;
  return `${plainDecimal(seconds)}s`;
}

/** Prints a double without exponent. */
export function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return Object.is(value, -0) ? "-0" : text;
  const digits = `${match[2]}${match[3] ?? ""}`;
  const point = 1 + Number(match[4]);
  if (point <= 0) return `${match[1]}0.${"0".repeat(-point)}${digits}`;
  return match[1] + (digits.length <= point ? digits.padEnd(point, "0") : `${digits.slice(0, point)}.${digits.slice(point)}`);
}
