/**
 * Random decisions, read from a list of numbers: what is built is a function of the list, so that a property test can make the list shorter and
 * its numbers smaller and the result grows simpler. Where the list ends, every decision is the first and simplest.
 */

/** Makes decisions. */
export interface Choices {
  /** Returns a number from 0 to `limit` - 1. */
  readonly below: (limit: number) => number;
  /** Returns one of the options; the first is the simplest. */
  readonly pick: <T>(options: readonly T[]) => T;
  /** Tells whether something with this likelihood (in percent) happens; the simplest is that it does not. */
  readonly chance: (percent: number) => boolean;
  /** Builds a list of at most `most` things. */
  readonly list: <T>(least: number, most: number, make: (at: number) => T) => readonly T[];
}

/** Reads decisions from a list of numbers. */
export function choicesFrom(numbers: readonly number[]): Choices {
  let at = 0;
  const next = () => numbers[at++] ?? 0;
  const below = (limit: number) => next() % limit;
  return {
    below,
    pick: <T>(options: readonly T[]) => options[below(options.length)] as T,
    chance: (percent) => next() % 100 >= 100 - percent,
    list: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, (_, i) => make(i)),
  };
}
