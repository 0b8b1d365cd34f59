/**
 * Fields with the same name in the answer must be the same question. Selections are compared within themselves and with the fragments they
 * spread, as in https://spec.graphql.org/October2021/#sec-Field-Selection-Merging; each comparison is charged, since there may be very many.
 */
import {
  type Argument,
  type Field,
  type FragmentSpread,
  GraphqlError,
  type Place,
  type Selection,
  type TypeReference,
  typeText,
} from "../document.ts";
import type { MakeRule, Walk } from "../walk.ts";

interface Conflict {
  readonly responseName: string;
  readonly message: string;
  readonly inner: readonly Conflict[];
  readonly position: Place;
}

interface Collected {
  readonly fields: ReadonlyMap<string, Field[]>;
  readonly spreads: readonly FragmentSpread[];
}

const MAX_DEPTH = 800;
const COMPARISON_COST = 8;

/** Answers cannot be ambiguous. */
export const overlappingFieldsCanBeMerged: MakeRule = () => {
  // Pairs of fragments that were compared, and whether as mutually exclusive ones.
  const pairs = new Map<string, boolean>();
  const check = (selections: readonly Selection[], walk: Walk): void => {
    if (selections.length === 0) return;
    for (const conflict of new Comparison(walk, pairs).within(selections)) {
      const advice = "Use different aliases on the fields to fetch both if this was intentional.";
      walk.report(`Fields "${conflict.responseName}" conflict because ${conflictText(conflict)}. ${advice}`, conflict.position);
    }
  };
  return {
    operation: ({ selectionSet }, walk) => check(selectionSet, walk),
    field: ({ selectionSet }, walk) => {
      if (walk.operation !== undefined) check(selectionSet, walk);
    },
    inlineFragment: ({ selectionSet }, walk) => check(selectionSet, walk),
    fragment: ({ selectionSet }, walk) => check(selectionSet, walk),
  };
};

function conflictText({ message, inner }: Conflict): string {
  if (inner.length === 0) return message;
  return inner.map((one) => `subfields "${one.responseName}" conflict because ${conflictText(one)}`).join(" and ");
}

class Comparison {
  readonly #walk: Walk;
  readonly #pairs: Map<string, boolean>;
  #compared = new Set<string>();
  #depth = 0;

  constructor(walk: Walk, pairs: Map<string, boolean>) {
    this.#walk = walk;
    this.#pairs = pairs;
  }

  within(selections: readonly Selection[]): Conflict[] {
    const collected = this.#collect(selections);
    const conflicts: Conflict[] = [];
    for (const fields of collected.fields.values()) {
      for (const [index, one] of fields.entries()) {
        for (const other of fields.slice(index + 1)) this.#compare(false, one, other, conflicts);
      }
    }
    this.#compared = new Set();
    for (const [index, spread] of collected.spreads.entries()) {
      this.#fieldsAndFragment(false, collected, spread, conflicts);
      for (const other of collected.spreads.slice(index + 1)) this.#fragments(false, spread, other, conflicts);
    }
    return conflicts;
  }

  #collect(selections: readonly Selection[]): Collected {
    const fields = new Map<string, Field[]>();
    const spreads: FragmentSpread[] = [];
    const visit = (set: readonly Selection[]): void => {
      for (const selection of set) {
        this.#walk.spend(1);
        if (selection.selection === "inline") visit(selection.selectionSet);
        else if (selection.selection === "spread") spreads.push(selection);
        else {
          const name = selection.alias === "" ? selection.name : selection.alias;
          const known = fields.get(name);
          if (known === undefined) fields.set(name, [selection]);
          else known.push(selection);
        }
      }
    };
    visit(selections);
    return { fields, spreads };
  }

  #fieldsAndFragment(isExclusive: boolean, collected: Collected, spread: FragmentSpread, conflicts: Conflict[]): void {
    if (this.#compared.has(spread.name)) return;
    this.#compared.add(spread.name);
    if (spread.definition === undefined) return;
    const other = this.#collect(spread.definition.selectionSet);
    if (isSameFields(collected, other)) return;
    this.#between(isExclusive, collected, other, conflicts);
    for (const inner of other.spreads) {
      if (inner.name !== spread.name) this.#fieldsAndFragment(isExclusive, collected, inner, conflicts);
    }
  }

  #fragments(isExclusive: boolean, one: FragmentSpread, other: FragmentSpread, conflicts: Conflict[]): void {
    if (one.name === other.name) return;
    const known = this.#pairs.get(`${one.name} ${other.name}`);
    if (known !== undefined && (isExclusive || !known)) return;
    this.#pairs.set(`${one.name} ${other.name}`, isExclusive);
    this.#pairs.set(`${other.name} ${one.name}`, isExclusive);
    if (one.definition === undefined || other.definition === undefined) return;
    const left = this.#collect(one.definition.selectionSet);
    const right = this.#collect(other.definition.selectionSet);
    this.#between(isExclusive, left, right, conflicts);
    for (const spread of right.spreads) this.#fragments(isExclusive, one, spread, conflicts);
    for (const spread of left.spreads) this.#fragments(isExclusive, spread, other, conflicts);
  }

  #between(isExclusive: boolean, left: Collected, right: Collected, conflicts: Conflict[]): void {
    for (const [name, fields] of left.fields) {
      for (const one of fields) {
        for (const other of right.fields.get(name) ?? []) this.#compare(isExclusive, one, other, conflicts);
      }
    }
  }

  #compare(isParentExclusive: boolean, one: Field, other: Field, conflicts: Conflict[]): void {
    this.#walk.spend(COMPARISON_COST);
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw new GraphqlError(`the document nests more than ${MAX_DEPTH} levels`, other.position);
    const conflict = this.#conflictOf(isParentExclusive, one, other);
    if (conflict !== undefined) conflicts.push(conflict);
    this.#depth--;
  }

  #conflictOf(isParentExclusive: boolean, one: Field, other: Field): Conflict | undefined {
    const [left, right] = [one.objectDefinition, other.objectDefinition];
    if (left === undefined || right === undefined) return undefined;
    const areOther = left.name !== right.name && left.kind === "OBJECT" && right.kind === "OBJECT";
    const isExclusive = isParentExclusive || (areOther && one.definition !== undefined && other.definition !== undefined);
    const responseName = one.alias === "" ? one.name : one.alias;
    const conflict = (message: string): Conflict => ({ responseName, message, inner: [], position: other.position });
    if (!isExclusive) {
      if (one.name !== other.name) return conflict(`"${one.name}" and "${other.name}" are different fields`);
      if (!isSameArguments(one.arguments, other.arguments)) return conflict("they have differing arguments");
    }
    const [type, otherType] = [one.definition?.type, other.definition?.type];
    if (type !== undefined && otherType !== undefined && this.#isTypeConflict(type, otherType)) {
      return conflict(`they return conflicting types "${typeText(type)}" and "${typeText(otherType)}"`);
    }
    const inner = this.#betweenSelections(isExclusive, one.selectionSet, other.selectionSet);
    return inner.length === 0 ? undefined : { responseName, message: "", inner, position: other.position };
  }

  #betweenSelections(isExclusive: boolean, one: readonly Selection[], other: readonly Selection[]): Conflict[] {
    const conflicts: Conflict[] = [];
    const left = this.#collect(one);
    const right = this.#collect(other);
    this.#between(isExclusive, left, right, conflicts);
    for (const [collected, spreads] of [
      [left, right.spreads],
      [right, left.spreads],
    ] as const) {
      for (const spread of spreads) {
        this.#compared = new Set();
        this.#fieldsAndFragment(isExclusive, collected, spread, conflicts);
      }
    }
    for (const spread of left.spreads) {
      for (const otherSpread of right.spreads) this.#fragments(isExclusive, spread, otherSpread, conflicts);
    }
    return conflicts;
  }

  #isTypeConflict(one: TypeReference, other: TypeReference): boolean {
    if (one.elem !== undefined || other.elem !== undefined) {
      return one.elem === undefined || other.elem === undefined || this.#isTypeConflict(one.elem, other.elem);
    }
    if (one.nonNull !== other.nonNull) return true;
    const isLeaf = (name: string): boolean => ["SCALAR", "ENUM"].includes(this.#walk.schema.types.get(name)?.kind ?? "");
    return isLeaf(one.namedType) && isLeaf(other.namedType) && one.namedType !== other.namedType;
  }
}

function isSameFields(one: Collected, other: Collected): boolean {
  if (one.fields.size !== other.fields.size) return false;
  return [...one.fields].every(([name, fields]) => {
    const others = other.fields.get(name);
    return others?.length === fields.length && fields.every((field, index) => field === others[index]);
  });
}

function isSameArguments(args: readonly Argument[], others: readonly Argument[]): boolean {
  if (args.length !== others.length) return false;
  return args.every(({ name, value }) =>
    others.some((other) => other.name === name && other.value.kind === value.kind && other.value.raw === value.raw),
  );
}
