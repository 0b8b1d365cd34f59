/** How much memory the process takes for garbage. https://nodejs.org/api/v8.html#v8setflagsfromstringflags */
import { setFlagsFromString } from "node:v8";

/**
 * Collects garbage once it is a third of what lives, rather than as much: an audit makes garbage all the time and keeps little, so that the
 * process stays at the size of what it keeps, for about a tenth more of processor time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=30");
}
