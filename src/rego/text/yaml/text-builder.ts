/**
 * A text that grows by small parts: parts in, the text out. Parts are joined a thousand at a time, since a text of millions of parts that is
 * only added to takes a hundred bytes for each.
 */

const JOINED = 1_000;

/** A growing text. */
export class TextBuilder {
  /** The parts of most texts: none or one. */
  #only = "";
  #parts: string[] | undefined;
  #joined: string[] | undefined;

  add(part: string): void {
    if (part === "") return;
    if (this.#parts === undefined) {
      if (this.#only === "") {
        this.#only = part;
        return;
      }
      this.#parts = [this.#only];
    }
    this.#parts.push(part);
    if (this.#parts.length < JOINED) return;
    this.#joined ??= [];
    this.#joined.push(this.#parts.join(""));
    this.#parts.length = 0;
  }

  /** Returns the text and forgets it. */
  take(): string {
    let text = this.#only;
    if (this.#parts !== undefined) text = (this.#joined?.join("") ?? "") + this.#parts.join("");
    this.#only = "";
    this.#parts = undefined;
    this.#joined = undefined;
    return text;
  }
}
