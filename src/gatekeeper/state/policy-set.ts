/**
 * Everything that is loaded at one moment: templates with their policies, constraints with their index, synced objects, configuration. A set
 * never changes: `apply.ts` gives a new one that shares what did not change, so a review sees one consistent state while others load.
 */
import { Map as ImmutableMap } from "immutable";
import { Inventory } from "../inventory/inventory.ts";
import type { Gvk } from "../kube/gvk.ts";
import type { GatekeeperConfig } from "../manifest/config.ts";
import type { Constraint } from "../manifest/constraint.ts";
import type { Provider } from "../manifest/provider.ts";
import type { Match } from "../match/criterion.ts";
import type { CompiledTemplate, Installation } from "../policy/compile-template.ts";
import { ConstraintIndex } from "./constraint-index.ts";

/** A constraint with its match read. */
export interface LoadedConstraint extends Omit<Constraint, "match"> {
  readonly match: Match | undefined;
}

/** A template and its constraints by name. */
export interface LoadedTemplate extends CompiledTemplate {
  readonly constraints: ImmutableMap<string, LoadedConstraint>;
}

/** The state of one moment. */
export interface PolicySet {
  readonly installation: Installation;
  /** Templates by lower-case kind. */
  readonly templates: ImmutableMap<string, LoadedTemplate>;
  readonly index: ConstraintIndex;
  readonly inventory: Inventory;
  readonly config: GatekeeperConfig | undefined;
  /** Kinds to sync, by the name of the SyncSet that asks for them. */
  readonly syncSets: ImmutableMap<string, readonly Gvk[]>;
  readonly providers: ImmutableMap<string, Provider>;
}

/** Returns a set with nothing loaded. */
export function emptyPolicySet(installation: Installation): PolicySet {
  return {
    installation,
    templates: ImmutableMap(),
    index: ConstraintIndex.EMPTY,
    inventory: Inventory.EMPTY,
    config: undefined,
    syncSets: ImmutableMap(),
    providers: ImmutableMap(),
  };
}

/** Returns the template of a constraint kind. */
export function templateOf(set: PolicySet, kind: string): LoadedTemplate | undefined {
  return set.templates.get(kind.toLowerCase());
}

/** Returns every constraint, in no particular order. */
export function constraintsOf(set: PolicySet): readonly LoadedConstraint[] {
  return [...set.templates.values()].flatMap((template) => [...template.constraints.values()]);
}
