/**
 * Adds the type of a rule to the tree. A path may have several rules, and rules may lie above or below others (`p[x]` and `p.q`): types
 * of one path are merged, and an object that holds the path learns of it as a computed key.
 */
import type { Term } from "../../../syntax/ast.ts";
import type { MaybeType, ObjectType, Type } from "../../../types/type.ts";
import { objectType, setType, unwrapType } from "../../../types/type.ts";
import { unionTypes } from "../../../types/union.ts";
import type { TypeNode } from "./type-tree.ts";
import { childrenOf, growChild, hasChildren, typeAt } from "./type-tree.ts";

/** Returns the type of a constant step of a path. */
export type TypeOfStep = (step: Term) => MaybeType;

/** Merges a type into the tree at a path of constants. */
export function insertType(root: TypeNode, path: readonly Term[], type: Type, typeOfStep: TypeOfStep): void {
  let node = root;
  path.forEach((step, at) => {
    node = growChild(node, step);
    const rest = path.slice(at + 1);
    const held = unwrapType(node.type);
    if (rest.length > 0 && held?.kind === "object") node.type = withPath(held, rest, type, typeOfStep);
  });
  node.extent = undefined;
  node.type = mergeTypes(node.type, type);
  if (unwrapType(type)?.kind !== "object" || !hasChildren(node)) return;
  let held = unwrapType(node.type);
  for (const leaf of leavesBelow(node)) {
    if (held?.kind === "object") held = withPath(held, leaf.path, leaf.type, typeOfStep);
  }
  node.type = held;
}

// The step becomes a computed key of the object: known properties stay as they are.
function withPath(object: ObjectType, path: readonly Term[], type: MaybeType, typeOfStep: TypeOfStep): ObjectType {
  const [step, ...rest] = path;
  if (!step) return object;
  const value = rest.length === 0 ? type : withPath(objectType([], undefined), rest, type, typeOfStep);
  const key = unionTypes(object.rest?.key, typeOfStep(step));
  return objectType(object.properties, { key, value: unionTypes(object.rest?.value, value) });
}

function leavesBelow(node: TypeNode): readonly { readonly path: readonly Term[]; readonly type: MaybeType }[] {
  return childrenOf(node).flatMap((child) => {
    if (!child.key) return [];
    const step = child.key;
    const type = typeAt(child);
    if (type) return [{ path: [step], type }];
    return leavesBelow(child).map((leaf) => ({ path: [step, ...leaf.path], type: leaf.type }));
  });
}

// Types of two definitions of one thing: sets and objects of computed keys merge inside, everything else unites.
function mergeTypes(before: MaybeType, added: MaybeType): MaybeType {
  if (!before || !added) return before ?? added;
  const a = unwrapType(before);
  const b = unwrapType(added);
  if (a?.kind === "set" && b?.kind === "set") return setType(unionTypes(a.of, b.of));
  if (a?.kind === "object") return mergeObject(a, b);
  if (a?.kind === "any" && b?.kind === "object") return mergeObject(b, a);
  return unionTypes(a, b);
}

function mergeObject(object: ObjectType, other: MaybeType): MaybeType {
  if (object.properties.length > 0 || !object.rest) return unionTypes(object, other);
  if (other?.kind === "object" && other.properties.length === 0 && other.rest) {
    const value = mergeTypes(object.rest.value, other.rest.value);
    return objectType([], { key: unionTypes(object.rest.key, other.rest.key), value });
  }
  if (other?.kind !== "any") return unionTypes(object, other);
  const at = other.of.findIndex((member) => member.kind === "object" && member.properties.length === 0 && member.rest);
  const member = other.of[at];
  if (member?.kind !== "object") return unionTypes(object, other);
  const rest = { key: unionTypes(member.rest?.key, object.rest.key), value: unionTypes(member.rest?.value, object.rest.value) };
  return { kind: "any", of: other.of.with(at, objectType([], rest)) };
}
