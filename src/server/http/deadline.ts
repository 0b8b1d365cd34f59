/**
 * When the API server stops waiting for an answer. Evaluation holds the thread, so no timer fires while it runs: the signal's `aborted` looks at
 * the clock itself, and a policy that runs away is stopped where the engine asks.
 */

/** A deadline. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The answer was given: forget the timer. */
  clear(): void;
}

/** Starts a deadline. */
export function startDeadline(millis: number): Deadline {
  const until = performance.now() + millis;
  const controller = new AbortController();
  const { signal } = controller;
  Object.defineProperty(signal, "aborted", { get: () => performance.now() >= until });
  const timer = setTimeout(() => controller.abort(), millis + 1);
  return { signal, clear: () => clearTimeout(timer) };
}
