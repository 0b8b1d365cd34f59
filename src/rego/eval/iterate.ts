/**
 * Goes through the elements of a value: arrays by index, objects and sets by insertion, or in Rego's order when somebody can see it. The budget
 * is charged once per loop, for its whole length. Documents under `data` live long, so the sorted keys of their objects are kept.
 */
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import { sortedKeys } from "../values/sorted-keys.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { Cell, Expr, GuardedLink, Step, Test } from "./cells.ts";
import type { Runner } from "./runner.ts";
import { refill } from "./runner.ts";

/** Returns the link that visits each element of `source`. */
export function loopOver(source: Expr, key: Cell | undefined, item: Cell, run: Runner, ordered: boolean): GuardedLink {
  return (next, guard) => {
    const step: Step = guard ? () => guard() && next() : next;
    const others = (all: Composite): boolean => eachOther(all, key, item, run, ordered, step);
    if (key) return loopKeys(source, { key, item }, run, others, step);
    return guard ? loopGuarded(source, item, run, others, { guard, next }) : loopItems(source, item, run, others, next);
  };
}

type Others = (all: Composite) => boolean;

function loopItems(source: Expr, item: Cell, run: Runner, others: Others, next: Step): Step {
  return () => {
    const all = source();
    if (typeof all !== "object" || all === null) return false;
    if (!Array.isArray(all)) return others(all as Composite);
    const { length } = all;
    if ((run.left -= length) < 0) refill(run);
    for (let i = 0; i < length; i++) {
      item.v = all[i];
      if (next()) return true;
    }
    return false;
  };
}

function loopGuarded(
  source: Expr,
  item: Cell,
  run: Runner,
  others: Others,
  { guard, next }: { readonly guard: Test; readonly next: Step },
): Step {
  return () => {
    const all = source();
    if (typeof all !== "object" || all === null) return false;
    if (!Array.isArray(all)) return others(all as Composite);
    const { length } = all;
    if ((run.left -= length) < 0) refill(run);
    for (let i = 0; i < length; i++) {
      item.v = all[i];
      if (guard() && next()) return true;
    }
    return false;
  };
}

function loopKeys(source: Expr, { key, item }: { readonly key: Cell; readonly item: Cell }, run: Runner, others: Others, next: Step): Step {
  return () => {
    const all = source();
    if (typeof all !== "object" || all === null) return false;
    if (!Array.isArray(all)) return others(all as Composite);
    const { length } = all;
    if ((run.left -= length) < 0) refill(run);
    for (let i = 0; i < length; i++) {
      key.v = i;
      item.v = all[i];
      if (next()) return true;
    }
    return false;
  };
}

type Composite = PlainObject | RegoObject | RegoSet | RegoNumber;

function eachOther(all: Composite, key: Cell | undefined, item: Cell, run: Runner, ordered: boolean, next: Step): boolean {
  if (all instanceof RegoSet) return eachMember(ordered || run.sorted ? all.sorted() : all.items, key, item, run, next);
  if (all instanceof RegoObject) return eachEntry(all, key, item, run, next);
  if (all instanceof RegoNumber) return false;
  if (ordered || run.sorted) return eachSorted(all, sortedKeys(all), key, item, run, next);
  if (key === undefined) {
    for (const name in all) {
      if (--run.left < 0) refill(run);
      item.v = all[name];
      if (next()) return true;
    }
    return false;
  }
  for (const name in all) {
    if (--run.left < 0) refill(run);
    key.v = name;
    item.v = all[name];
    if (next()) return true;
  }
  return false;
}

function eachMember(members: readonly Value[], key: Cell | undefined, item: Cell, run: Runner, next: Step): boolean {
  const { length } = members;
  if ((run.left -= length) < 0) refill(run);
  for (let i = 0; i < length; i++) {
    if (key) key.v = members[i];
    item.v = members[i];
    if (next()) return true;
  }
  return false;
}

function eachEntry(object: RegoObject, key: Cell | undefined, item: Cell, run: Runner, next: Step): boolean {
  if ((run.left -= object.size) < 0) refill(run);
  for (const at of object.order()) {
    if (key) key.v = object.keys[at];
    item.v = object.values[at];
    if (next()) return true;
  }
  return false;
}

function eachSorted(all: PlainObject, names: readonly string[], key: Cell | undefined, item: Cell, run: Runner, next: Step): boolean {
  if ((run.left -= names.length) < 0) refill(run);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (key) key.v = name;
    item.v = all[name];
    if (next()) return true;
  }
  return false;
}

/** Calls `visit` with each key and element of a value in Rego's order, until it returns true. */
export function visitElements(value: Value, visit: (key: Value, item: Value) => boolean): boolean {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (visit(i, value[i] as Value)) return true;
    return false;
  }
  if (typeof value !== "object" || value === null || value instanceof RegoNumber) return false;
  if (value instanceof RegoSet) {
    for (const item of value.sorted()) if (visit(item, item)) return true;
    return false;
  }
  if (value instanceof RegoObject) {
    for (const at of value.order()) if (visit(value.keys[at] as Value, value.values[at] as Value)) return true;
    return false;
  }
  const object = value as PlainObject;
  for (const name of sortedKeys(object)) if (visit(name, object[name] as Value)) return true;
  return false;
}
