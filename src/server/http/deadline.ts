/**
 * When the API server stops waiting for an answer. Evaluation holds the thread, so no timer fires while it runs: the signal's `aborted` looks at
 * the clock itself, and a policy that runs away is stopped where the engine asks.
 */

/** A deadline. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds on the process' monotonic clock, which its threads share. */
  readonly until: number;
  /** The answer was given: forget the timer. */
  clear(): void;
}

/** Returns the time on the clock that deadlines go by. */
export function clockMillis(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Starts a deadline so many milliseconds from now. */
export function startDeadline(millis: number): Deadline {
  const until = clockMillis() + millis;
  const controller = new AbortController();
  const { signal } = controller;
  Object.defineProperty(signal, "aborted", { get: () => clockMillis() >= until });
  const timer = setTimeout(() => controller.abort(), millis + 1);
  return { signal, until, clear: () => clearTimeout(timer) };
}
