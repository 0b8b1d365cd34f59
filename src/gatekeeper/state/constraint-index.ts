/**
 * Finds the constraints that may be for an object without looking at the others: buckets by the kind and the namespace that a match names.
 * A bucket keeps its constraints as a list too, made when first asked for after a change. Whether a found constraint is for the object is
 * still the matcher's decision.
 */
import { Map as ImmutableMap } from "immutable";
import type { Match } from "../match/criterion.ts";
import type { LoadedConstraint } from "./policy-set.ts";

/** A constraint whose kinds and namespaces make more keys than this goes to a broader bucket: an update must not cost thousands of writes. */
const KEY_LIMIT = 64;

/** Kind or namespace of a bucket for constraints that do not name any. */
const ANY = "*";
/** Namespace of a bucket for objects outside of namespaces, which pass every list of namespaces. */
const CLUSTER = "\u0000cluster";

class Bucket {
  readonly entries: ImmutableMap<string, LoadedConstraint>;
  #list: readonly LoadedConstraint[] | undefined = undefined;

  constructor(entries: ImmutableMap<string, LoadedConstraint>) {
    this.entries = entries;
  }

  get list(): readonly LoadedConstraint[] {
    this.#list ??= [...this.entries.values()];
    return this.#list;
  }
}

/** All constraints of one moment, by what they may be for. */
export class ConstraintIndex {
  static readonly EMPTY = new ConstraintIndex(ImmutableMap());
  readonly #buckets: ImmutableMap<string, Bucket>;

  private constructor(buckets: ImmutableMap<string, Bucket>) {
    this.#buckets = buckets;
  }

  /** Returns an index with the constraint. */
  with(constraint: LoadedConstraint): ConstraintIndex {
    const id = idOf(constraint);
    const buckets = this.#buckets.withMutations((map) => {
      for (const key of keysOf(constraint.match)) map.set(key, new Bucket((map.get(key)?.entries ?? ImmutableMap()).set(id, constraint)));
    });
    return new ConstraintIndex(buckets);
  }

  /** Returns an index without the constraint. */
  without(constraint: LoadedConstraint): ConstraintIndex {
    const id = idOf(constraint);
    const buckets = this.#buckets.withMutations((map) => {
      for (const key of keysOf(constraint.match)) {
        const entries = (map.get(key)?.entries ?? ImmutableMap<string, LoadedConstraint>()).delete(id);
        if (entries.isEmpty()) map.delete(key);
        else map.set(key, new Bucket(entries));
      }
    });
    return new ConstraintIndex(buckets);
  }

  /** Returns the constraints that may be for an object of one of these kinds in one of these namespaces (none: outside of namespaces), each once. */
  candidates(kinds: readonly string[], namespaces: readonly (string | undefined)[]): readonly LoadedConstraint[] {
    const found: LoadedConstraint[] = [];
    for (const kind of kinds) this.#collect(kind, namespaces, found);
    if (!kinds.includes(ANY)) this.#collect(ANY, namespaces, found);
    // One constraint may be in several buckets: by two kinds, or by a namespace and a kind.
    return found.length < 2 ? found : [...new Set(found)];
  }

  #collect(kind: string, namespaces: readonly (string | undefined)[], into: LoadedConstraint[]): void {
    this.#collectBucket(keyOf(kind, ANY), into);
    for (const namespace of namespaces) this.#collectBucket(keyOf(kind, namespace ?? CLUSTER), into);
  }

  #collectBucket(key: string, into: LoadedConstraint[]): void {
    const list = this.#buckets.get(key)?.list;
    if (list === undefined) return;
    for (const constraint of list) into.push(constraint);
  }
}

function idOf(constraint: LoadedConstraint): string {
  return keyOf(constraint.kind, constraint.name);
}

function keyOf(kind: string, namespace: string): string {
  return `${kind}\u0001${namespace}`;
}

function keysOf(match: Match | undefined): readonly string[] {
  const kinds = match === undefined ? [ANY] : kindsOf(match);
  const namespaces = match === undefined ? [ANY] : namespacesOf(match);
  const [kindKeys, namespaceKeys] =
    kinds.length * namespaces.length > KEY_LIMIT ? [kinds.length > KEY_LIMIT ? [ANY] : kinds, [ANY]] : [kinds, namespaces];
  return kindKeys.flatMap((kind) => namespaceKeys.map((namespace) => keyOf(kind, namespace)));
}

function kindsOf(match: Match): readonly string[] {
  const named = match.kinds.flatMap((entry) => (entry.kinds.length === 0 ? [ANY] : entry.kinds));
  return named.length === 0 || named.includes(ANY) ? [ANY] : [...new Set(named)];
}

function namespacesOf(match: Match): readonly string[] {
  const { namespaces } = match;
  if (namespaces.length === 0 || namespaces.some((name) => name.includes("*"))) return [ANY];
  return [...new Set(namespaces), CLUSTER];
}
