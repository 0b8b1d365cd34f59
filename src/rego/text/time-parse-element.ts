/** Reads one element of a Go time layout from the start of a text. https://pkg.go.dev/time#Parse */
import { MONTHS, WEEKDAYS } from "./calendar.ts";
import type { LayoutChunk } from "./time-layout.ts";

/** What has been read so far. Absent fields were not in the layout. */
export interface TimeFields {
  year: number;
  month?: number;
  day?: number;
  yearDay?: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  half?: "am" | "pm";
  /** Seconds east of UTC. */
  offset?: number;
  /** Set when the text says UTC, which outdoes any offset beside it. */
  utc?: boolean;
}

/** Why an element cannot be read: `range` names what is out of range; otherwise the text does not fit. */
export class ElementProblem {
  readonly range: string | undefined;
  constructor(range?: string) {
    this.range = range;
  }
}

/** Reads an element into `fields` and returns the rest of the text; throws an `ElementProblem`. */
export function readElement(chunk: LayoutChunk, value: string, fields: TimeFields, next: LayoutChunk | undefined): string {
  switch (chunk.element) {
    case "offset":
      return readOffset(chunk, value, fields);
    case "abbreviation":
      return readAbbreviation(value, fields);
    case "fraction0":
      return readFraction(value, chunk.text.length, fields);
    case "fraction9": {
      const written = /^[.,][0-9]+/.exec(value)?.[0] ?? "";
      return written === "" ? value : readFraction(value, written.length, fields);
    }
    case "PM":
    case "pm":
      return readHalf(chunk.element, value, fields);
    case "second":
    case "zeroSecond":
      return readSecond(chunk, value, fields, next);
    default:
      return readDatePart(chunk, value, fields) ?? readClockPart(chunk, value, fields);
  }
}

function readDatePart({ element }: LayoutChunk, value: string, fields: TimeFields): string | undefined {
  switch (element) {
    case "year": {
      const year = signedInteger(taken(value, 2));
      fields.year = year + (year >= 69 ? 1900 : 2000);
      return value.slice(2);
    }
    case "longYear":
      if (!/^[0-9]/.test(value)) throw new ElementProblem();
      fields.year = signedInteger(taken(value, 4));
      return value.slice(4);
    case "month":
    case "longMonth": {
      const found = lookUp(MONTHS, element === "month", value);
      fields.month = found.index + 1;
      return found.rest;
    }
    case "numMonth":
    case "zeroMonth": {
      const found = twoDigits(value, element === "zeroMonth");
      if (found.number < 1 || found.number > 12) throw new ElementProblem("month");
      fields.month = found.number;
      return found.rest;
    }
    case "weekday":
    case "longWeekday":
      return lookUp(WEEKDAYS, element === "weekday", value).rest;
    case "day":
    case "underDay":
    case "zeroDay": {
      const found = twoDigits(element === "underDay" ? value.replace(/^ /, "") : value, element === "zeroDay");
      fields.day = found.number;
      return found.rest;
    }
    case "underYearDay":
    case "zeroYearDay":
      return readYearDay(element === "zeroYearDay", value, fields);
    default:
      return undefined;
  }
}

function readYearDay(fixed: boolean, value: string, fields: TimeFields): string {
  const written = (fixed ? /^[0-9]{3}/ : /^ {0,2}[0-9]{1,3}/).exec(value)?.[0];
  if (written === undefined) throw new ElementProblem();
  fields.yearDay = Number(written);
  return value.slice(written.length);
}

function readClockPart({ element }: LayoutChunk, value: string, fields: TimeFields): string {
  const found = twoDigits(value, element === "zeroHour12" || element === "zeroMinute");
  if (element === "minute" || element === "zeroMinute") {
    if (found.number > 59) throw new ElementProblem("minute");
    fields.minute = found.number;
  } else {
    if (found.number > (element === "hour" ? 23 : 12)) throw new ElementProblem("hour");
    fields.hour = found.number;
  }
  return found.rest;
}

// A fraction may follow the seconds though the layout has none.
function readSecond({ element }: LayoutChunk, value: string, fields: TimeFields, next: LayoutChunk | undefined): string {
  const found = twoDigits(value, element === "zeroSecond");
  if (found.number > 59) throw new ElementProblem("second");
  fields.second = found.number;
  const fraction = /^[.,][0-9]+/.exec(found.rest)?.[0];
  // Whatever literal text stands between, a fraction as the next element reads it instead.
  if (fraction === undefined || next?.element === "fraction0" || next?.element === "fraction9") return found.rest;
  return readFraction(found.rest, fraction.length, fields);
}

function readHalf(element: "PM" | "pm", value: string, fields: TimeFields): string {
  const written = taken(value, 2);
  const [before, after] = element === "PM" ? ["AM", "PM"] : ["am", "pm"];
  if (written !== before && written !== after) throw new ElementProblem();
  if (written === after) fields.half = "pm";
  else fields.half ??= "am";
  return value.slice(2);
}

function readFraction(value: string, length: number, fields: TimeFields): string {
  const written = taken(value, length);
  if (!/^[.,]/.test(written)) throw new ElementProblem();
  const digits = written.slice(1, 10);
  const nanos = signedInteger(digits);
  if (nanos < 0) throw new ElementProblem("fractional second");
  fields.nanos = nanos * 10 ** (9 - digits.length);
  return value.slice(length);
}

function readOffset({ offset }: LayoutChunk, value: string, fields: TimeFields): string {
  if (offset === undefined) throw new ElementProblem();
  if (offset.iso && value.startsWith("Z")) {
    fields.utc = true;
    return value.slice(1);
  }
  const parts = 1 + Number(offset.minutes) + Number(offset.seconds);
  const colon = offset.colon ? 1 : 0;
  const length = 1 + 2 * parts + colon * (parts - 1);
  const written = taken(value, length);
  if (offset.colon && !/^.{3}:(?:$|.{2}(?:$|:))/s.test(written)) throw new ElementProblem();
  const pairs = Array.from({ length: parts }, (_, i) => written.slice(1 + i * (2 + colon), 3 + i * (2 + colon)));
  const wrong = pairs.findIndex((pair) => !/^[0-9]{2}$/.test(pair));
  // What comes before the first wrong pair may still be out of range, which is the louder complaint.
  const numbers = (wrong < 0 ? pairs : pairs.slice(0, wrong)).map(Number);
  const [hours = 0, minutes = 0, seconds = 0] = numbers;
  if (hours > 24) throw new ElementProblem("time zone offset hour");
  if (minutes > 60) throw new ElementProblem("time zone offset minute");
  if (seconds > 60) throw new ElementProblem("time zone offset second");
  const sign = written.charAt(0);
  if (wrong >= 0 || (sign !== "+" && sign !== "-")) throw new ElementProblem();
  const total = (hours * 60 + minutes) * 60 + seconds;
  fields.offset = sign === "-" ? -total : total;
  return value.slice(length);
}

// UTC is UTC; any other abbreviation tells Go nothing, not even GMT+3, and only its length matters.
function readAbbreviation(value: string, fields: TimeFields): string {
  if (value.startsWith("UTC")) {
    fields.utc = true;
    return value.slice(3);
  }
  const length = abbreviationLength(value);
  if (length === 0) throw new ElementProblem();
  return value.slice(length);
}

function abbreviationLength(value: string): number {
  if (/^(?:ChST|MeST)/.test(value)) return 4;
  const gmt = /^GMT(?:[-+]([0-9]+))?/.exec(value);
  if (gmt !== null) return Number(gmt[1] ?? "0") <= 23 ? gmt[0].length : 3;
  const signed = /^[-+][0-9]+/.exec(value)?.[0];
  // Fewer than three characters are no zone, whatever they are.
  if (signed !== undefined) return value.length >= 3 && Math.abs(Number(signed)) <= 23 ? signed.length : 0;
  const letters = /^[A-Z]{0,6}/.exec(value)?.[0] ?? "";
  if (letters.length === 3) return 3;
  if (letters.length === 4) return letters.endsWith("T") || letters === "WITA" ? 4 : 0;
  return letters.length === 5 && letters.endsWith("T") ? 5 : 0;
}

function taken(value: string, length: number): string {
  if (value.length < length) throw new ElementProblem();
  return value.slice(0, length);
}

function signedInteger(text: string): number {
  if (!/^[-+]?[0-9]*$/.test(text)) throw new ElementProblem();
  return Number(text.replace(/^[-+]?$/, "0")) + 0;
}

function twoDigits(value: string, fixed: boolean): { readonly number: number; readonly rest: string } {
  const written = (fixed ? /^[0-9]{2}/ : /^[0-9]{1,2}/).exec(value)?.[0];
  if (written === undefined) throw new ElementProblem();
  return { number: Number(written), rest: value.slice(written.length) };
}

function lookUp(names: readonly string[], short: boolean, value: string): { readonly index: number; readonly rest: string } {
  const lower = value.slice(0, 9).toLowerCase();
  for (const [index, full] of names.entries()) {
    const name = short ? full.slice(0, 3) : full;
    if (lower.startsWith(name.toLowerCase())) return { index, rest: value.slice(name.length) };
  }
  throw new ElementProblem();
}
