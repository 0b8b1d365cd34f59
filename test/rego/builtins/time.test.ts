import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/rego/values/value.ts";
import { answerOf, num } from "../../support/call-builtin.ts";

const noon = num("1709208000000000000"); // 2024-02-29T12:00:00Z

describe("reading the clock", () => {
  it.each([
    ["time.date", [noon], "[2024, 2, 29]"],
    ["time.clock", [[noon, "America/New_York"]], "[7, 0, 0]"],
    ["time.weekday", [noon], '"Thursday"'],
    ["time.date", [num("-1")], "[1969, 12, 31]"],
    ["time.date", [num("1e18")], "[2001, 9, 9]"],
    ["time.format", [0], '"1970-01-01T00:00:00Z"'],
    ["time.format", [num("1709208000123400000")], '"2024-02-29T12:00:00.1234Z"'],
    ["time.format", [[noon, "Asia/Kolkata", "RFC1123Z"]], '"Thu, 29 Feb 2024 17:30:00 +0530"'],
    ["time.format", [[noon, "", "Jan _2 3PM"]], '"Feb 29 12PM"'],
    ["time.date", [1.5], "eval_builtin_error: time.date: timestamp too big"],
    ["time.date", [num("1e30")], "eval_builtin_error: time.date: timestamp too big"],
    ["time.date", [[0, "Nope/Zone"]], "eval_builtin_error: time.date: unknown time zone Nope/Zone"],
    ["time.date", [[0, "europe/berlin"]], "eval_builtin_error: time.date: unknown time zone europe/berlin"],
    ["time.date", [[0, "Europe\\Berlin"]], "eval_builtin_error: time.date: unknown time zone Europe\\Berlin"],
    ["time.date", [[0, "\\Europe"]], "eval_builtin_error: time.date: time: invalid location name"],
    ["time.date", [[0, "a..b"]], "eval_builtin_error: time.date: time: invalid location name"],
    ["time.date", [[]], "eval_type_error: time.date: operand 1 must be either number (ns) or [number (ns), string (tz)] but got array"],
    ["time.now_ns", [], "1700000000123456789"],
  ] as readonly (readonly [string, Value[], string])[])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });
});

describe("parsing", () => {
  it.each([
    ["time.parse_rfc3339_ns", ["2024-02-29T12:00:00.5+01:00"], "1709204400500000000"],
    ["time.parse_ns", ["2006-01-02", "2024-02-29"], "1709164800000000000"],
    ["time.parse_ns", ["RFC822", "29 Feb 24 12:00 PST"], "1709208000000000000"],
    ["time.parse_ns", ["2006-01-02", "2023-02-29"], 'eval_builtin_error: time.parse_ns: parsing time "2023-02-29": day out of range'],
    [
      "time.parse_rfc3339_ns",
      ["2024"],
      'eval_builtin_error: time.parse_rfc3339_ns: parsing time "2024" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "-"',
    ],
    ["time.parse_ns", ["2006", "1500"], "eval_builtin_error: time.parse_ns: time outside of valid range"],
    ["time.parse_duration_ns", ["1h1.5s"], "3601500000000"],
    ["time.parse_duration_ns", ["-1d12h"], "-129600000000000"],
    ["time.parse_duration_ns", [""], 'eval_builtin_error: time.parse_duration_ns: time: invalid duration ""'],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });
});

describe("adding and comparing", () => {
  it("adds dates as calendars do", () => {
    const october31 = num("1698710400000000000");
    expect(answerOf("time.format", num(answerOf("time.add_date", october31, 0, 1, 0)))).toBe('"2023-12-01T00:00:00Z"');
    expect(answerOf("time.add_date", 0, 0, 0, 1)).toBe("86400000000000");
    expect(answerOf("time.add_date", 0, num("9223372036854775807"), 0, 0)).toBe(
      "eval_builtin_error: time.add_date: time outside of valid range",
    );
    expect(answerOf("time.add_date", 0, 1.5, 0, 0)).toBe(
      "eval_type_error: time.add_date: operand 2 must be integer number but got floating-point number",
    );
  });

  it("keeps the clock across a change of the zone's offset", () => {
    // Berlin, noon on 30 March 2024; clocks go forward that night.
    expect(answerOf("time.add_date", [num("1711796400000000000"), "Europe/Berlin"], 0, 0, 1)).toBe("1711879200000000000");
  });

  it("measures from the earlier to the later, whichever comes first", () => {
    const later = num("1711884896007008009");
    expect(answerOf("time.diff", noon, later)).toBe("[0, 1, 1, 23, 34, 56]");
    expect(answerOf("time.diff", later, noon)).toBe("[0, 1, 1, 23, 34, 56]");
  });
});
