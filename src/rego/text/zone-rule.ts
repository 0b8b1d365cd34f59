/**
 * The rule that governs a zone after its last recorded transition, in the notation of POSIX's TZ variable (`CET-1CEST,M3.5.0,M10.5.0/3`).
 * https://datatracker.ietf.org/doc/html/rfc8536#section-3.3
 */
import { civilTimeOf, DAY, daysBeforeMonth, daysInMonth, daysSinceEpoch, isLeapYear } from "./calendar.ts";
import type { ZonePeriod } from "./zones.ts";

interface Side {
  readonly abbreviation: string;
  readonly offset: number;
}

type Day =
  | { readonly kind: "julian"; readonly day: number }
  | { readonly kind: "ordinal"; readonly day: number }
  | { readonly kind: "weekday"; readonly month: number; readonly week: number; readonly weekday: number };

interface Change {
  readonly day: Day;
  /** Seconds after midnight, local time before the change. */
  readonly time: number;
}

/** Standard time and, where clocks change, summer time with its two changes. */
export interface ZoneRule {
  readonly standard: Side;
  readonly summer: { readonly side: Side; readonly begins: Change; readonly ends: Change } | undefined;
}

const NAME = "([A-Za-z]{3,}|<[A-Za-z0-9+-]+>)";
const CLOCK = "([-+]?[0-9]+(?::[0-9]+)?(?::[0-9]+)?)";
const RULE = new RegExp(`^${NAME}${CLOCK}(?:${NAME}${CLOCK}?(?:,([^,]+),([^,]+))?)?$`);
const DEFAULT_BEGIN = "M3.2.0";
const DEFAULT_END = "M11.1.0";
const TWO_O_CLOCK = 7200;

/** Reads a rule; undefined when it is none. */
export function parseZoneRule(text: string): ZoneRule | undefined {
  const [, name, offset, summerName, summerOffset, begins = DEFAULT_BEGIN, ends = DEFAULT_END] = RULE.exec(text) ?? [];
  if (name === undefined || offset === undefined) return undefined;
  // POSIX counts westward.
  const standard = { abbreviation: bare(name), offset: 0 - secondsOf(offset) };
  if (summerName === undefined) return { standard, summer: undefined };
  const side = {
    abbreviation: bare(summerName),
    offset: summerOffset === undefined ? standard.offset + 3600 : 0 - secondsOf(summerOffset),
  };
  return { standard, summer: { side, begins: parseChange(begins), ends: parseChange(ends) } };
}

function bare(name: string): string {
  return name.replace(/[<>]/g, "");
}

function secondsOf(clock: string): number {
  const [hours = "0", minutes = "0", seconds = "0"] = clock.replace(/^[-+]/, "").split(":");
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return clock.startsWith("-") ? -total : total;
}

function parseChange(text: string): Change {
  const [day = "", time] = text.split("/");
  return { day: parseDay(day), time: time === undefined ? TWO_O_CLOCK : secondsOf(time) };
}

function parseDay(text: string): Day {
  if (text.startsWith("J")) return { kind: "julian", day: Number(text.slice(1)) };
  if (!text.startsWith("M")) return { kind: "ordinal", day: Number(text) };
  const [month = 1, week = 1, weekday = 0] = text.slice(1).split(".").map(Number);
  return { kind: "weekday", month, week, weekday };
}

/** Returns what the clock shows at an instant; `since` is the last recorded transition. */
export function periodByRule({ standard, summer }: ZoneRule, seconds: number, since: number): ZonePeriod {
  if (summer === undefined) return { ...standard, start: since, end: Number.POSITIVE_INFINITY };
  const { year } = civilTimeOf(seconds);
  const newYear = daysSinceEpoch(year, 1, 1) * DAY;
  const begins = newYear + secondOfYear(summer.begins, year) - standard.offset;
  const ends = newYear + secondOfYear(summer.ends, year) - summer.side.offset;
  // In the south the year begins in summer time.
  const [outside, inside] = begins <= ends ? [standard, summer.side] : [summer.side, standard];
  const first = Math.min(begins, ends);
  const last = Math.max(begins, ends);
  if (seconds < first) return { ...outside, start: newYear, end: first };
  return seconds < last ? { ...inside, start: first, end: last } : { ...outside, start: last, end: newYear + 365 * DAY };
}

function secondOfYear({ day, time }: Change, year: number): number {
  switch (day.kind) {
    case "julian":
      return (day.day - 1 + (isLeapYear(year) && day.day >= 60 ? 1 : 0)) * DAY + time;
    case "ordinal":
      return day.day * DAY + time;
    default: {
      const firstWeekday = (((daysSinceEpoch(year, day.month, 1) + 4) % 7) + 7) % 7;
      const first = (day.weekday - firstWeekday + 7) % 7;
      // Week 5 means the last one.
      const weeks = Math.min(day.week - 1, Math.floor((daysInMonth(year, day.month) - 1 - first) / 7));
      return (daysBeforeMonth(year, day.month) + first + 7 * weeks) * DAY + time;
    }
  }
}
