/**
 * An index over a tree of base documents: which items have a given value at a given path. Built on the first question and brought up to date when
 * the data changes: subtrees that are the same object as before are not looked at again, so that one changed object costs what one object costs,
 * and a question costs the same over ten objects or a hundred thousand.
 */
import { numberKey } from "../values/number.ts";
import { isPlainObject } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { PlainObject, Value } from "../values/value.ts";
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
  readonly places: Map<Indexed, Key | Set<Key>>;
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
  const place: Place = { shape, level, change };
  const before = node.children.size;
  let kept = 0;
  const visit = (key: Key, value: Value): void => {
    change.visited++;
    const old = node.children.get(key);
    if (old !== undefined) kept++;
    if (old?.value !== value) replaceChild(node, key, old, value, place);
  };
  if (Array.isArray(container)) for (let i = 0; i < container.length; i++) visit(i, container[i] as Value);
  else for (const key in container) visit(key, (container as PlainObject)[key] as Value);
  if (kept < before) dropStale(node, container, place);
  return change;
}

function dropStale(node: JoinNode, container: object, place: Place): void {
  for (const [key, old] of node.children) {
    const exists = Array.isArray(container) ? Number(key) < container.length : Object.hasOwn(container, key);
    if (!exists) replaceChild(node, key, old, undefined, place);
  }
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
  for (const found of inner.gone) remove(node, found, key, change);
  for (const found of inner.came) add(node, found, key, change);
}

function add(node: JoinNode, value: Indexed, key: Key, change: Change): void {
  const keys = node.places.get(value);
  if (keys === undefined) {
    node.places.set(value, key);
    if (!change.gone.delete(value)) change.came.add(value);
  } else if (keys instanceof Set) keys.add(key);
  else if (keys !== key) node.places.set(value, new Set([keys, key]));
}

function remove(node: JoinNode, value: Indexed, key: Key, change: Change): void {
  const keys = node.places.get(value);
  if (keys === undefined) return;
  if (keys instanceof Set) {
    if (!keys.delete(key) || keys.size > 0) return;
  } else if (keys !== key) return;
  node.places.delete(value);
  if (!change.came.delete(value)) change.gone.add(value);
}

/** Returns the keys under which a value occurs. */
export function keysOf(node: JoinNode, value: Indexed): readonly Key[] {
  const keys = node.places.get(value);
  if (keys === undefined) return [];
  return keys instanceof Set ? [...keys] : [keys];
}

/** Follows constant steps. */
export function follow(value: Value, names: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const name of names) found = found === undefined ? undefined : member(found, name);
  return found;
}

function valuesOf(child: Value, shape: JoinShape): readonly Indexed[] {
  const found: Indexed[] = [];
  const item = follow(child, shape.between.at(-1) ?? []);
  if (item === undefined) return found;
  if (!shape.compute) collect(item, shape.value, 0, found);
  else {
    const value = shape.compute(item);
    if (value !== undefined) found.push(indexKey(value));
  }
  return found;
}

function collect(value: Value, steps: readonly JoinStep[], at: number, found: Indexed[]): void {
  const step = steps[at];
  if (!step) {
    found.push(indexKey(value));
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
