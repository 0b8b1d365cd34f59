import { describe, expect, it } from "vitest";
import { answerOf } from "../../support/call-builtin.ts";

describe("units", () => {
  it.each([
    ["units.parse", "10Ki", "10240"],
    ["units.parse", "1.5G", "1500000000"],
    ["units.parse", "100m", "0.1000000000"],
    ["units.parse", "1M", "1000000"],
    ["units.parse", '"2K"', "2000"],
    ["units.parse", "1e3K", "1000000"],
    ["units.parse", "1E", "1000000000000000000"],
    ["units.parse", "0.00000000005", "0.0000000001"],
    ["units.parse", "", "eval_builtin_error: units.parse: units.parse: no amount provided"],
    ["units.parse", "1 K", "eval_builtin_error: units.parse: units.parse: spaces not allowed in resource strings"],
    ["units.parse", "1.2.3", "eval_builtin_error: units.parse: units.parse: could not parse amount to a number"],
    ["units.parse", "1Xyz", "eval_builtin_error: units.parse: units.parse: unit Xyz not recognized"],
    ["units.parse", "1e1234567", "eval_builtin_error: units.parse: units.parse: exponent too large"],
    ["units.parse_bytes", "100MiB", "104857600"],
    ["units.parse_bytes", "1kb", "1000"],
    ["units.parse_bytes", "0.5", "0"],
    ["units.parse_bytes", "-1.5k", "-1500"],
    ["units.parse_bytes", "1b", "eval_builtin_error: units.parse_bytes: units.parse_bytes: byte unit b not recognized"],
    ["units.parse_bytes", "GB", "eval_builtin_error: units.parse_bytes: units.parse_bytes: no byte amount provided"],
  ])("%s(%o) is %s", (name, text, expected) => {
    expect(answerOf(name, text)).toBe(expected);
  });
});
