/**
 * Tells V8 how long a command will run. A command that ends within a second gains nothing from code that is optimised half-way through: the
 * optimising compilers took a quarter of the processor time of `test`. Raising their thresholds tenfold leaves long inputs as fast as before.
 */
import { setFlagsFromString } from "node:v8";

/** Commands whose hot code runs for long. */
const LONG = ["serve", "bench"];

const THRESHOLDS = [
  "--invocation-count-for-maglev=4000",
  "--invocation-count-for-maglev-osr=1000",
  "--invocation-count-for-turbofan=30000",
  "--invocation-count-for-osr=5000",
];

/** Commands that read much and keep little of what they make on the way. */
const FRUGAL = ["test", "verify", "sync", "expand"];

/** Keeps the space for what is young at its first size: a fifth to a third less memory at the peak, at no cost in time. */
const YOUNG_SPACE = "--semi-space-growth-factor=1";

/** The first version of Node whose V8 is known to have these thresholds; V8 complains about options it does not know. */
const SINCE = 24;

/** Sets the thresholds for the command that the arguments name. */
export function tuneFor(args: readonly string[]): void {
  if (Number.parseInt(process.versions.node, 10) < SINCE || LONG.some((word) => args.includes(word))) return;
  for (const threshold of THRESHOLDS) setFlagsFromString(threshold);
  const [, , command = ""] = args;
  if (FRUGAL.includes(command)) setFlagsFromString(YOUNG_SPACE);
}
