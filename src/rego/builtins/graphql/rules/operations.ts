/** Rules about operations and the types documents name (https://spec.graphql.org/October2021/#sec-Validation.Operations). */
import { compareStrings } from "../../../../base/compare-strings.ts";
import { quote } from "../../../text/quote.ts";
import { nameOfType, type Place, type Selection } from "../document.ts";
import { suggestion } from "../suggest.ts";
import type { MakeRule } from "../walk.ts";

/** The schema has the kind of operation. */
export const knownRootType: MakeRule = () => ({
  operation({ operation, position }, walk) {
    const kind = operation === "" ? "query" : operation;
    const root = kind === "query" || kind === "mutation" || kind === "subscription" ? walk.schema[kind] : undefined;
    if (root === undefined) walk.report(`Schema does not support operation type "${operation}"`, position);
  },
});

/** Types that are named exist. */
export const knownTypeNames: MakeRule = () => ({
  variable({ type, position }, walk) {
    const name = nameOfType(type);
    if (!walk.schema.types.has(name)) walk.report(`Unknown type "${name}".`, position);
  },
  inlineFragment({ typeCondition, position }, walk) {
    if (typeCondition === "" || walk.schema.types.has(typeCondition)) return;
    walk.report(`Unknown type "${typeCondition}".`, position);
  },
  fragment({ typeCondition, position }, walk) {
    if (walk.schema.types.has(typeCondition)) return;
    const near = suggestion("Did you mean", typeCondition, [...walk.schema.types.keys()].sort(compareStrings));
    walk.report(`Unknown type "${typeCondition}".${near}`, position);
  },
});

/** An operation without a name is alone. */
export const loneAnonymousOperation: MakeRule = () => ({
  operation({ name, position }, walk) {
    if (name !== "" || walk.document.operations.length < 2) return;
    walk.report("This anonymous operation must be the only defined operation.", position);
  },
});

/** Operations have names of their own. */
export const uniqueOperationNames: MakeRule = () => {
  const seen = new Set<string>();
  return {
    operation({ name, position }, walk) {
      if (seen.has(name)) walk.report(`There can be only one operation named "${name}".`, position);
      seen.add(name);
    },
  };
};

/** Subscriptions ask for one thing. */
export const singleFieldSubscriptions: MakeRule = () => ({
  operation({ operation, name, selectionSet }, walk) {
    if (walk.schema.subscription === undefined || operation !== "subscription") return;
    const fields = topFields(selectionSet);
    const title = name === "" ? "Anonymous Subscription" : `Subscription ${quote(name)}`;
    const second = [...fields.values()][1];
    if (fields.size > 1) walk.report(`${title} must select only one top level field.`, second);
    for (const [field, position] of fields) {
      if (field.startsWith("__")) walk.report(`${title} must not select an introspection top level field.`, position);
    }
  },
});

function topFields(selections: readonly Selection[]): Map<string, Place> {
  const fields = new Map<string, Place>();
  const visited = new Set<string>();
  const visit = (set: readonly Selection[]): void => {
    for (const selection of set) {
      if (selection.selection === "field") {
        if (!fields.has(selection.name)) fields.set(selection.name, selection.position);
      } else if (selection.selection === "inline") visit(selection.selectionSet);
      else {
        if (selection.definition === undefined) return;
        if (visited.has(selection.definition.name)) continue;
        visited.add(selection.definition.name);
        visit(selection.definition.selectionSet);
      }
    }
  };
  visit(selections);
  return fields;
}
