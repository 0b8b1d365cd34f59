/** Writes an instant by a Go layout. https://pkg.go.dev/time#Time.Format */
import { fromBinary, toBinary } from "./bytes.ts";
import type { CivilTime } from "./calendar.ts";
import { civilTimeOf, MONTHS, WEEKDAYS } from "./calendar.ts";
import type { LayoutChunk, OffsetStyle } from "./time-layout.ts";
import { splitLayout } from "./time-layout.ts";
import { isAscii } from "./unicode.ts";
import type { Zone } from "./zones.ts";
import { periodAt } from "./zones.ts";

/** Seconds since 1970, nanoseconds within the second, and the zone whose clock is read. */
export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
  readonly zone: Zone;
}

interface Moment {
  readonly civil: CivilTime;
  readonly nanos: number;
  readonly offset: number;
  readonly abbreviation: string;
}

/** Returns what the calendar and the clock of an instant's zone show. */
export function civilTimeAt({ seconds, zone }: Instant): CivilTime {
  return civilTimeOf(seconds + periodAt(zone, seconds).offset);
}

/** Returns the text of an instant. */
export function formatTime(instant: Instant, layout: string): string {
  const { offset, abbreviation } = periodAt(instant.zone, instant.seconds);
  const moment = { civil: civilTimeOf(instant.seconds + offset), nanos: instant.nanos, offset, abbreviation };
  // Layouts are read byte by byte; no element begins inside a character.
  const text = splitLayout(isAscii(layout) ? layout : toBinary(layout))
    .map((chunk) => chunk.prefix + elementText(chunk, moment))
    .join("");
  return isAscii(layout) ? text : fromBinary(text);
}

function elementText(chunk: LayoutChunk, moment: Moment): string {
  const { civil } = moment;
  switch (chunk.element) {
    case undefined:
      return "";
    case "longYear":
      return digits(civil.year, 4);
    case "year":
      return digits(Math.abs(civil.year) % 100, 2);
    case "abbreviation":
      return moment.abbreviation;
    case "offset":
      return chunk.offset === undefined ? "" : offsetText(moment.offset, chunk.offset);
    case "fraction0":
    case "fraction9":
      return fractionText(chunk, moment.nanos);
    default:
      return dateText(chunk, civil) ?? clockText(chunk, civil);
  }
}

function dateText({ element }: LayoutChunk, { month, day, weekday, yearDay }: CivilTime): string | undefined {
  switch (element) {
    case "longMonth":
      return MONTHS[month - 1] ?? "";
    case "month":
      return (MONTHS[month - 1] ?? "").slice(0, 3);
    case "numMonth":
      return String(month);
    case "zeroMonth":
      return digits(month, 2);
    case "longWeekday":
      return WEEKDAYS[weekday] ?? "";
    case "weekday":
      return (WEEKDAYS[weekday] ?? "").slice(0, 3);
    case "day":
      return String(day);
    case "underDay":
      return String(day).padStart(2);
    case "zeroDay":
      return digits(day, 2);
    case "underYearDay":
      return String(yearDay).padStart(3);
    case "zeroYearDay":
      return digits(yearDay, 3);
    default:
      return undefined;
  }
}

function clockText({ element }: LayoutChunk, { hour, minute, second }: CivilTime): string {
  switch (element) {
    case "hour":
      return digits(hour, 2);
    case "hour12":
      return String(hour % 12 || 12);
    case "zeroHour12":
      return digits(hour % 12 || 12, 2);
    case "minute":
      return String(minute);
    case "zeroMinute":
      return digits(minute, 2);
    case "second":
      return String(second);
    case "zeroSecond":
      return digits(second, 2);
    case "PM":
      return hour >= 12 ? "PM" : "AM";
    default:
      return hour >= 12 ? "pm" : "am";
  }
}

function digits(value: number, width: number): string {
  return (value < 0 ? "-" : "") + String(Math.abs(value)).padStart(width, "0");
}

function offsetText(offset: number, { iso, colon, minutes, seconds }: OffsetStyle): string {
  if (iso && offset === 0) return "Z";
  // Go decides the sign by whole minutes: 30 seconds west of UTC shows a plus.
  const whole = Math.trunc(offset / 60);
  const size = Math.abs(whole);
  const parts = [digits(Math.floor(size / 60), 2)];
  if (minutes) parts.push(digits(size % 60, 2));
  if (seconds) parts.push(digits((whole < 0 ? -offset : offset) % 60, 2));
  return (whole < 0 ? "-" : "+") + parts.join(colon ? ":" : "");
}

function fractionText({ text, element }: LayoutChunk, nanos: number): string {
  const all = digits(nanos, 9).slice(0, text.length - 1);
  if (element === "fraction0") return text.charAt(0) + all.padEnd(text.length - 1, "0").slice(0, 9);
  const kept = nanos === 0 ? "" : all.replace(/0+$/, "");
  return kept === "" ? "" : text.charAt(0) + kept;
}
