/**
 * The names in scope while locals are renamed: one level per body, each with the new name of a variable, how it came into the level, and how
 * often it was met. `x := 1` after a use of `x` in the same level is an error; an inner level may declare the name anew.
 */
import type { NameGenerator } from "./local-names.ts";
import { shownName } from "./local-names.ts";

/** How a name came into a level. */
export type Occurrence = "argument" | "seen" | "assigned" | "declared";

/** One level. */
export interface Level {
  readonly renamed: Map<string, string>;
  readonly occurrence: Map<string, Occurrence>;
  readonly count: Map<string, number>;
}

const REDECLARED: { readonly [how in Occurrence]: (name: string) => string } = {
  seen: (name) => `var ${name} referenced above`,
  assigned: (name) => `var ${name} assigned above`,
  declared: (name) => `var ${name} declared above`,
  argument: (name) => `arg ${name} redeclared`,
};

/** The levels around a place, innermost last. */
export class LocalScope {
  /** New name → the author's, for every rename ever made here. */
  readonly originals = new Map<string, string>();
  readonly #levels: Level[] = [openLevel()];
  readonly #names: NameGenerator;

  constructor(names: NameGenerator) {
    this.#names = names;
  }

  /** Returns a scope that starts from the names of this one. */
  copy(): LocalScope {
    const copy = new LocalScope(this.#names);
    const level = copy.top;
    for (const { renamed, occurrence, count } of this.#levels) {
      for (const [name, to] of renamed) level.renamed.set(name, to);
      for (const [name, how] of occurrence) level.occurrence.set(name, how);
      for (const [name, times] of count) level.count.set(name, times);
    }
    for (const [to, name] of this.originals) copy.originals.set(to, name);
    return copy;
  }

  /** The innermost level. */
  get top(): Level {
    return this.#levels[this.#levels.length - 1] as Level;
  }

  /** Runs something inside one more level. */
  within<T>(run: () => T): T {
    this.#levels.push(openLevel());
    try {
      return run();
    } finally {
      this.#levels.pop();
    }
  }

  /** Makes a new name. */
  fresh(): string {
    return this.#names.next();
  }

  /** Records a name in the innermost level. */
  insert(name: string, renamed: string, how: Occurrence): void {
    const { top } = this;
    top.renamed.set(name, renamed);
    top.occurrence.set(name, how);
    top.count.set(name, 1);
    if (name !== renamed) this.originals.set(renamed, name);
  }

  /** Declares a name in the innermost level; the new name, or why not. */
  declare(name: string, how: Occurrence): { readonly name: string } | { readonly problem: string } {
    const earlier = this.top.occurrence.get(name);
    if (earlier) return { problem: REDECLARED[earlier](shownName(name)) };
    const renamed = this.fresh();
    this.insert(name, renamed, how);
    return { name: renamed };
  }

  /** Returns what a name is now, from the innermost level that has it. */
  renamedTo(name: string): string | undefined {
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const renamed = this.#levels[i]?.renamed.get(name);
      if (renamed !== undefined) return renamed;
    }
    return undefined;
  }

  /** Returns how a name came into the innermost level that has it. */
  occurrenceOf(name: string): Occurrence | undefined {
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const how = this.#levels[i]?.occurrence.get(name);
      if (how) return how;
    }
    return undefined;
  }

  /** Counts one more use of a name. */
  see(name: string): void {
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const count = this.#levels[i]?.count;
      const times = count?.get(name);
      if (count && times !== undefined) {
        count.set(name, times + 1);
        return;
      }
    }
    this.top.count.set(name, 1);
  }

  /** Returns how often a name was met. */
  countOf(name: string): number {
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const times = this.#levels[i]?.count.get(name);
      if (times !== undefined) return times;
    }
    return 0;
  }
}

function openLevel(): Level {
  return { renamed: new Map(), occurrence: new Map(), count: new Map() };
}
