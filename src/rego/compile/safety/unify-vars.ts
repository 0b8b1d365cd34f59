/**
 * Which variables an equation makes safe. In: what is safe before, and the two sides. Out: the variables bound once it is evaluated.
 *
 * A side that is safe as a whole binds the variables of the other, in variable, array element and object value positions; sets and object keys
 * never bind. Where both sides have unsafe variables the dependency is remembered (`x` is safe once `y` and `z` are), and worked off as
 * variables become safe.
 */
import type { Term } from "../../syntax/ast.ts";
import { compareTerms } from "../../syntax/compare.ts";
import { safetyFilter, VarCollector, varsOfTerm } from "../nodes/vars.ts";

/** Anything that can say whether a variable is safe. */
export interface SafeVars {
  has(name: string): boolean;
}

/** Returns the variables that unifying two terms binds. */
export function unifyVars(safe: SafeVars, left: Term, right: Term): ReadonlySet<string> {
  const unifier = new Unifier(safe);
  unifier.unify(left, right);
  return unifier.bound;
}

/** Tells whether a reference can be evaluated. */
export function isPathSafe(path: readonly Term[], safe: SafeVars): boolean {
  const [head] = path;
  if (!head) return true;
  return head.kind === "var" ? safe.has(head.name) : isTermSafe(head, safe);
}

function isTermSafe(term: Term, safe: SafeVars): boolean {
  for (const name of varsOfTerm(term, safetyFilter)) if (!safe.has(name)) return false;
  return true;
}

const patternFilter = { skipRefHead: true, skipObjectKeys: true, skipClosures: true } as const;

/** A unification in progress. */
class Unifier {
  readonly bound = new Set<string>();
  readonly #safe: SafeVars;
  /** Variable → variables that it waits for. */
  readonly #waiting = new Map<string, Set<string>>();
  /** Variable → variables that wait for it. */
  readonly #awaited = new Map<string, Set<string>>();

  constructor(safe: SafeVars) {
    this.#safe = safe;
  }

  unify(a: Term, b: Term): void {
    if (a.kind === "var") this.#unifyVar(a.name, b);
    else if (b.kind === "var") this.#unifyVar(b.name, a);
    else if (isPattern(a) && isPattern(b)) this.#unifyPatterns(a, b);
    else if (isPattern(a)) this.#bindFrom(b, a, a.kind === "array" && b.kind.endsWith("comprehension"));
    else if (isPattern(b)) this.#bindFrom(a, b, a.kind === `${b.kind}-comprehension`);
  }

  #isSafe(name: string): boolean {
    return this.bound.has(name) || this.#safe.has(name);
  }

  #unifyVar(name: string, other: Term): void {
    switch (other.kind) {
      case "var":
        if (this.#isSafe(other.name)) this.#markSafe(name);
        else if (this.#isSafe(name)) this.#markSafe(other.name);
        else {
          this.#wait(name, other.name);
          this.#wait(other.name, name);
        }
        return;
      case "array":
      case "object":
        this.#unifyAll(name, other);
        return;
      case "ref":
        if (isPathSafe(other.path, this.#safe)) this.#markSafe(name);
        return;
      case "call":
        if (isTermSafe(other, this.#safe)) this.#markSafe(name);
        return;
      default:
        this.#markSafe(name);
    }
  }

  /** `source` is a reference, call, comprehension or constant; a safe one binds the pattern. Which comprehensions do depends on the side. */
  #bindFrom(source: Term, pattern: Term, comprehensionBinds: boolean): void {
    switch (source.kind) {
      case "ref":
        if (isPathSafe(source.path, this.#safe)) this.#markAllSafe(pattern);
        return;
      case "call":
        if (isTermSafe(source, this.#safe)) this.#markAllSafe(pattern);
        return;
      default:
        if (comprehensionBinds) this.#markAllSafe(pattern);
    }
  }

  #unifyPatterns(a: Term, b: Term): void {
    if (a.kind === "array" && b.kind === "array") {
      if (a.items.length !== b.items.length) return;
      a.items.forEach((item, i) => {
        this.unify(item, b.items[i] as Term);
      });
    } else if (a.kind === "object" && b.kind === "object") {
      if (a.entries.length !== b.entries.length) return;
      // Both are in key order, but only equal keys meet.
      for (const [key, value] of a.entries) {
        const match = b.entries.find(([other]) => compareTerms(key, other) === 0);
        if (match) this.unify(value, match[1]);
      }
    }
  }

  #unifyAll(name: string, pattern: Term): void {
    if (this.#isSafe(name)) {
      this.#markAllSafe(pattern);
      return;
    }
    const missing = [...varsOfTerm(pattern, patternFilter)].filter((each) => !this.#isSafe(each));
    if (missing.length === 0) this.#markSafe(name);
    else for (const each of missing) this.#wait(name, each);
  }

  #markAllSafe(pattern: Term): void {
    const collector = new VarCollector(new Set<string>(), patternFilter);
    collector.term(pattern);
    for (const name of collector.found) this.#markSafe(name);
  }

  /** Marks a variable, what it waited for, and what waited for nothing else; with a list to work off instead of recursion. */
  #markSafe(first: string): void {
    const work = [first];
    for (let name = work.pop(); name !== undefined; name = work.pop()) {
      this.bound.add(name);
      const waitedFor = this.#waiting.get(name);
      this.#waiting.delete(name);
      for (const other of waitedFor ?? []) work.push(other);
      for (const other of this.#awaited.get(name) ?? []) {
        const rest = this.#waiting.get(other);
        if (!rest?.delete(name) || rest.size > 0) continue;
        work.push(other);
      }
      this.#awaited.delete(name);
    }
  }

  #wait(name: string, forName: string): void {
    addTo(this.#waiting, name, forName);
    addTo(this.#awaited, forName, name);
  }
}

function isPattern(term: Term): boolean {
  return term.kind === "array" || term.kind === "object";
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}
