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
  isConstraint,
  isTemplate,
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

/** A change, for copies of the store: doing the same to a copy that was equal leaves it equal. */
export interface StoreEdit {
  readonly kind: "apply" | "remove" | "sync" | "unsync";
  readonly object: KubeObject;
}

/** The current policy set and what is wrong with the rest. */
export class PolicyStore {
  #current: PolicySet;
  readonly #problems = new Map<string, Problem>();
  readonly #listeners: (() => void)[] = [];
  readonly #copies: ((edit: StoreEdit) => void)[] = [];
  /** What is in force of kinds other than templates and constraints, as it was applied. */
  readonly #others = new Map<string, KubeObject>();

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

  /** Calls the listener with every change of anything, in order. */
  onEdit(listener: (edit: StoreEdit) => void): void {
    this.#copies.push(listener);
  }

  /** Visits edits that make an empty store equal to this one. */
  eachEdit(visit: (edit: StoreEdit) => void): void {
    const apply = (object: KubeObject): void => visit({ kind: "apply", object });
    for (const object of this.#others.values()) apply(object);
    for (const { template } of this.#current.templates.values()) apply(template.object);
    for (const { object } of constraintsOf(this.#current)) apply(object);
    this.#current.inventory.forEach((object) => visit({ kind: "sync", object }));
  }

  /** Does what was done to another store. */
  edit({ kind, object }: StoreEdit): void {
    this[kind](object);
  }

  /** Applies one of Gatekeeper's own kinds. A refused object leaves its older version in force. */
  apply(object: KubeObject): ApplyError | undefined {
    const applied = applyManifest(this.#current, object);
    const key = keyOf(object);
    if ("error" in applied) this.#problems.set(key, { object, error: applied.error });
    else {
      this.#problems.delete(key);
      this.#current = applied.state;
      if (!isTemplate(object) && !isConstraint(object)) this.#others.set(key, object);
    }
    this.#tell({ kind: "apply", object });
    return "error" in applied ? applied.error : undefined;
  }

  /** Takes an object out again. */
  remove(object: KubeObject): void {
    this.#problems.delete(keyOf(object));
    this.#others.delete(keyOf(object));
    this.#current = removeManifest(this.#current, object);
    this.#tell({ kind: "remove", object });
  }

  /** Adds an object to the inventory, or replaces it there. */
  sync(object: KubeObject): ApplyError | undefined {
    const synced = syncObject(this.#current, object);
    if ("error" in synced) return synced.error;
    this.#current = synced.state;
    this.#copy({ kind: "sync", object });
    return undefined;
  }

  /** Takes an object out of the inventory. */
  unsync(object: KubeObject): void {
    this.#current = unsyncObject(this.#current, object);
    this.#copy({ kind: "unsync", object });
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

  #tell(edit: StoreEdit): void {
    this.#copy(edit);
    for (const listener of this.#listeners) listener();
  }

  #copy(edit: StoreEdit): void {
    for (const listener of this.#copies) listener(edit);
  }
}

function keyOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  return `${group}/${kind}/${namespaceOf(object)}/${nameOf(object)}`;
}
