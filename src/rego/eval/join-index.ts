/**
 * An index over a tree of base documents: which items have a given value at a given path. Built on the first question and brought up to date when
 * the data changes: subtrees that are the same object as before are not looked at again, so that one changed object costs what one object costs,
 * and a question costs the same over ten objects or a hundred thousand.
 */
import { numberKey } from "../values/number.ts";
import { isPlainObject } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { Value } from "../values/value.ts";
import { visitElements } from "./iterate.ts";
import { member } from "./member.ts";

/** A step of the path to an item, or from an item to its indexed value: a constant key, or each element. */
export type JoinStep = { readonly kind: "field"; readonly name: string } | { readonly kind: "each" };

type Key = string | number;

/** What composites are filed under: they never equal a scalar, and are rare. */
const COMPOSITE = Symbol("composite");

type Indexed = string | number | boolean | null | typeof COMPOSITE;

interface Child {
  readonly value: Value;
  readonly node: JoinNode | undefined;
}

/** One level of the tree: its children by key, and under which keys each value occurs. */
export interface JoinNode {
  container: object;
  readonly children: Map<Key, Child>;
  readonly places: Map<Indexed, Set<Key>>;
}

/** Where the items are below the root: per level the constant steps after its key, and at the end the path to the value. */
export interface JoinShape {
  /** Constant steps between one level and the next; the last list leads from the last key to the item. */
  readonly between: readonly (readonly string[])[];
  readonly value: readonly JoinStep[];
  /** Instead of following a path, works the value out from the item. */
  readonly compute: ((item: Value) => Value | undefined) | undefined;
}

/** Returns what a value is filed under. */
export function indexKey(value: Value): Indexed {
  if (typeof value !== "object" || value === null) return value;
  return value instanceof RegoNumber ? numberKey(value) : COMPOSITE;
}

/** Makes an empty node for a container. */
export function createNode(): JoinNode {
  return { container: {}, children: new Map(), places: new Map() };
}

/** Tells whether a value has elements that the index can follow. */
export function isContainer(value: Value | undefined): value is Value & object {
  return Array.isArray(value) || isPlainObject(value);
}

interface Change {
  readonly came: Set<Indexed>;
  readonly gone: Set<Indexed>;
  /** Elements looked at, for the budget. */
  visited: number;
}

/** Brings a node up to date with its container; returns how many elements were looked at. */
export function updateNode(node: JoinNode, container: object, shape: JoinShape): number {
  return update(node, container, shape, 0).visited;
}

function update(node: JoinNode, container: object, shape: JoinShape, level: number): Change {
  const change: Change = { came: new Set(), gone: new Set(), visited: 0 };
  if (node.container === container) return change;
  node.container = container;
  const stale = new Set(node.children.keys());
  visitElements(container as Value, (name, value) => {
    const key = name as Key;
    change.visited++;
    stale.delete(key);
    const old = node.children.get(key);
    if (old?.value === value) return false;
    replaceChild(node, key, old, value, { shape, level, change });
    return false;
  });
  for (const key of stale) {
    const old = node.children.get(key);
    if (old) replaceChild(node, key, old, undefined, { shape, level, change });
  }
  return change;
}

interface Place {
  readonly shape: JoinShape;
  readonly level: number;
  readonly change: Change;
}

function replaceChild(node: JoinNode, key: Key, old: Child | undefined, value: Value | undefined, { shape, level, change }: Place): void {
  const last = level === shape.between.length - 1;
  if (last) {
    if (old) for (const found of valuesOf(old.value, shape)) remove(node, found, key, change);
    if (value === undefined) node.children.delete(key);
    else {
      node.children.set(key, { value, node: undefined });
      for (const found of valuesOf(value, shape)) add(node, found, key, change);
    }
    return;
  }
  const below = value === undefined ? undefined : follow(value, shape.between[level] ?? []);
  if (!isContainer(below)) {
    if (old?.node) for (const found of old.node.places.keys()) remove(node, found, key, change);
    if (value === undefined) node.children.delete(key);
    else node.children.set(key, { value, node: undefined });
    return;
  }
  const child = old?.node ?? createNode();
  const inner = update(child, below, shape, level + 1);
  change.visited += inner.visited;
  node.children.set(key, { value: value as Value, node: child });
  for (const found of inner.gone) if (!inner.came.has(found)) remove(node, found, key, change);
  for (const found of inner.came) if (child.places.has(found)) add(node, found, key, change);
}

function add(node: JoinNode, value: Indexed, key: Key, change: Change): void {
  const keys = node.places.get(value);
  if (keys) keys.add(key);
  else {
    node.places.set(value, new Set([key]));
    change.came.add(value);
    change.gone.delete(value);
  }
}

function remove(node: JoinNode, value: Indexed, key: Key, change: Change): void {
  const keys = node.places.get(value);
  if (!keys?.delete(key) || keys.size > 0) return;
  node.places.delete(value);
  change.gone.add(value);
  change.came.delete(value);
}

/** Follows constant steps. */
export function follow(value: Value, names: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const name of names) found = found === undefined ? undefined : member(found, name);
  return found;
}

function valuesOf(child: Value, shape: JoinShape): Set<Indexed> {
  const found = new Set<Indexed>();
  const item = follow(child, shape.between.at(-1) ?? []);
  if (item === undefined) return found;
  if (!shape.compute) collect(item, shape.value, 0, found);
  else {
    const value = shape.compute(item);
    if (value !== undefined) found.add(indexKey(value));
  }
  return found;
}

function collect(value: Value, steps: readonly JoinStep[], at: number, found: Set<Indexed>): void {
  const step = steps[at];
  if (!step) {
    found.add(indexKey(value));
    return;
  }
  if (step.kind === "field") {
    const next = member(value, step.name);
    if (next !== undefined) collect(next, steps, at + 1, found);
    return;
  }
  visitElements(value, (_, item) => {
    collect(item, steps, at + 1, found);
    return false;
  });
}
