/**
 * Work in the background, a few pieces at a time. Pieces have keys: of several about one thing that have not begun the last one counts, and two
 * about one thing never run together. So what waits is bounded by the things there are.
 */

/** A queue. */
export class WorkQueue {
  readonly #workers: number;
  readonly #failed: (error: unknown, key: string) => void;
  readonly #waiting = new Map<string, () => Promise<void>>();
  readonly #busy = new Set<string>();

  constructor(workers: number, failed: (error: unknown, key: string) => void) {
    this.#workers = workers;
    this.#failed = failed;
  }

  /** Adds a piece of work, in place of an older one about the same thing. */
  add(key: string, work: () => Promise<void>): void {
    this.#waiting.set(key, work);
    if (this.#busy.size < this.#workers) this.#startNext();
  }

  #startNext(): void {
    for (const [key, work] of this.#waiting) {
      if (this.#busy.has(key)) continue;
      this.#waiting.delete(key);
      this.#busy.add(key);
      void this.#run(key, work);
      return;
    }
  }

  async #run(key: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(error, key);
    }
    this.#busy.delete(key);
    this.#startNext();
  }
}
