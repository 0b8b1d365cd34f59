/** Collects what policies print, up to a limit: a policy in a loop must not fill the terminal or the memory. */

/** Bytes that are kept; the original keeps as many. */
const LIMIT = 1 << 20;

const TRUNCATED = "\n... additional print output truncated ...\n";

/** A bounded buffer of lines. */
export class PrintBuffer {
  #text = "";
  #left = LIMIT;
  #truncated = false;

  /** Adds a line. */
  readonly add = (line: string): void => {
    const whole = `${line}\n`;
    if (whole.length > this.#left) this.#truncated = true;
    this.#text += whole.slice(0, Math.max(this.#left, 0));
    this.#left -= Math.min(whole.length, this.#left);
  };

  /** What was kept, and a note when that is not everything. */
  get text(): string {
    return this.#truncated ? this.#text + TRUNCATED : this.#text;
  }
}
