/**
 * Packs a compiled time zone database (TZif files, https://datatracker.ietf.org/doc/html/rfc8536) into src/rego/text/zones.table.ts.
 * Usage: node scripts/build-zones.ts /path/to/zoneinfo. The database is in the public domain: https://www.iana.org/time-zones.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HEADER = 44;

interface Counts {
  readonly flags: number;
  readonly leaps: number;
  readonly transitions: number;
  readonly types: number;
  readonly characters: number;
}

function countsAt(view: DataView, at: number): Counts {
  const field = (index: number) => view.getUint32(at + 20 + 4 * index);
  return { flags: field(0) + field(1), leaps: field(2), transitions: field(3), types: field(4), characters: field(5) };
}

/** Returns one zone as `types|type of each transition|seconds between transitions|rule for the future`. */
function pack(file: Buffer): string {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const old = countsAt(view, 0);
  // The first block has 32-bit times; the second says the same in 64 bits.
  const second = HEADER + old.transitions * 5 + old.types * 6 + old.characters + old.leaps * 8 + old.flags;
  const { transitions, types, characters } = countsAt(view, second);
  let at = second + HEADER;
  const times: number[] = [];
  for (let i = 0; i < transitions; i++, at += 8) times.push(Number(view.getBigInt64(at)));
  const indexes = [...file.subarray(at, at + transitions)];
  at += transitions;
  const names = file.subarray(at + types * 6, at + types * 6 + characters).toString("latin1");
  const kinds: string[] = [];
  let first = 0;
  for (let i = 0; i < types; i++) {
    const from = view.getUint8(at + i * 6 + 5);
    kinds.push(`${names.slice(from, names.indexOf("\0", from))} ${view.getInt32(at + i * 6)}`);
  }
  // Before the first transition: type 0 unless a transition leads to it, then the first that is not daylight time.
  if (indexes.includes(0)) {
    const isDaylight = (i: number) => view.getUint8(at + i * 6 + 4) === 1;
    const candidates = kinds.map((_, i) => i);
    const start = indexes[0] ?? 0;
    const before = isDaylight(start)
      ? candidates
          .slice(0, start)
          .reverse()
          .find((i) => !isDaylight(i))
      : undefined;
    first = before ?? candidates.find((i) => !isDaylight(i)) ?? 0;
  }
  const rule = file.subarray(file.lastIndexOf(10, file.length - 2) + 1, file.length - 1).toString("latin1");
  const gaps = times.map((time, i) => (time - (times[i - 1] ?? 0)).toString(36));
  return [kinds.join(","), [first, ...indexes].map((index) => index.toString(36)).join(""), gaps.join(" "), rule].join("|");
}

function* filesIn(root: string, folder = ""): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(root, path);
    else yield path;
  }
}

const root = process.argv[2];
if (root === undefined) throw new Error("usage: node scripts/build-zones.ts /path/to/zoneinfo");
const namesByZone = new Map<string, string[]>();
for (const name of filesIn(root)) {
  const file = readFileSync(join(root, name));
  if (file.subarray(0, 4).toString("latin1") !== "TZif") continue;
  const zone = pack(file);
  const names = namesByZone.get(zone);
  if (names === undefined) namesByZone.set(zone, [name]);
  else names.push(name);
}
const lines = [...namesByZone].map(([zone, names]) => `  ${JSON.stringify(`${names.join(" ")}|${zone}`)},`);
writeFileSync(
  new URL("../src/rego/text/zones.table.ts", import.meta.url),
  `/**
 * The time zones of the IANA database, written by scripts/build-zones.ts: names, then local time types (abbreviation and seconds east),
 * the type in force before and after each transition (base 36), the seconds from one transition to the next (base 36), the rule for the
 * time after the last. https://www.iana.org/time-zones
 */

/** One zone a line, with all its names. */
// biome-ignore format: table
export const ZONES: readonly string[] = [
${lines.join("\n")}
];
`,
);
