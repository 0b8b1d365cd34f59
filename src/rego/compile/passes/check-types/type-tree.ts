/**
 * Types by path: what the checker knows about `data…`, `input…` and the builtins. A node with a type is a leaf for look-ups; its
 * children, if it has any, are rules that live below it and come first. The type of a whole package is made from its children on demand
 * and kept until a rule is added below it.
 */
import type { BuiltinTable } from "../../../builtins/define.ts";
import type { Term } from "../../../syntax/ast.ts";
import { equalTerms } from "../../../syntax/compare.ts";
import { parseSignature } from "../../../types/signature.ts";
import type { MaybeType, Property } from "../../../types/type.ts";
import { anyType, objectType, stringType } from "../../../types/type.ts";
import { constantOf } from "./constants.ts";

/** One path. */
export interface TypeNode {
  /** The last step; undefined at a root. */
  readonly key: Term | undefined;
  type: MaybeType;
  /** A builtin's signature: read into `type` on the first question. */
  signature: string | undefined;
  /** Children whose step is a string. */
  names: Map<string, TypeNode> | undefined;
  /** Children whose step is a variable: at a root, the heads of documents and builtins. */
  variables: Map<string, TypeNode> | undefined;
  /** Children whose step is anything else. */
  others: TypeNode[] | undefined;
  extent: MaybeType;
}

/** Makes a node without type or children. */
export function createNode(key: Term | undefined): TypeNode {
  return { key, type: undefined, signature: undefined, names: undefined, variables: undefined, others: undefined, extent: undefined };
}

/** Returns the type at a node itself. */
export function typeAt(node: TypeNode): MaybeType {
  if (node.type === undefined && node.signature !== undefined) node.type = parseSignature(node.signature);
  return node.type;
}

/** Tells whether a node has children. */
export function hasChildren(node: TypeNode): boolean {
  return node.names !== undefined || node.variables !== undefined || node.others !== undefined;
}

/** Returns all children. */
export function childrenOf(node: TypeNode): readonly TypeNode[] {
  return [...(node.names?.values() ?? []), ...(node.variables?.values() ?? []), ...(node.others ?? [])];
}

/** Returns the child at a step. */
export function childOf(node: TypeNode, step: Term): TypeNode | undefined {
  if (step.kind === "string") return node.names?.get(step.value);
  if (step.kind === "var") return node.variables?.get(step.name);
  return node.others?.find((child) => child.key !== undefined && equalTerms(child.key, step));
}

/** Returns the child at a step, made when it is not there. Whatever was known of the whole node is forgotten. */
export function growChild(node: TypeNode, step: Term): TypeNode {
  node.extent = undefined;
  const found = childOf(node, step);
  if (found) return found;
  const child = createNode(step);
  if (step.kind === "string") (node.names ??= new Map()).set(step.value, child);
  else if (step.kind === "var") (node.variables ??= new Map()).set(step.name, child);
  else (node.others ??= []).push(child);
  return child;
}

/** Sets the type of a path, replacing what was there. */
export function putType(root: TypeNode, path: readonly Term[], type: MaybeType): void {
  const node = path.reduce(growChild, root);
  node.type = type;
  node.extent = undefined;
}

/**
 * Returns the type of everything at and below a node. Without a type of its own it is an object of its children that may have other keys,
 * since base documents may lie beside rules.
 */
export function extentOf(node: TypeNode): MaybeType {
  const own = typeAt(node);
  if (own) return own;
  node.extent ??= objectType(childrenOf(node).flatMap(propertyOf), { key: stringType, value: anyType });
  return node.extent;
}

function propertyOf(child: TypeNode): readonly Property[] {
  const kind = child.key?.kind;
  if (!child.key || (kind !== "string" && kind !== "number" && kind !== "boolean")) return [];
  const key = constantOf(child.key);
  return key === undefined ? [] : [{ key, type: extentOf(child) }];
}

const builtinTrees = new WeakMap<BuiltinTable, TypeNode>();

/** Returns the tree of a table's builtins: `io.jwt.decode` lives at the variable `io`, then `jwt`, then `decode`. */
export function builtinTree(builtins: BuiltinTable): TypeNode {
  const known = builtinTrees.get(builtins);
  if (known) return known;
  const root = createNode(undefined);
  for (const { name, signature } of builtins.values()) {
    const [head = name, ...steps] = name.split(".");
    const path: Term[] = [{ kind: "var", name: head, span: undefined }];
    for (const value of steps) path.push({ kind: "string", value, span: undefined });
    path.reduce(growChild, root).signature = signature;
  }
  builtinTrees.set(builtins, root);
  return root;
}
