/**
 * Readiness: what existed when the server started must have been taken in (or have failed for good) before it answers ready. Once ready it
 * stays ready. https://open-policy-agent.github.io/gatekeeper/website/docs/operations
 */

/** Expectations by name. */
export class Tracker {
  readonly #open = new Set<string>();
  readonly #known = new Set<string>();
  #sealed = false;
  #satisfied = false;

  /** Expects something; expectations come before `seal`. */
  expect(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#open.add(name);
  }

  /** Something expected has happened, or is expected no more. */
  observe(name: string): void {
    this.#known.add(name);
    this.#open.delete(name);
  }

  /** Says that everything to be expected is known. */
  seal(): void {
    this.#sealed = true;
  }

  /** Returns why the server is not ready, or nothing. */
  failure(): string | undefined {
    this.#satisfied ||= this.#sealed && this.#open.size === 0;
    return this.#satisfied ? undefined : "expectations not satisfied";
  }

  /** What is still awaited, for logs. */
  get awaited(): readonly string[] {
    return [...this.#open];
  }
}
