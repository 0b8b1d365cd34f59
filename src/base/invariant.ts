/** Stops the program on a state that only a bug of ours can reach; user mistakes are diagnostics, never this. */

/** Throws when `condition` does not hold. */
export function invariant(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${claim}`);
}
