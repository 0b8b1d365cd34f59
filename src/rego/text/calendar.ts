/**
 * The Gregorian calendar without end in either direction, in whole seconds since 1970. Pure arithmetic: no `Date`, no zone.
 * https://datatracker.ietf.org/doc/html/rfc3339
 */

/** Seconds of a day. */
export const DAY = 86_400;

/** A date and a time of day. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 is the first of January. */
  readonly yearDay: number;
}

/** English names of months, January first. */
export const MONTHS: readonly string[] = "January February March April May June July August September October November December".split(" ");

/** English names of weekdays, Sunday first. */
export const WEEKDAYS: readonly string[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const DAYS_BEFORE_MONTH: readonly number[] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Tells whether a year has a 29 February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Returns the number of days of a month. */
export function daysInMonth(year: number, month: number): number {
  return daysBeforeMonth(year, month + 1) - daysBeforeMonth(year, month);
}

/** Returns the number of days of a year before a month (13 = before the next year). */
export function daysBeforeMonth(year: number, month: number): number {
  return (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 && isLeapYear(year) ? 1 : 0);
}

/** Returns the days from 1 January 1970 to the first of January of a year. */
function daysBeforeYear(year: number): number {
  const before = year - 1;
  return 365 * (year - 1970) + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
}

/** Returns the days from 1 January 1970 to a date; `day` may lie outside the month. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  return daysBeforeYear(year) + daysBeforeMonth(year, month) + day - 1;
}

/** Returns date and time of so many seconds after the start of 1970. */
export function civilTimeOf(seconds: number): CivilTime {
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  let year = 1970 + Math.floor(days / 365.2425);
  // The estimate is off by one at most, around New Year.
  if (daysBeforeYear(year) > days) year--;
  else if (daysBeforeYear(year + 1) <= days) year++;
  const yearDay = days - daysBeforeYear(year) + 1;
  let month = Math.min(12, Math.ceil(yearDay / 29));
  while (daysBeforeMonth(year, month) >= yearDay) month--;
  return {
    year,
    month,
    day: yearDay - daysBeforeMonth(year, month),
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    // 1 January 1970 was a Thursday.
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay,
  };
}
