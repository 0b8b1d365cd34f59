/** How much work one evaluation may do. Every limit is explicit, has a default and a reason. */

/** Limits of one evaluation; a missing field takes the default. */
export interface BudgetLimits {
  /** Loop elements and calls charged before the evaluation stops. */
  readonly steps?: number;
  /** The moment on the host's clock at which to stop, in milliseconds; looked at every few thousand steps. */
  readonly deadlineMillis?: number;
  /** Milliseconds now, from the host; without it no deadline is kept. */
  readonly clock?: () => number;
  /** Characters of text and members of collections that builtins may create. */
  readonly size?: number;
}

/** What tells that nobody waits for the answer any more: an `AbortSignal`, or anything else that knows. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** Defaults: a policy that needs more than this is not an admission policy (the largest library policy takes a few thousand steps). */
export const DEFAULT_BUDGET = { steps: 1_000_000_000, size: 500_000_000 } as const;
