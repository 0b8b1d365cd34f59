/**
 * The rules of a policy by path: `data`, then the package, then the constant front of a rule's name. The compiler's checks look rules up here
 * and the evaluator plans `data` references from it. `p[x].q` (x a variable) lives at `p`. Built once per policy; see
 * https://www.openpolicyagent.org/docs/latest/policy-language/#rules.
 */
import type { Rule, ScalarTerm, Term } from "../syntax/ast.ts";

/** One path: its rules, and the longer paths below it. */
export interface RuleNode<R = Rule> {
  /** The last step of the path; the root's is `undefined`. The first step below the root is the string `data`. */
  readonly key: ScalarTerm | undefined;
  readonly rules: readonly R[];
  /** Children whose step is a string, by that string. */
  readonly named: ReadonlyMap<string, RuleNode<R>>;
  /** Children whose step is another scalar, by its text: `1`, `true`, `null`. */
  readonly unnamed: ReadonlyMap<string, RuleNode<R>>;
  /** All children in Rego's order of their steps. */
  readonly children: readonly RuleNode<R>[];
  /** True for `data.system`: left out when a document above it is read. */
  readonly hidden: boolean;
}

/** Returns the child at one step of a reference; none for a step that is not constant. */
export function childAt<R>(node: RuleNode<R>, step: Term): RuleNode<R> | undefined {
  switch (step.kind) {
    case "string":
      return node.named.get(step.value);
    case "number":
      return node.unnamed.get(step.text);
    case "boolean":
      return node.unnamed.get(String(step.value));
    case "null":
      return node.unnamed.get("null");
    default:
      return undefined;
  }
}

/** Returns the node of `data`, the head of every path. */
export function dataNode<R>(root: RuleNode<R>): RuleNode<R> | undefined {
  return root.named.get("data");
}

/** Returns the node that a `data…` reference names exactly. */
export function nodeAt<R>(root: RuleNode<R>, path: readonly Term[]): RuleNode<R> | undefined {
  const [head] = path;
  if (head?.kind !== "var" || head.name !== "data") return undefined;
  let node = dataNode(root);
  for (let i = 1; i < path.length && node; i++) {
    const step = path[i];
    node = step ? childAt(node, step) : undefined;
  }
  return node;
}

/** A tree without rules. */
export const emptyTree: RuleNode<never> = { key: undefined, rules: [], named: new Map(), unnamed: new Map(), children: [], hidden: false };

/** Returns a tree of the same shape with every rule replaced. */
export function mapTree<A, B>(node: RuleNode<A>, change: (rule: A) => B): RuleNode<B> {
  const copies = new Map(node.children.map((child) => [child, mapTree(child, change)]));
  const copied = (children: ReadonlyMap<string, RuleNode<A>>): ReadonlyMap<string, RuleNode<B>> =>
    new Map([...children].flatMap(([key, child]) => (copies.has(child) ? [[key, copies.get(child) as RuleNode<B>] as const] : [])));
  return {
    ...node,
    rules: node.rules.map(change),
    named: copied(node.named),
    unnamed: copied(node.unnamed),
    children: [...copies.values()],
  };
}
