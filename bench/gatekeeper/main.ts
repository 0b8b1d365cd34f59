/**
 * The Gatekeeper benchmark: the commands `test` and `verify` over the whole library, cold, and single reviews by `bench` over every sample,
 * both against the original in one run; then how reviews and updates scale with what is installed. Times in nanoseconds, memory in bytes.
 */
import { type Row, renderRows } from "../report.ts";
import { original } from "../rivals.ts";
import { commandRows } from "./commands.ts";
import { reviewRows } from "./reviews.ts";
import { scaleRows } from "./scale.ts";

/** Runs the benchmark; returns its rows. */
export async function benchGatekeeper(filter: string): Promise<readonly Row[]> {
  const gator = original("gator");
  if (gator === undefined) process.stderr.write("bench: no gator to compare with\n");
  const commands = commandRows(gator, filter);
  const reviews = reviewRows(gator, filter);
  const scale = "scale".includes(filter) ? scaleRows() : [];
  const times = { title: "gator/ours", over: "gator", under: "ours" };
  if (commands.length > 0) {
    process.stdout.write(renderRows(commands, [times, { title: "memory: gator/ours", over: "gator memory", under: "memory" }]));
  }
  if (reviews.length > 0) process.stdout.write(renderRows(reviews, [times]));
  if (scale.length > 0) process.stdout.write(renderRows(scale, []));
  return [...commands, ...reviews, ...scale];
}
