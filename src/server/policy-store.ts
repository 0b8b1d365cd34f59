/**
 * The one thing that changes: which policy set is current. Loops apply and remove objects; reviews take `current` once and see one consistent
 * state to their end. What could not be applied is remembered by object, for statuses, logs and metrics; what worked before stays in force.
 */
import {
  type ApplyError,
  applyManifest,
  constraintsOf,
  emptyPolicySet,
  gvkOf,
  type Installation,
  type KubeObject,
  nameOf,
  namespaceOf,
  type PolicySet,
  removeManifest,
  syncObject,
  unsyncObject,
} from "../gatekeeper/index.ts";

/** An object that could not be applied, and why. */
export interface Problem {
  readonly object: KubeObject;
  readonly error: ApplyError;
}

/** The current policy set and what is wrong with the rest. */
export class PolicyStore {
  #current: PolicySet;
  readonly #problems = new Map<string, Problem>();
  readonly #listeners: (() => void)[] = [];

  constructor(installation: Installation) {
    this.#current = emptyPolicySet(installation);
  }

  get current(): PolicySet {
    return this.#current;
  }

  /** Objects that could not be applied. */
  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  /** Calls the listener after every change of templates, constraints or configuration. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Applies one of Gatekeeper's own kinds. A refused object leaves its older version in force. */
  apply(object: KubeObject): ApplyError | undefined {
    const applied = applyManifest(this.#current, object);
    const key = keyOf(object);
    if ("error" in applied) this.#problems.set(key, { object, error: applied.error });
    else {
      this.#problems.delete(key);
      this.#current = applied.state;
    }
    this.#tell();
    return "error" in applied ? applied.error : undefined;
  }

  /** Takes an object out again. */
  remove(object: KubeObject): void {
    this.#problems.delete(keyOf(object));
    this.#current = removeManifest(this.#current, object);
    this.#tell();
  }

  /** Adds an object to the inventory, or replaces it there. */
  sync(object: KubeObject): ApplyError | undefined {
    const synced = syncObject(this.#current, object);
    if ("error" in synced) return synced.error;
    this.#current = synced.state;
    return undefined;
  }

  /** Takes an object out of the inventory. */
  unsync(object: KubeObject): void {
    this.#current = unsyncObject(this.#current, object);
  }

  /** Tries the constraints again that came before their template. Returns how many were taken. */
  retryProblems(): number {
    const waiting = this.problems.filter(({ error }) => error.kind === "missing-template");
    return waiting.filter(({ object }) => this.apply(object) === undefined).length;
  }

  /** Returns how many constraints are in force. */
  constraintCount(): number {
    return constraintsOf(this.#current).length;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function keyOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  return `${group}/${kind}/${namespaceOf(object)}/${nameOf(object)}`;
}
