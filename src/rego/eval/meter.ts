/**
 * The budget of one evaluation. Closures count down a small number (31 bits, so that it stays unboxed) and come here when it is used up: then
 * the whole allowance, the deadline and the caller's signal are looked at.
 */

import { type BudgetLimits, type Cancellation, DEFAULT_BUDGET } from "./budget.ts";
import { Stop } from "./stop.ts";

// Between two looks at the clock: a fraction of a millisecond of work.
const SLICE = 20_000;

/** Counts what one evaluation uses up. */
export interface BudgetMeter {
  /** Starts an evaluation; returns the first slice. */
  start(limits: BudgetLimits | undefined, signal: Cancellation | undefined): number;
  /** Takes what remains of a slice (below zero) and returns the next one, or stops. */
  refill(left: number): number;
  /** Charges characters and members that builtins create. */
  spend(units: number): void;
}

/** Makes a meter. */
export function createMeter(): BudgetMeter {
  let steps = 0;
  let size = 0;
  let unseen = 0;
  let deadline = Number.POSITIVE_INFINITY;
  let clock: (() => number) | undefined;
  let stopping: Cancellation | undefined;
  return {
    start(limits, signal) {
      steps = limits?.steps ?? DEFAULT_BUDGET.steps;
      size = limits?.size ?? DEFAULT_BUDGET.size;
      clock = limits?.clock;
      deadline = limits?.deadlineMillis ?? Number.POSITIVE_INFINITY;
      stopping = signal;
      if (signal?.aborted) throw cancelled("caller cancelled query execution");
      const slice = Math.min(SLICE, steps);
      steps -= slice;
      return slice;
    },
    refill(left) {
      steps += left;
      if (steps < 0) throw cancelled("evaluation exceeded its budget of steps");
      if (stopping?.aborted) throw cancelled("caller cancelled query execution");
      if (clock && clock() > deadline) throw cancelled("context deadline exceeded");
      const slice = Math.min(SLICE, steps);
      steps -= slice;
      return slice;
    },
    spend(units) {
      size -= units;
      if (size < 0) throw cancelled("evaluation exceeded its budget of size");
      unseen += units;
      if (unseen < SLICE) return;
      unseen = 0;
      if (stopping?.aborted) throw cancelled("caller cancelled query execution");
      if (clock && clock() > deadline) throw cancelled("context deadline exceeded");
    },
  };
}

function cancelled(message: string): Stop {
  return new Stop({ code: "eval_cancel_error", message, span: undefined, notes: [] });
}
