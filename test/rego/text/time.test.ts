import { describe, expect, it } from "vitest";
import { parseExtendedDuration } from "../../../src/rego/text/duration.ts";
import { formatTime } from "../../../src/rego/text/time-format.ts";
import { parseTime } from "../../../src/rego/text/time-parse.ts";
import { findZone, UTC } from "../../../src/rego/text/zones.ts";

const instant = { seconds: 1709208305, nanos: 120_000_000, zone: UTC }; // 2024-02-29T12:05:05.12Z

describe("formatTime", () => {
  it.each([
    ["2006-01-02T15:04:05.999999999Z07:00", "2024-02-29T12:05:05.12Z"],
    ["Mon Jan _2 15:04:05.000 2006", "Thu Feb 29 12:05:05.120 2024"],
    ["Monday January 1 2 06 3 4 5 pm", "Thursday February 2 29 24 12 5 5 pm"],
    ["02 002 __2 03 PM -0700 -07 MST", "29 060  60 12 PM +0000 +00 UTC"],
    ["Z0700 Z07:00:00 -07:00:00 -070000", "Z Z +00:00:00 +000000"],
    ["Janitor Money é _2006 .99 ,000", "Janitor Money é _2024 .12 ,120"],
  ])("writes %o as %o", (layout, expected) => {
    expect(formatTime(instant, layout)).toBe(expected);
  });

  it("shows offsets to the second where there are such", () => {
    const paris = findZone("Europe/Paris") ?? UTC;
    expect(formatTime({ seconds: -3e9, nanos: 0, zone: paris }, "MST -07:00:00 -0700")).toBe("LMT +00:09:21 +0009");
  });
});

describe("parseTime", () => {
  it.each([
    ["2006-01-02 15:04", "2024-02-29 12:05", 1709208300],
    ["Jan _2  2006 3PM", "feb  9 2024 12AM", 1707436800],
    ["2006 002", "2024 060", 1709164800],
    ["06-1-2", "69-1-2", -31449600],
    ["2006-01-02T15:04:05Z07:00", "2024-02-29T12:05:05+01:00", 1709204705],
    ["2006-01-02 15:04:05 -0700 MST", "2024-02-29 12:05:05 -0130 ABC", 1709213705],
    ["2006-01-02 MST", "2024-02-29 GMT+3", 1709164800],
  ])("reads by %o: %o", (layout, value, seconds) => {
    expect(parseTime(layout, value)).toMatchObject({ kind: "time", seconds });
  });

  it("reads fractions whether or not the layout has them", () => {
    expect(parseTime("15:04:05", "00:00:01.25")).toMatchObject({ nanos: 250_000_000 });
    expect(parseTime("05.000", "01.250")).toMatchObject({ nanos: 250_000_000 });
    expect(parseTime("05.999", "01")).toMatchObject({ nanos: 0 });
  });

  it.each([
    ["2006-01-02", "2024-13-01", 'parsing time "2024-13-01": month out of range'],
    ["2006-01-02", "2024-02-30", 'parsing time "2024-02-30": day out of range'],
    ["15:04", "24:00", 'parsing time "24:00": hour out of range'],
    ["2006", "2024x", 'parsing time "2024x": extra text: "x"'],
    ["2006-01", "2024/01", 'parsing time "2024/01" as "2006-01": cannot parse "/01" as "-"'],
    ["Jan", "é", 'parsing time "\\xc3\\xa9" as "Jan": cannot parse "\\xc3\\xa9" as "Jan"'],
    ["Jan 002", "Feb 001", 'parsing time "Feb 001": day-of-year does not match month'],
    ["Z07:00", "+25:00", 'parsing time "+25:00": time zone offset hour out of range'],
    ["Z07:00", "x", 'parsing time "x" as "Z07:00": cannot parse "x" as "Z07:00"'],
  ])("by %o finds fault with %o", (layout, value, message) => {
    expect(parseTime(layout, value)).toEqual({ kind: "error", message });
  });
});

describe("parseExtendedDuration", () => {
  it.each([
    ["1h15m30.918273645s", 4530918273645n],
    ["-1.5h", -5400000000000n],
    [".5ms", 500000n],
    ["1µs", 1000n],
    ["1y1w1d", 32227200000000000n],
    ["0", 0n],
    ["-9223372036854775808ns", -9223372036854775808n],
  ])("reads %o", (text, nanos) => {
    expect(parseExtendedDuration(text)).toEqual({ kind: "nanos", nanos });
  });

  it.each([
    ["1", 'time: missing unit in duration "1"'],
    ["1x", 'time: unknown unit "x" in duration "1x"'],
    ["1dd", 'time: invalid duration "1dd"'],
    ["1d1x", 'time: unknown unit "x" in duration "1d1x"'],
    ["9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'],
    ["999999999999999999999h", 'time: invalid duration "999999999999999999999h"'],
    [".s", 'time: invalid duration ".s"'],
  ])("finds fault with %o", (text, message) => {
    expect(parseExtendedDuration(text)).toEqual({ kind: "error", message });
  });
});
