/** What running suites needs from outside, as one value. */
import type { PolicySet } from "../state/policy-set.ts";
import type { ReadFile } from "./files.ts";
import type { Filter } from "./filter.ts";

/** What running needs from outside. */
export interface RunWorld {
  readonly readFile: ReadFile;
  /** A set with nothing loaded but the engines. */
  readonly empty: PolicySet;
  readonly filter: Filter;
  readonly trace: boolean;
  /** Nanoseconds of a clock that never goes back. */
  readonly clock: () => bigint;
  readonly nowNanos: bigint;
}
