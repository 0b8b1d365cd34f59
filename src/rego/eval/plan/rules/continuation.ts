/** What follows a rule's first value, where that runs inside the rule: see `linked.ts`. */
import type { Value } from "../../../values/value.ts";
import type { Step } from "../../cells.ts";

/** What runs when a rule finds its first value. */
export interface Continuation {
  /** Undefined while the rule is evaluated for its value alone. */
  next: Step | undefined;
  /** What follows has seen enough. */
  stop: boolean;
  /** Takes the value before what follows runs. */
  keep: (value: Value) => void;
}

/** Makes a continuation that nobody waits for. */
export function createContinuation(): Continuation {
  return { next: undefined, stop: false, keep: () => {} };
}
