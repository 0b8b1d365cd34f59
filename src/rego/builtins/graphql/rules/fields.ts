/** Rules about fields: that they exist, and what they may select (https://spec.graphql.org/October2021/#sec-Validation.Fields). */
import { compareStrings } from "../../../../base/compare-strings.ts";
import { type Definition, type Field, type FragmentSpread, nameOfType, type Selection, typeText } from "../document.ts";
import type { Schema } from "../schema.ts";
import { named } from "../schema-checks.ts";
import { nearNames, quotedList } from "../suggest.ts";
import type { MakeRule } from "../walk.ts";

const MAX_LISTS = 3;
const LIST_FIELDS = new Set(["fields", "interfaces", "possibleTypes", "inputFields"]);

/** Fields exist on their types. */
export const fieldsOnCorrectType: MakeRule = () => ({
  field({ name, objectDefinition: parent, definition, position }, walk) {
    if (parent === undefined || definition !== undefined) return;
    walk.report(`Cannot query field "${name}" on type "${parent.name}".${fieldSuggestion(walk.schema, parent, name)}`, position);
  },
});

function fieldSuggestion(schema: Schema, parent: Definition, name: string): string {
  const types = typesWithField(schema, parent, name);
  if (types.length > 0) return ` Did you mean to use an inline fragment on ${quotedList(types)}?`;
  if (parent.kind !== "OBJECT" && parent.kind !== "INTERFACE") return "";
  const fields = nearNames(
    name,
    parent.fields.map((field) => field.name),
  );
  return fields.length > 0 ? ` Did you mean ${quotedList(fields)}?` : "";
}

// Interfaces by how many types use them, then types by name.
function typesWithField(schema: Schema, parent: Definition, name: string): string[] {
  if (parent.kind !== "INTERFACE" && parent.kind !== "UNION") return [];
  const types: string[] = [];
  const uses = new Map<string, number>();
  for (const possible of schema.possibleTypes.get(parent.name) ?? []) {
    if (named(possible.fields, name) === undefined) continue;
    types.push(possible.name);
    for (const implemented of possible.interfaces) {
      if (named(schema.types.get(implemented)?.fields ?? [], name) === undefined) continue;
      uses.set(implemented, (uses.get(implemented) ?? 0) + 1);
    }
  }
  return [...uses.keys(), ...types].sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0) || compareStrings(a, b));
}

/** Leaves have no selection, everything else has one. */
export const scalarLeafs: MakeRule = () => ({
  field({ name, definition, selectionSet, position }, walk) {
    const type = definition && walk.schema.types.get(nameOfType(definition.type));
    if (definition === undefined || type === undefined) return;
    const isLeaf = type.kind === "ENUM" || type.kind === "SCALAR";
    if (isLeaf && selectionSet.length > 0) {
      walk.report(`Field "${name}" must not have a selection since type "${type.name}" has no subfields.`, position);
    }
    if (!isLeaf && selectionSet.length === 0) {
      const message = `Field "${name}" of type "${typeText(definition.type)}" must have a selection of subfields.`;
      walk.report(`${message} Did you mean "${name} { ... }"?`, position);
    }
  },
});

/** Introspection does not nest its lists without end. */
export const maxIntrospectionDepth: MakeRule = () => ({
  field(field, walk) {
    if (field.name !== "__schema" && field.name !== "__type") return;
    const within = new Set<string>();
    const isDeep = (selections: readonly Selection[], depth: number): boolean =>
      selections.some((selection) => {
        walk.spend(1);
        if (selection.selection === "field") return isDeepField(selection, depth);
        return selection.selection === "inline" ? isDeep(selection.selectionSet, depth) : isDeepSpread(selection, depth);
      });
    const isDeepField = ({ name, selectionSet }: Field, depth: number): boolean => {
      const lists = LIST_FIELDS.has(name) ? depth + 1 : depth;
      return lists >= MAX_LISTS || isDeep(selectionSet, lists);
    };
    const isDeepSpread = ({ name, definition }: FragmentSpread, depth: number): boolean => {
      if (within.has(name) || definition === undefined) return false;
      within.add(name);
      const answer = isDeep(definition.selectionSet, depth);
      within.delete(name);
      return answer;
    };
    if (isDeepField(field, 0)) walk.report("Maximum introspection depth exceeded", field.position);
  },
});
