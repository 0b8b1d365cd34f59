/** A line that says how far long work has come: in a terminal only, on standard error, gone when the work is done. */
import type { Effects } from "../effects.ts";

/** Work shorter than this needs no line. */
const PATIENCE_MILLIS = 500;

/** The line of one piece of work. */
export class Progress {
  readonly #effects: Effects;
  readonly #total: number;
  readonly #start: number;
  #done = 0;
  #shown = false;

  constructor(effects: Effects, total: number) {
    this.#effects = effects;
    this.#total = total;
    this.#start = effects.nowMillis();
  }

  /** Says what comes next. */
  step(what: string): void {
    this.#done++;
    if (!this.#effects.stdoutIsTty || this.#effects.nowMillis() - this.#start < PATIENCE_MILLIS) return;
    this.#shown = true;
    this.#effects.stderr(`\r\u001b[K${this.#done}/${this.#total} ${what}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#effects.stderr("\r\u001b[K");
  }
}
