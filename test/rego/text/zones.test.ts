import { describe, expect, it } from "vitest";
import { findZone, instantOf, periodAt, UTC, type Zone } from "../../../src/rego/text/zones.ts";

const zone = (name: string): Zone => {
  const found = findZone(name);
  if (found === undefined) throw new Error(`no zone ${name}`);
  return found;
};
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const shown = (name: string, iso: string): string => {
  const { abbreviation, offset } = periodAt(zone(name), seconds(iso));
  return `${abbreviation} ${offset}`;
};

describe("zones", () => {
  it.each([
    ["Europe/Berlin", "2024-01-15T00:00:00Z", "CET 3600"],
    ["Europe/Berlin", "2024-07-15T00:00:00Z", "CEST 7200"],
    ["Europe/Berlin", "1800-01-01T00:00:00Z", "LMT 3208"],
    ["America/New_York", "2150-07-04T00:00:00Z", "EDT -14400"],
    ["America/Sao_Paulo", "2150-01-01T00:00:00Z", "-03 -10800"],
    ["Australia/Sydney", "2100-01-01T00:00:00Z", "AEDT 39600"],
    ["Asia/Kathmandu", "2024-01-01T00:00:00Z", "+0545 20700"],
    ["Europe/Dublin", "2060-07-01T00:00:00Z", "IST 3600"],
    ["Etc/GMT+5", "2024-01-01T00:00:00Z", "-05 -18000"],
  ])("%s at %s shows %s", (name, iso, expected) => {
    expect(shown(name, iso)).toBe(expected);
  });

  it("agree with the platform's own zones after 1970", () => {
    for (const name of ["Europe/Paris", "America/Los_Angeles", "Asia/Tokyo", "Africa/Cairo", "Pacific/Auckland", "America/Caracas"]) {
      const clock = new Intl.DateTimeFormat("en", { timeZone: name, timeZoneName: "longOffset" });
      for (let at = 0; at < 4_000_000_000; at += 9_876_543) {
        const text = clock.formatToParts(at * 1000).find((part) => part.type === "timeZoneName")?.value ?? "";
        const [, sign = "+", hours = "0", minutes = "0"] = /GMT(?:([+-])(\d+):(\d+))?/.exec(text) ?? [];
        const expected = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === "-" ? -1 : 1);
        expect(periodAt(zone(name), at).offset + 0).toBe(expected + 0);
      }
    }
  });

  it("are known by their exact names only", () => {
    expect(findZone("europe/berlin")).toBeUndefined();
    expect(findZone("Berlin")).toBeUndefined();
    expect(findZone("")).toBeUndefined();
    expect(findZone("US/Pacific")).toBeDefined();
  });

  it("find the instant a clock shows, also when clocks are changed", () => {
    const berlin = zone("Europe/Berlin");
    const clock = (iso: string) => (instantOf(berlin, seconds(`${iso}Z`)) - seconds(`${iso}Z`)) / 3600;
    expect(clock("2024-07-01T12:00:00")).toBe(-2);
    expect(clock("2024-03-31T02:30:00")).toBe(-1);
    expect(clock("2024-10-27T02:30:00")).toBe(-1);
    expect(instantOf(UTC, 5)).toBe(5);
  });
});
