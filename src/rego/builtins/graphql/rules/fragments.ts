/** Rules about fragments (https://spec.graphql.org/October2021/#sec-Validation.Fragments). */
import type { Definition, FragmentDefinition, FragmentSpread, Selection } from "../document.ts";
import { named } from "../schema-checks.ts";
import type { MakeRule, Walk } from "../walk.ts";

function isComposite({ kind }: Definition): boolean {
  return kind === "OBJECT" || kind === "INTERFACE" || kind === "UNION";
}

/** Fragments are on types that have fields. */
export const fragmentsOnCompositeTypes: MakeRule = () => ({
  inlineFragment({ typeCondition, position }, walk) {
    const type = walk.schema.types.get(typeCondition);
    if (type === undefined || isComposite(type)) return;
    walk.report(`Fragment cannot condition on non composite type "${typeCondition}".`, position);
  },
  fragment({ name, definition, typeCondition, position }, walk) {
    if (definition === undefined || typeCondition === "" || isComposite(definition)) return;
    walk.report(`Fragment "${name}" cannot condition on non composite type "${typeCondition}".`, position);
  },
});

/** Spread fragments exist. */
export const knownFragmentNames: MakeRule = () => ({
  fragmentSpread({ definition, name, position }, walk) {
    if (definition === undefined) walk.report(`Unknown fragment "${name}".`, position);
  },
});

/** Fragments do not spread themselves. */
export const noFragmentCycles: MakeRule = () => {
  const visited = new Set<string>();
  return {
    fragment(start, walk) {
      const path: FragmentSpread[] = [];
      const indices = new Map<string, number>();
      const visit = (fragment: FragmentDefinition): void => {
        if (visited.has(fragment.name)) return;
        visited.add(fragment.name);
        const spreads = spreadsIn(fragment.selectionSet);
        if (spreads.length === 0) return;
        indices.set(fragment.name, path.length);
        for (const spread of spreads) {
          const from = indices.get(spread.name);
          path.push(spread);
          if (from === undefined) {
            const next = named(walk.document.fragments, spread.name);
            if (next !== undefined) visit(next);
          } else {
            const names = path.slice(from, -1).map(({ name }) => `"${name}"`);
            const via = names.length === 0 ? "" : ` via ${names.join(", ")}`;
            walk.report(`Cannot spread fragment "${spread.name}" within itself${via}.`, spread.position);
          }
          path.pop();
        }
        indices.delete(fragment.name);
      };
      visit(start);
    },
  };
};

function spreadsIn(selections: readonly Selection[]): FragmentSpread[] {
  const spreads: FragmentSpread[] = [];
  const sets = [selections];
  for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
    for (const selection of set) {
      if (selection.selection === "spread") spreads.push(selection);
      else sets.push(selection.selectionSet);
    }
  }
  return spreads;
}

/** Fragments are used by an operation. */
export const noUnusedFragments: MakeRule = () => {
  const used = new Set<string>();
  let isInFragments = false;
  return {
    fragmentSpread({ name }) {
      if (!isInFragments) used.add(name);
    },
    fragment({ name, position }, walk) {
      isInFragments = true;
      if (!used.has(name)) walk.report(`Fragment "${name}" is never used.`, position);
    },
  };
};

/** A fragment's type and the type around it have objects in common. */
export const possibleFragmentSpreads: MakeRule = () => ({
  inlineFragment({ objectDefinition, typeCondition, position }, walk) {
    if (objectDefinition === undefined || canSpread(walk, objectDefinition, typeCondition)) return;
    const message = `Fragment cannot be spread here as objects of type "${objectDefinition.name}" can never be of type "${typeCondition}".`;
    walk.report(message, position);
  },
  fragmentSpread({ name, definition, objectDefinition, position }, walk) {
    if (definition === undefined || objectDefinition === undefined) return;
    const { typeCondition } = definition;
    if (canSpread(walk, objectDefinition, typeCondition)) return;
    const never = `as objects of type "${objectDefinition.name}" can never be of type "${typeCondition}".`;
    walk.report(`Fragment "${name}" cannot be spread here ${never}`, position);
  },
});

function canSpread({ schema }: Walk, parent: Definition, typeCondition: string): boolean {
  const type = schema.types.get(typeCondition);
  if (!isComposite(parent) || type === undefined || !isComposite(type)) return true;
  const parents = parent.kind === "OBJECT" ? [parent] : (schema.possibleTypes.get(parent.name) ?? []);
  const names = new Set(parents.map(({ name }) => name));
  return (schema.possibleTypes.get(type.name) ?? []).some(({ name }) => names.has(name));
}

/** Fragments have names of their own. */
export const uniqueFragmentNames: MakeRule = () => {
  const seen = new Set<string>();
  return {
    fragment({ name, position }, walk) {
      if (seen.has(name)) walk.report(`There can be only one fragment named "${name}".`, position);
      seen.add(name);
    },
  };
};
