/**
 * Collects what partial rules with keys in their names define: nested objects whose leaves are values or sets. Two values for one path, or a path that
 * continues below a value, are errors. https://www.openpolicyagent.org/docs/latest/policy-language/#partial-rules
 */
import type { Span } from "../source/source.ts";
import { equalValues } from "../values/compare.ts";
import { ObjectBuilder } from "../values/object.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { Runner } from "./runner.ts";
import { addMember, meet } from "./spelling.ts";
import { keyConflict } from "./stop.ts";

type Slot = { readonly kind: "value"; readonly value: Value } | { readonly kind: "set"; readonly set: RegoSet } | Level;

interface Level {
  readonly kind: "level";
  readonly keys: RegoObject;
  readonly slots: Slot[];
}

/** Makes an empty extent. */
export function createExtent(): Level {
  return { kind: "level", keys: new RegoObject(), slots: [] };
}

/** An object under construction. */
export type Extent = Level;

function slotAt(level: Level, key: Value, run: Runner): Slot | undefined {
  const at = level.keys.find(key);
  if (at < 0) return undefined;
  if (typeof key !== "string") meet(run, level.keys.keys[at] as Value, key);
  return level.slots[at];
}

function addSlot<S extends Slot>(level: Level, key: Value, slot: S): S {
  level.keys.set(key, level.slots.length);
  level.slots.push(slot);
  return slot;
}

function levelOf(root: Level, path: readonly Value[], span: Span | undefined, run: Runner): Level {
  let level = root;
  for (let i = 0; i < path.length - 1; i++) {
    const key = path[i] as Value;
    const slot = slotAt(level, key, run) ?? addSlot(level, key, createExtent());
    if (slot.kind !== "level") throw keyConflict(span);
    level = slot;
  }
  return level;
}

/** Puts a value at a path. */
export function putValue(root: Extent, path: readonly Value[], value: Value, span: Span | undefined, run: Runner): void {
  const level = levelOf(root, path, span, run);
  const key = path.at(-1) as Value;
  const slot = slotAt(level, key, run);
  if (!slot) {
    addSlot(level, key, { kind: "value", value });
    return;
  }
  const kept = slotValue(slot);
  if (!equalValues(kept, value)) throw keyConflict(span);
  meet(run, kept, value);
}

/** Adds a member to the set at a path. */
export function putMember(root: Extent, path: readonly Value[], member: Value, span: Span | undefined, run: Runner): void {
  const level = levelOf(root, path, span, run);
  const key = path.at(-1) as Value;
  const slot = slotAt(level, key, run) ?? addSlot(level, key, { kind: "set", set: new RegoSet() });
  if (slot.kind !== "set") throw keyConflict(span);
  addMember(run, slot.set, member);
}

function slotValue(slot: Slot): Value {
  if (slot.kind === "level") return finishExtent(slot);
  return slot.kind === "set" ? slot.set : slot.value;
}

/** Returns the finished object. */
export function finishExtent(root: Extent): Value {
  const builder = new ObjectBuilder();
  root.slots.forEach((slot, i) => builder.set(root.keys.keys[i] as Value, slotValue(slot)));
  return builder.finish();
}
