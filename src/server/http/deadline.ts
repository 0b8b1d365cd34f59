/**
 * When the API server stops waiting for an answer. Evaluation holds the thread, so no timer fires while it runs: whoever evaluates looks at the
 * clock, and a policy that runs away is stopped where the engine asks.
 */

/** Whether somebody waits for an answer still. */
export interface Waiting {
  /** Nobody waits any more. */
  readonly aborted: boolean;
  /** Fires when nobody waits any more: for what is awaited. */
  readonly signal: AbortSignal;
}

/** Returns the time on the clock that deadlines go by, which the threads of a process share. */
export function clockMillis(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * A deadline. A class, and its signal made only when asked for: most requests never do, and of a getter that each request has for itself V8
 * makes a hidden class in the old generation that keeps the whole request alive until the next full collection.
 */
export class Deadline implements Waiting {
  /** Milliseconds on the clock of `clockMillis`. */
  readonly until: number;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(millis: number) {
    this.until = clockMillis() + millis;
    this.#controller = undefined;
    this.#timer = undefined;
  }

  get aborted(): boolean {
    return clockMillis() >= this.until;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.#timer = setTimeout(() => controller.abort(), Math.max(0, this.until - clockMillis()) + 1);
    }
    return this.#controller.signal;
  }

  /** The answer was given: forget the timer. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
