/** What a command's end means to a script; the numbers are those of `opa` and `gator`. */

/** Exit codes by meaning. */
export const EXIT = { ok: 0, failed: 1, error: 2 } as const;
