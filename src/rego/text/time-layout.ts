/**
 * Go's time layouts: a reference time written the way times are to be written. Splits a layout into literal text and elements.
 * https://pkg.go.dev/time#pkg-constants
 */

/** What an element of a layout stands for. */
type LayoutElement =
  | "longYear"
  | "year"
  | "longMonth"
  | "month"
  | "numMonth"
  | "zeroMonth"
  | "longWeekday"
  | "weekday"
  | "day"
  | "underDay"
  | "zeroDay"
  | "underYearDay"
  | "zeroYearDay"
  | "hour"
  | "hour12"
  | "zeroHour12"
  | "minute"
  | "zeroMinute"
  | "second"
  | "zeroSecond"
  | "PM"
  | "pm"
  | "abbreviation"
  | "offset"
  | "fraction0"
  | "fraction9";

/** How an element that is an offset from UTC is written. */
export interface OffsetStyle {
  /** `Z` stands for no offset. */
  readonly iso: boolean;
  readonly colon: boolean;
  readonly minutes: boolean;
  readonly seconds: boolean;
}

/** A run of literal text and the element after it (none at the end). */
export interface LayoutChunk {
  readonly prefix: string;
  readonly element: LayoutElement | undefined;
  /** The element as the layout has it. */
  readonly text: string;
  readonly offset?: OffsetStyle;
}

/** The layouts that OPA knows by name. */
export const NAMED_LAYOUTS: ReadonlyMap<string, string> = new Map([
  ["ANSIC", "Mon Jan _2 15:04:05 2006"],
  ["UnixDate", "Mon Jan _2 15:04:05 MST 2006"],
  ["RubyDate", "Mon Jan 02 15:04:05 -0700 2006"],
  ["RFC822", "02 Jan 06 15:04 MST"],
  ["RFC822Z", "02 Jan 06 15:04 -0700"],
  ["RFC850", "Monday, 02-Jan-06 15:04:05 MST"],
  ["RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"],
  ["RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"],
  ["RFC3339", "2006-01-02T15:04:05Z07:00"],
  ["RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"],
]);

// In this order at each position; the longer of two that begin alike stands first.
const ELEMENTS: readonly (readonly [text: string, element: LayoutElement])[] = [
  ["January", "longMonth"],
  ["Jan", "month"],
  ["Monday", "longWeekday"],
  ["Mon", "weekday"],
  ["MST", "abbreviation"],
  ["01", "zeroMonth"],
  ["02", "zeroDay"],
  ["03", "zeroHour12"],
  ["04", "zeroMinute"],
  ["05", "zeroSecond"],
  ["06", "year"],
  ["002", "zeroYearDay"],
  ["15", "hour"],
  ["1", "numMonth"],
  ["2006", "longYear"],
  ["2", "day"],
  ["_2", "underDay"],
  ["__2", "underYearDay"],
  ["3", "hour12"],
  ["4", "minute"],
  ["5", "second"],
  ["PM", "PM"],
  ["pm", "pm"],
];

const OFFSET = /^(?:[-Z](?:070000|07:00:00|0700|07:00|07))/;
const FRACTION = /^[.,](?:0+|9+)(?![0-9])/;

/** Splits a layout. */
export function splitLayout(layout: string): readonly LayoutChunk[] {
  const chunks: LayoutChunk[] = [];
  let start = 0;
  for (let at = 0; at < layout.length; ) {
    // `_2006` is an underscore before a year.
    const found = layout.startsWith("_2006", at) ? undefined : elementAt(layout, at);
    if (found === undefined) {
      at++;
      continue;
    }
    chunks.push({ ...found, prefix: layout.slice(start, at) });
    at += found.text.length;
    start = at;
  }
  chunks.push({ prefix: layout.slice(start), element: undefined, text: "" });
  return chunks;
}

type Found = Omit<LayoutChunk, "prefix">;

function elementAt(layout: string, at: number): Found | undefined {
  const letter = layout.charAt(at);
  if (letter === "-" || letter === "Z") return offsetAt(layout.slice(at, at + 9));
  if (letter === "." || letter === ",") return fractionAt(layout.slice(at));
  for (const [text, element] of ELEMENTS) {
    if (!layout.startsWith(text, at)) continue;
    // `Jan` and `Mon` are not meant in `Janitor` or `Money`.
    if ((text === "Jan" || text === "Mon") && /[a-z]/.test(layout.charAt(at + 3))) continue;
    return { text, element };
  }
  return undefined;
}

function offsetAt(rest: string): Found | undefined {
  const text = OFFSET.exec(rest)?.[0];
  if (text === undefined) return undefined;
  const digits = text.slice(1).replaceAll(":", "").length;
  return {
    text,
    element: "offset",
    offset: { iso: text.startsWith("Z"), colon: text.includes(":"), minutes: digits > 2, seconds: digits > 4 },
  };
}

function fractionAt(rest: string): Found | undefined {
  const text = FRACTION.exec(rest)?.[0];
  return text === undefined ? undefined : { text, element: text.charAt(1) === "0" ? "fraction0" : "fraction9" };
}
