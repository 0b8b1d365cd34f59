/**
 * Names for variables that passes make up: `__local0__`, `__local1__`, … as OPA numbers them, since some error texts and traces show
 * them. A name that the policy itself uses is skipped.
 */

import { isWildcard } from "../../syntax/names.ts";

/** Makes one new name after another. */
export interface NameGenerator {
  next(): string;
}

/** Returns a generator that skips the names given; queries have the suffix `q`. */
export function createNames(taken: ReadonlySet<string>, suffix = ""): NameGenerator {
  let count = 0;
  return {
    next() {
      for (;;) {
        const name = `__local${suffix}${count++}__`;
        if (!taken.has(name)) return name;
      }
    },
  };
}

/** Tells whether a variable was made up by a pass. */
export function isGeneratedName(name: string): boolean {
  return name.startsWith("__local");
}

/** Returns a variable's name as messages show it: `_` for a wildcard. */
export function shownName(name: string): string {
  return isWildcard(name) ? "_" : name;
}
