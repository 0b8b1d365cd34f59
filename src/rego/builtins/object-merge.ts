/**
 * Deep union of objects: the right side wins except that two objects under one key merge. Costs no stack, however deep they nest.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-object-objectunion
 */
import { eachEntry, getKey, isObject, ObjectBuilder, sizeOf } from "../values/object.ts";
import type { RegoObject } from "../values/rego-object.ts";
import type { PlainObject, Value } from "../values/value.ts";

type AnyObject = PlainObject | RegoObject;

interface Merge {
  readonly left: AnyObject;
  readonly right: AnyObject;
  /** Where the merged object goes; undefined at the top. */
  readonly parent: Node | undefined;
  readonly key: Value;
}

interface Node {
  readonly builder: ObjectBuilder;
}

/** Returns the deep union of two objects; neither is changed. */
export function mergeObjects(left: AnyObject, right: AnyObject): AnyObject {
  if (sizeOf(left) === 0) return right;
  if (sizeOf(right) === 0 || left === right) return left;
  // Parents come before their children in `done`, so finishing from the end finishes children first.
  const waiting: Merge[] = [{ left, right, parent: undefined, key: null }];
  const done: { readonly node: Node; readonly parent: Node | undefined; readonly key: Value }[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node: Node = { builder: new ObjectBuilder() };
    done.push({ node, parent: next.parent, key: next.key });
    mergeLevel(next, node, waiting);
  }
  for (let i = done.length - 1; i > 0; i--) {
    const { node, parent, key } = done[i] as (typeof done)[number];
    parent?.builder.set(key, node.builder.finish());
  }
  return (done[0] as (typeof done)[number]).node.builder.finish();
}

function mergeLevel({ left, right }: Merge, node: Node, waiting: Merge[]): void {
  eachEntry(left, (key, value) => node.builder.set(key, value));
  eachEntry(right, (key, value) => {
    const before = getKey(left, key);
    if (isObject(before) && isObject(value)) waiting.push({ left: before, right: value, parent: node, key });
    else node.builder.set(key, value);
  });
}
