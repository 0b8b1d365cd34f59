/**
 * Bounds how many reviews are under way and how many may wait. Evaluation holds the thread, so what waits here are reviews that ask the
 * outside (providers, Namespaces) and the requests read meanwhile; past the bound a client is told at once instead of timing out.
 */

import type { Waiting } from "./deadline.ts";

/** How entering ended. */
export type Entry = { readonly kind: "entered"; leave(): void } | { readonly kind: "full" } | { readonly kind: "cancelled" };

/** A gate with a number of slots and a bounded queue. */
export class Gate {
  readonly #slots: number;
  readonly #queueLimit: number;
  #taken = 0;
  readonly #waiting: { readonly admit: (entry: Entry) => void }[] = [];

  constructor(slots: number, queueLimit: number) {
    this.#slots = slots;
    this.#queueLimit = queueLimit;
  }

  /** Number of reviews that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Enters at once, waits for a slot, or says why not. */
  enter(waiting: Waiting): Promise<Entry> | Entry {
    if (waiting.aborted) return { kind: "cancelled" };
    if (this.#taken < this.#slots) return this.#take();
    if (this.#waiting.length >= this.#queueLimit) return { kind: "full" };
    return new Promise((resolve) => {
      const waiter = { admit: resolve };
      this.#waiting.push(waiter);
      waiting.signal.addEventListener(
        "abort",
        () => {
          const at = this.#waiting.indexOf(waiter);
          if (at < 0) return;
          this.#waiting.splice(at, 1);
          resolve({ kind: "cancelled" });
        },
        { once: true },
      );
    });
  }

  #take(): Entry {
    this.#taken++;
    let left = false;
    return {
      kind: "entered",
      leave: () => {
        if (left) return;
        left = true;
        this.#taken--;
        const next = this.#waiting.shift();
        if (next) next.admit(this.#take());
      },
    };
  }
}
