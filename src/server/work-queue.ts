/**
 * Work in the background, a few pieces at a time. Pieces have keys: of several about one thing that have not begun the last one counts, and two
 * about one thing never run together. So what waits is bounded by the things there are. A piece that fails for a reason that may pass is tried
 * again, after growing pauses, unless a newer one took its place.
 */

/** How a queue works. */
export interface WorkQueueOptions {
  /** Pieces under way at once. */
  readonly workers: number;
  /** Told once of a piece that failed, however often it is tried again. */
  readonly failed: (error: unknown, key: string) => void;
  /** Whether to try again after this error; absent = never. */
  readonly again?: (error: unknown) => boolean;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly pauseMillis?: number;
}

type Work = () => Promise<void>;

const PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 30_000;

/** A queue. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Map<string, Work>();
  readonly #busy = new Set<string>();
  /** What failed and is tried again later. */
  readonly #resting = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Adds a piece of work, in place of an older one about the same thing. */
  add(key: string, work: Work): void {
    this.#forget(key);
    this.#enter(key, work, 0);
  }

  /** Gives up what waits; what is under way goes on. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const key of [...this.#resting.keys()]) this.#forget(key);
  }

  #enter(key: string, work: Work, failures: number): void {
    if (this.#stopped) return;
    this.#waiting.set(key, () => this.#attempt(key, work, failures));
    if (this.#busy.size < this.#options.workers) this.#startNext();
  }

  #startNext(): void {
    for (const [key, work] of this.#waiting) {
      if (this.#busy.has(key)) continue;
      this.#waiting.delete(key);
      this.#busy.add(key);
      void work().then(() => {
        this.#busy.delete(key);
        this.#startNext();
      });
      return;
    }
  }

  async #attempt(key: string, work: Work, failures: number): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (failures === 0 && !this.#stopped) this.#options.failed(error, key);
      if (this.#options.again?.(error)) this.#rest(key, work, failures + 1);
    }
  }

  #rest(key: string, work: Work, failures: number): void {
    if (this.#stopped || this.#waiting.has(key)) return; // something newer about it waits already
    const millis = Math.min((this.#options.pauseMillis ?? PAUSE_MILLIS) * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_MILLIS);
    const timer = setTimeout(
      () => {
        this.#resting.delete(key);
        this.#enter(key, work, failures);
      },
      millis * (0.75 + Math.random() / 2),
    );
    timer.unref();
    this.#resting.set(key, timer);
  }

  #forget(key: string): void {
    clearTimeout(this.#resting.get(key));
    this.#resting.delete(key);
  }
}
