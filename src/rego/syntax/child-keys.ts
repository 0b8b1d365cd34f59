/**
 * Says, for every kind of node, which of its fields hold nodes, in the order in which OPA's visitors go through them. Everything that
 * walks or rebuilds trees in general goes by this one table. In: a node. Out: its children.
 */
import type { Node } from "./ast.ts";

type KindOf = Node["kind"];
type NodeOf<K extends KindOf> = Extract<Node, { readonly kind: K }>;

/** The fields of each kind of node that hold a node, a list of nodes, or (`entries`) a list of pairs of nodes. */
export const childKeys: { readonly [K in KindOf]: readonly (keyof NodeOf<K> & string)[] } = {
  null: [],
  boolean: [],
  number: [],
  string: [],
  var: [],
  ref: ["path"],
  array: ["items"],
  object: ["entries"],
  set: ["items"],
  "array-comprehension": ["head", "body"],
  "set-comprehension": ["head", "body"],
  "object-comprehension": ["key", "value", "body"],
  call: ["operator", "args"],
  template: ["parts"],
  with: ["target", "value"],
  "term-expr": ["term", "with"],
  "call-expr": ["operator", "args", "with"],
  "some-expr": ["symbols", "with"],
  "every-expr": ["key", "value", "domain", "body", "with"],
  "not-expr": ["body", "with"],
  head: ["reference", "args", "key", "value"],
  rule: ["head", "body", "else"],
  package: ["path"],
  import: ["path"],
  comment: [],
  annotations: [],
  module: ["package", "imports", "rules", "annotations", "comments"],
};

/** Returns the children of a node, in order. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  const fields = node as unknown as { readonly [key: string]: unknown };
  for (const key of childKeys[node.kind]) gather(fields[key], children);
  return children;
}

function gather(value: unknown, into: Node[]): void {
  if (value === undefined) return;
  if (Array.isArray(value)) for (const each of value) gather(each, into);
  else into.push(value as Node);
}
