/**
 * Fields of timestamps, in UTC or in a named or numeric time zone, and of durations: `getFullYear`, `getHours` and the others.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#timestamp-and-duration
 */
import { type CalendarFields, calendar } from "../values/time.ts";
import { CelError, type CelResult, type CelTimestamp } from "../values/value.ts";
import { duration, type FunctionDeclaration, func, int, method, string, timestamp } from "./declare.ts";

type Read = (fields: CalendarFields) => number;

const NUMERIC_OFFSET = /^([+-]?)(\d+):([+-]?\d+)$/;

function inZone(time: CelTimestamp, zone: string, read: Read): CelResult {
  if (zone === "" || zone === "UTC") return read(calendar(time));
  const colon = zone.indexOf(":");
  const offset = colon < 0 ? namedOffset(time, zone) : numericOffset(zone, colon);
  return typeof offset === "number" ? read(calendar(time, offset)) : offset;
}

function numericOffset(zone: string, colon: number): number | CelError {
  const match = NUMERIC_OFFSET.exec(zone);
  if (match === null) {
    const hours = zone.slice(0, colon);
    const wrong = /^[+-]?\d+$/.test(hours) ? zone.slice(colon + 1) : hours;
    return new CelError(`strconv.Atoi: parsing "${wrong}": invalid syntax`);
  }
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * 60;
}

function namedOffset(time: CelTimestamp, zone: string): number | CelError {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return offsetFrom(format, time);
  } catch {
    return new CelError(`unknown time zone ${zone}`);
  }
}

// The zone's wall clock read as if it were UTC, less the time itself, is the offset.
function offsetFrom(format: Intl.DateTimeFormat, time: CelTimestamp): number {
  const seconds = Number((time.nanos - (((time.nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n);
  const parts = new Map(format.formatToParts(seconds * 1000).map((part) => [part.type, part.value]));
  const field = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
  const utc = calendar(time);
  const wallMinutes = field("hour") * 60 + field("minute");
  const utcMinutes = utc.hours * 60 + utc.minutes;
  const dayShift = Math.sign(field("year") - utc.year) || Math.sign(field("month") - utc.month) || Math.sign(field("day") - utc.day);
  return (dayShift * 1440 + wallMinutes - utcMinutes) * 60 + (field("second") - utc.seconds);
}

const FIELDS: readonly (readonly [string, string, Read])[] = [
  ["getFullYear", "timestamp_to_year", (fields) => fields.year],
  ["getMonth", "timestamp_to_month", (fields) => fields.month - 1],
  ["getDayOfYear", "timestamp_to_day_of_year", (fields) => fields.dayOfYear],
  ["getDayOfMonth", "timestamp_to_day_of_month", (fields) => fields.day - 1],
  ["getDate", "timestamp_to_day_of_month_1_based", (fields) => fields.day],
  ["getDayOfWeek", "timestamp_to_day_of_week", (fields) => fields.weekday],
  ["getHours", "timestamp_to_hours", (fields) => fields.hours],
  ["getMinutes", "timestamp_to_minutes", (fields) => fields.minutes],
  ["getSeconds", "timestamp_to_seconds", (fields) => fields.seconds],
  ["getMilliseconds", "timestamp_to_milliseconds", (fields) => Math.floor(fields.nanos / 1_000_000)],
];

// What a duration amounts to in whole units; milliseconds are those beyond the last whole second.
const UNITS: ReadonlyMap<string, (nanos: bigint) => bigint> = new Map([
  ["getHours", (nanos: bigint) => nanos / 3_600_000_000_000n],
  ["getMinutes", (nanos: bigint) => nanos / 60_000_000_000n],
  ["getSeconds", (nanos: bigint) => nanos / 1_000_000_000n],
  ["getMilliseconds", (nanos: bigint) => nanos / 1_000_000n],
]);

/** The functions. */
export const calendarFunctions: readonly FunctionDeclaration[] = FIELDS.map(([name, id, read]) => {
  const overloads = [
    method(id, [timestamp], int, (time) => read(calendar(time))),
    method(`${id}_with_tz`, [timestamp, string], int, (time, zone) => inZone(time, zone, read)),
  ];
  const unit = UNITS.get(name);
  if (unit === undefined) return func(name, overloads);
  return func(name, [
    ...overloads,
    method(`duration_${id.slice("timestamp_".length)}`, [duration], int, (span) => Number(unit(span.nanos))),
  ]);
});
