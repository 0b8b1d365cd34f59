/**
 * Time zones by name: what the clock shows at an instant, and the instant at which a clock shows something.
 * In: a name of the IANA database, spelled exactly; out: offsets and abbreviations, past and future, as Go gives them.
 * https://www.iana.org/time-zones, https://datatracker.ietf.org/doc/html/rfc8536
 */
import type { ZoneRule } from "./zone-rule.ts";
import { parseZoneRule, periodByRule } from "./zone-rule.ts";
import { ZONES } from "./zones.table.ts";

/** What the clock of a place shows during some time. */
export interface ZonePeriod {
  readonly abbreviation: string;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** The first second of the period and the first after it. */
  readonly start: number;
  readonly end: number;
}

/** A zone, unpacked. */
export interface Zone {
  readonly types: readonly { readonly abbreviation: string; readonly offset: number }[];
  /** The type before the first transition, then the one after each. */
  readonly inForce: readonly number[];
  readonly transitions: readonly number[];
  readonly rule: ZoneRule | undefined;
}

/** Coordinated universal time. */
export const UTC: Zone = { types: [{ abbreviation: "UTC", offset: 0 }], inForce: [0], transitions: [], rule: undefined };

/** Returns a zone by name, or undefined. Unpacks it anew each time: keep what you need more than once. */
export function findZone(name: string): Zone | undefined {
  if (!/^[A-Za-z0-9_+\-/]+$/.test(name)) return undefined;
  for (const packed of ZONES) {
    const names = packed.slice(0, packed.indexOf("|"));
    if (names.includes(name) && names.split(" ").includes(name)) return unpack(packed);
  }
  return undefined;
}

function unpack(packed: string): Zone {
  const [, types = "", inForce = "", gaps = "", rule = ""] = packed.split("|");
  let at = 0;
  return {
    types: types.split(",").map((type) => {
      const [abbreviation = "", offset = "0"] = type.split(" ");
      return { abbreviation, offset: Number(offset) };
    }),
    inForce: Array.from(inForce, (index) => Number.parseInt(index, 36)),
    transitions: gaps === "" ? [] : gaps.split(" ").map((gap) => (at += Number.parseInt(gap, 36))),
    rule: rule === "" ? undefined : parseZoneRule(rule),
  };
}

/** Returns what the clock of a zone shows at an instant. */
export function periodAt(zone: Zone, seconds: number): ZonePeriod {
  const { transitions, rule } = zone;
  let low = 0;
  let high = transitions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((transitions[middle] ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  if (low === transitions.length && rule !== undefined) return periodByRule(rule, seconds, transitions.at(-1) ?? Number.NEGATIVE_INFINITY);
  const type = zone.types[zone.inForce[low] ?? 0] ?? { abbreviation: "UTC", offset: 0 };
  return { ...type, start: transitions[low - 1] ?? Number.NEGATIVE_INFINITY, end: transitions[low] ?? Number.POSITIVE_INFINITY };
}

/**
 * Returns the instant at which a clock in a zone shows so many seconds since 1970. Of two such instants (clocks set back) the one Go takes;
 * for none (clocks set forward) the clock is read as if it had not been set.
 */
export function instantOf(zone: Zone, clock: number): number {
  const { offset, start, end } = periodAt(zone, clock);
  if (offset === 0) return clock;
  const guess = clock - offset;
  return guess >= start && guess < end ? guess : clock - periodAt(zone, guess).offset;
}
