/**
 * Documents under `data` where base documents and rules meet: full extents of packages, and references whose steps are known only at run time.
 * Rules shadow nothing: a package's extent is the base document merged with its rules. Base documents replaced by `with` are read through their
 * overlay. https://www.openpolicyagent.org/docs/latest/philosophy/#the-opa-document-model
 */
import type { RuleNode } from "../compile/rule-tree.ts";
import { equalValues } from "../values/compare.ts";
import { numberFromText, textOfNumber } from "../values/number.ts";
import { isObject, ObjectBuilder } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { Expr } from "./cells.ts";
import { visitElements } from "./iterate.ts";
import { member } from "./member.ts";
import type { Overlay, Runner } from "./runner.ts";

/** Returns the value of the rules at a node. */
type RuleValue = (node: RuleNode, path: readonly Value[]) => Value | undefined;

/** Returns a node's child by a key; rules live under scalars only. */
function childByKey(node: RuleNode | undefined, key: Value): RuleNode | undefined {
  if (!node) return undefined;
  if (typeof key === "string") return node.named.get(key);
  if (typeof key === "number" || key instanceof RegoNumber) return node.unnamed.get(textOfNumber(key));
  if (typeof key === "boolean" || key === null) return node.unnamed.get(String(key));
  return undefined;
}

/** Returns the key of a node as a value. */
export function keyOfNode(node: RuleNode): Value {
  const { key } = node;
  if (key?.kind === "string" || key?.kind === "boolean") return key.value;
  if (key?.kind === "number") return numberFromText(key.text);
  return null;
}

/** Tells whether `with` replaced a document at or above a path. */
export function isReplaced(overlay: Overlay | undefined, path: readonly Value[]): boolean {
  if (overlay === undefined) return false;
  return overlay.targets.some((target) => target.length <= path.length && target.every((step, i) => equalValues(step, path[i] as Value)));
}

function find(root: Value | undefined, path: readonly Value[]): Value | undefined {
  let value = root;
  for (const step of path) {
    if (value === undefined) return undefined;
    const found = member(value, step);
    value = found === undefined ? byText(value, step) : found;
  }
  return value;
}

// OPA's store takes every step of a path for text.
function byText(value: Value, step: Value): Value | undefined {
  return typeof step === "number" && isObject(value) ? member(value, String(step)) : undefined;
}

/** Returns the base document at a path, replacements included. */
export function baseAt(run: Runner, path: readonly Value[]): Value | undefined {
  const { overlay } = run;
  const replaced = overlay ? find(overlay.data, path) : undefined;
  if (isReplaced(overlay, path)) return replaced;
  const real = path.length === 0 ? withoutSystem(run.data.v) : find(run.data.v, path);
  if (replaced === undefined) return real;
  return real === undefined ? replaced : merge(replaced, real);
}

function withoutSystem(data: Value | undefined): Value | undefined {
  if (!isObject(data) || member(data, "system") === undefined) return data;
  const builder = new ObjectBuilder();
  visitElements(data, (key, value) => {
    if (key !== "system") builder.set(key, value);
    return false;
  });
  return builder.finish();
}

/** Merges two documents: objects key by key, of anything else the first wins. */
function merge(first: Value, second: Value): Value {
  if (!isObject(first) || !isObject(second)) return first;
  const builder = new ObjectBuilder();
  visitElements(first, (key, value) => {
    const other = member(second, key);
    builder.set(key, other === undefined ? value : merge(value, other));
    return false;
  });
  visitElements(second, (key, value) => {
    if (member(first, key) === undefined) builder.set(key, value);
    return false;
  });
  return builder.finish();
}

/** Returns the whole document at a path: base and rules. */
function extentAt(run: Runner, node: RuleNode | undefined, path: readonly Value[], ruleValue: RuleValue): Value | undefined {
  const base = baseAt(run, path);
  if (!node) return base;
  const virtual = leaves(run, node, path, ruleValue);
  return base === undefined ? virtual : merge(base, virtual);
}

function leaves(run: Runner, node: RuleNode, path: readonly Value[], ruleValue: RuleValue): Value {
  const builder = new ObjectBuilder();
  for (const child of node.children) {
    if (child.hidden) continue;
    const key = keyOfNode(child);
    const below = [...path, key];
    const value = child.rules.length === 0 ? leaves(run, child, below, ruleValue) : documentAt(run, child, below, ruleValue);
    if (value === undefined) continue;
    // One number may name two children (`r[1.0]`, `r[1]`).
    const known = builder.get(key);
    builder.set(key, known === undefined ? value : merge(known, value));
  }
  return builder.finish() as PlainObject;
}

function documentAt(run: Runner, node: RuleNode, path: readonly Value[], ruleValue: RuleValue): Value | undefined {
  return isReplaced(run.overlay, path) ? baseAt(run, path) : ruleValue(node, path);
}

/** One step of a reference through the tree: a key that is known, or a pattern to bind. */
export type TreeStep = { readonly kind: "known"; readonly key: Expr } | { readonly kind: "bind"; readonly bind: (key: Value) => boolean };

/** How the rules of a node are read. */
interface RuleReader {
  readonly value: RuleValue;
  /** Reads a rule with what follows inside it, where somebody watches; undefined for rules that have no such way. */
  readonly within?: ((node: RuleNode, use: (value: Value) => boolean) => boolean | undefined) | undefined;
}

/** Visits every value that a reference reaches, starting at a node of the rule tree; stops when `found` returns true. */
export function walkTree(
  run: Runner,
  start: { readonly node: RuleNode | undefined; readonly path: readonly Value[] },
  steps: readonly TreeStep[],
  { value: ruleValue, within }: RuleReader,
  found: (value: Value) => boolean,
): boolean {
  return visitNode(start.node, start.path, 0);

  function visitNode(node: RuleNode | undefined, path: readonly Value[], at: number): boolean {
    const step = steps[at];
    if (!step) {
      const value = extentAt(run, node, path, ruleValue);
      return value !== undefined && found(value);
    }
    if (step.kind === "known") {
      const key = step.key();
      return key !== undefined && enter(node, path, key, at);
    }
    const base = baseAt(run, path);
    if (base !== undefined && visitElements(base, (key) => step.bind(key) && enter(node, path, key, at))) return true;
    if (!node) return false;
    for (const child of node.children) {
      const key = keyOfNode(child);
      if (step.bind(key) && enter(node, path, key, at)) return true;
    }
    return false;
  }

  function enter(node: RuleNode | undefined, path: readonly Value[], key: Value, at: number): boolean {
    const below = [...path, key];
    if (isReplaced(run.overlay, below)) return visitNode(undefined, below, at + 1);
    const child = childByKey(node, key);
    if (!child || child.rules.length === 0) return visitNode(child, below, at + 1);
    const stop = within?.(child, (value) => visitValue(value, at + 1));
    if (stop !== undefined) return stop;
    const value = ruleValue(child, below);
    return value !== undefined && visitValue(value, at + 1);
  }

  function visitValue(value: Value, at: number): boolean {
    const step = steps[at];
    if (!step) return found(value);
    if (step.kind === "known") {
      const key = step.key();
      const next = key === undefined ? undefined : member(value, key);
      return next !== undefined && visitValue(next, at + 1);
    }
    return visitElements(value, (key, item) => step.bind(key) && visitValue(item, at + 1));
  }
}
