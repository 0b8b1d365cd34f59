import { describe, expect, it } from "vitest";
import { civilTimeOf, DAY, daysInMonth, daysSinceEpoch, isLeapYear } from "../../../src/rego/text/calendar.ts";

describe("the calendar", () => {
  it("takes instants apart as the platform does", () => {
    for (let at = -9e9; at < 9e9; at += 12_345_678.25) {
      const seconds = Math.floor(at);
      const date = new Date(seconds * 1000);
      expect(civilTimeOf(seconds)).toMatchObject({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        weekday: date.getUTCDay(),
      });
    }
  });

  it("puts dates together again", () => {
    for (const year of [-400, -1, 0, 1, 1600, 1900, 1970, 2000, 2024, 9999])
      for (let month = 1; month <= 12; month++) {
        const civil = civilTimeOf(daysSinceEpoch(year, month, daysInMonth(year, month)) * DAY);
        expect([civil.year, civil.month, civil.day]).toEqual([year, month, daysInMonth(year, month)]);
      }
  });

  it("knows leap years and days of a year", () => {
    expect([1900, 2000, 2023, 2024].map(isLeapYear)).toEqual([false, true, false, true]);
    expect(civilTimeOf(daysSinceEpoch(2024, 12, 31) * DAY).yearDay).toBe(366);
  });
});
