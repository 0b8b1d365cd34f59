/**
 * Reads an instant by a Go layout, with Go's tolerance and Go's complaints. A time without a zone is UTC; an abbreviation says nothing about
 * the offset. https://pkg.go.dev/time#Parse
 */
import { toBinary } from "./bytes.ts";
import { DAY, daysBeforeMonth, daysInMonth, daysSinceEpoch, isLeapYear } from "./calendar.ts";
import type { LayoutChunk } from "./time-layout.ts";
import { splitLayout } from "./time-layout.ts";
import type { TimeFields } from "./time-parse-element.ts";
import { ElementProblem, readElement } from "./time-parse-element.ts";
import { quoteBytes } from "./time-quote.ts";

/** An instant, or Go's complaint. */
export type ParsedTime =
  | { readonly kind: "time"; readonly seconds: number; readonly nanos: number }
  | { readonly kind: "error"; readonly message: string };

class Complaint {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Returns the instant that a text denotes by a layout. */
export function parseTime(layout: string, value: string): ParsedTime {
  const original = toBinary(value);
  const complaint = (element: string, rest: string) =>
    new Complaint(
      `parsing time ${quoteBytes(original)} as ${quoteBytes(toBinary(layout))}: cannot parse ${quoteBytes(rest)} as ${quoteBytes(element)}`,
    );
  try {
    const fields = readFields(splitLayout(toBinary(layout)), original, complaint);
    const day = dayOf(fields, original);
    let { hour } = fields;
    if (fields.half === "pm" && hour < 12) hour += 12;
    else if (fields.half === "am" && hour === 12) hour = 0;
    const seconds = day * DAY + hour * 3600 + fields.minute * 60 + fields.second - (fields.utc === true ? 0 : (fields.offset ?? 0));
    return { kind: "time", seconds, nanos: fields.nanos };
  } catch (problem) {
    if (problem instanceof Complaint) return { kind: "error", message: problem.message };
    throw problem;
  }
}

function readFields(chunks: readonly LayoutChunk[], original: string, complaint: (element: string, rest: string) => Complaint): TimeFields {
  const fields: TimeFields = { year: 0, hour: 0, minute: 0, second: 0, nanos: 0 };
  let rest = original;
  for (const [i, chunk] of chunks.entries()) {
    rest = skipLiteral(rest, chunk.prefix, (left) => complaint(chunk.prefix, left));
    if (chunk.element === undefined) break;
    try {
      rest = readElement(chunk, rest, fields, chunks[i + 1]);
    } catch (problem) {
      if (!(problem instanceof ElementProblem)) throw problem;
      throw problem.range === undefined ? complaint(chunk.text, rest) : outOfPlace(original, `${problem.range} out of range`);
    }
  }
  if (rest !== "") throw outOfPlace(original, `extra text: ${quoteBytes(rest)}`);
  return fields;
}

// A run of spaces in a layout matches any number of spaces.
function skipLiteral(value: string, prefix: string, complaint: (left: string) => Complaint): string {
  let left = value;
  let wanted = prefix;
  while (wanted !== "") {
    if (wanted.startsWith(" ")) {
      if (left !== "" && !left.startsWith(" ")) throw complaint(left);
      wanted = wanted.replace(/^ +/, "");
      left = left.replace(/^ +/, "");
      continue;
    }
    if (left === "" || left.charAt(0) !== wanted.charAt(0)) throw complaint(left);
    wanted = wanted.slice(1);
    left = left.slice(1);
  }
  return left;
}

function dayOf(fields: TimeFields, original: string): number {
  const { year } = fields;
  let { month, day } = fields;
  if (fields.yearDay !== undefined) {
    if (fields.yearDay < 1 || fields.yearDay > (isLeapYear(year) ? 366 : 365)) throw outOfPlace(original, "day-of-year out of range");
    let found = 1;
    while (daysBeforeMonth(year, found + 1) < fields.yearDay) found++;
    if (month !== undefined && month !== found) throw outOfPlace(original, "day-of-year does not match month");
    const foundDay = fields.yearDay - daysBeforeMonth(year, found);
    if (day !== undefined && day !== foundDay) throw outOfPlace(original, "day-of-year does not match day");
    month = found;
    day = foundDay;
  }
  month ??= 1;
  day ??= 1;
  if (day < 1 || day > daysInMonth(year, month)) throw outOfPlace(original, "day out of range");
  return daysSinceEpoch(year, month, day);
}

function outOfPlace(original: string, message: string): Complaint {
  return new Complaint(`parsing time ${quoteBytes(original)}: ${message}`);
}
