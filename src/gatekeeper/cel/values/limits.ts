/**
 * Bounds on what an expression may build. The cost of a call does not always grow with its result (adding two lists of unknown type costs 1),
 * so these keep a few dozen doublings from filling memory.
 */
import { CelError } from "./value.ts";

/** Characters in a text: far beyond any object, a tenth of what the engine could hold. */
const MAX_TEXT = 2 ** 26;
/** Elements in a list: more cannot be walked within any cost limit. */
const MAX_LIST = 1_000_000;

/** Refuses a text of this length. */
export function textTooLong(length: number): CelError | undefined {
  return length > MAX_TEXT ? new CelError(`string is longer than ${MAX_TEXT} characters`) : undefined;
}

/** Refuses a list of this length. */
export function listTooLong(length: number): CelError | undefined {
  return length > MAX_LIST ? new CelError(`list is longer than ${MAX_LIST} elements`) : undefined;
}
