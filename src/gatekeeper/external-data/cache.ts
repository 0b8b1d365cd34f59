/**
 * Keeps answers of providers for a while, errors too. The time is given, not looked up, so that the same calls give the same cache.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import type { ExternalItem } from "./protocol.ts";

/** How long an answer is fresh unless told otherwise: three minutes. */
export const DEFAULT_TTL_SECONDS = 180;

interface Entry {
  readonly receivedSeconds: number;
  readonly item: ExternalItem;
}

/** Answers by provider and key. */
export class ResponseCache {
  readonly #ttlSeconds: number;
  readonly #entries = new Map<string, Entry>();

  /** A time to live of zero keeps nothing. */
  constructor(ttlSeconds: number = DEFAULT_TTL_SECONDS) {
    this.#ttlSeconds = ttlSeconds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns a fresh answer. */
  get(provider: string, key: string, nowSeconds: number): ExternalItem | undefined {
    const entry = this.#entries.get(nameOf(provider, key));
    return entry !== undefined && nowSeconds - entry.receivedSeconds <= this.#ttlSeconds ? entry.item : undefined;
  }

  /** Remembers an answer. */
  set(provider: string, item: ExternalItem, nowSeconds: number): void {
    if (this.#ttlSeconds > 0) this.#entries.set(nameOf(provider, item.key), { receivedSeconds: nowSeconds, item });
  }

  /** Forgets what is no longer fresh. */
  sweep(nowSeconds: number): void {
    for (const [name, entry] of this.#entries) if (nowSeconds - entry.receivedSeconds > this.#ttlSeconds) this.#entries.delete(name);
  }
}

function nameOf(provider: string, key: string): string {
  return `${provider}\u0001${key}`;
}
