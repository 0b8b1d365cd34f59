/**
 * Walks and rebuilds trees. In: a node and a function. Out: nothing (a walk), or a tree that shares with the old one every part in which
 * nothing changed, so that a pass that changes nothing returns the very tree that it was given.
 */
import type { Node, Term } from "./ast.ts";
import { childKeys, childrenOf } from "./child-keys.ts";

/** Calls the function on a node and everything in it, parents first; when it returns false, the children of that node are left out. */
export function walkNode(node: Node, visit: (node: Node) => boolean | undefined): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walkNode(child, visit);
}

/** Calls the function on a node and everything in it, children first. */
export function walkNodeUp(node: Node, visit: (node: Node) => void): void {
  for (const child of childrenOf(node)) walkNodeUp(child, visit);
  visit(node);
}

/** Returns the node with each of its children replaced by what the function makes of it; the node itself if none changed. */
export function mapChildren<N extends Node>(node: N, change: (child: Node) => Node): N {
  let copy: { [key: string]: unknown } | undefined;
  const fields = node as unknown as { readonly [key: string]: unknown };
  for (const key of childKeys[node.kind]) {
    const value = fields[key];
    const changed = mapValue(value, change);
    if (changed === value) continue;
    copy ??= { ...fields };
    copy[key] = changed;
  }
  return copy === undefined ? node : (copy as unknown as N);
}

function mapValue(value: unknown, change: (child: Node) => Node): unknown {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? mapList(value, change) : change(value as Node);
}

function mapList(list: readonly unknown[], change: (child: Node) => Node): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const changed = mapValue(list[i], change);
    if (changed === list[i]) continue;
    copy ??= [...list];
    copy[i] = changed;
  }
  return copy ?? list;
}

/** Rebuilds a tree from the leaves up: the function sees each node after its children were rebuilt. */
export function transformUp<N extends Node>(node: N, change: (node: Node) => Node): N {
  return change(mapChildren(node, (child) => transformUp(child, change))) as N;
}

/**
 * Rebuilds a tree from the top down: the function answers with a replacement, which is not looked into again, or with undefined to
 * go on to the children.
 */
export function transformDown<N extends Node>(node: N, change: (node: Node) => Node | undefined): N {
  const replaced = change(node);
  if (replaced !== undefined) return replaced as N;
  return mapChildren(node, (child) => transformDown(child, change));
}

/** Rebuilds every term of a tree, inner terms first. */
export function mapTerms<N extends Node>(node: N, change: (term: Term) => Term): N {
  return transformUp(node, (each) => (isTerm(each) ? change(each) : each));
}

const termKinds: ReadonlySet<string> = new Set<Term["kind"]>([
  "null",
  "boolean",
  "number",
  "string",
  "var",
  "ref",
  "array",
  "object",
  "set",
  "array-comprehension",
  "set-comprehension",
  "object-comprehension",
  "call",
  "template",
]);

/** Says whether a node is a term. */
export function isTerm(node: Node): node is Term {
  return termKinds.has(node.kind);
}
