/**
 * Which rule reads which: the graph that recursion is found in and that orders rules for the type checker. Else branches are rules of their
 * own here. Edges are kept by number, so that the graph does not care that passes replace rules; and in groups, one for each distinct
 * reference, so that ten thousand rules that read the same ten thousand rules stay small.
 */

import type { Rule, Term } from "../syntax/ast.ts";
import { compareTerms } from "../syntax/compare.ts";
import type { RuleAddress } from "./compilation.ts";
import { ruleAt } from "./compilation.ts";
import { compareSpans } from "./errors/errors.ts";

/** A rule or one of its else branches: `branch` counts from 0, the rule itself. */
export interface GraphNode {
  readonly address: RuleAddress;
  readonly branch: number;
  /** Position in `nodes`. */
  readonly id: number;
}

/** Ids of the nodes that one reference may read. */
export type RuleGroup = readonly number[];

/** All rules and, for each, what it refers to. */
export interface RuleGraph {
  readonly nodes: readonly GraphNode[];
  /** By node id. */
  readonly reads: readonly (readonly RuleGroup[])[];
}

/** The graph before it is made. */
export const emptyGraph: RuleGraph = { nodes: [], reads: [] };

/** Returns the rule or else branch of a node as the last pass left it. */
export function ruleOfNode({ address, branch }: GraphNode): Rule {
  let rule = ruleAt(address);
  for (let i = 0; i < branch; i++) rule = rule.else ?? rule;
  return rule;
}

/** Returns all nodes, each after those that it reads; by location where that leaves a choice. The graph has no cycle by now. */
export function inDependencyOrder({ nodes, reads }: RuleGraph): readonly GraphNode[] {
  const rules = nodes.map(ruleOfNode);
  const byLocation = nodes.map((_, id) => id).sort((a, b) => compareRules(rules[a], rules[b]));
  const rank = new Array<number>(nodes.length);
  byLocation.forEach((id, position) => {
    rank[id] = position;
  });
  const done = new Uint8Array(nodes.length);
  const finished = new Set<RuleGroup>();
  const ordered: GraphNode[] = [];

  // All that a rule reads, whichever reference reads it, by location. A group that was gone through once has nothing left.
  const waitingFor = (id: number): readonly number[] => {
    const ids = new Set<number>();
    for (const group of reads[id] ?? []) if (!finished.has(group)) for (const member of group) if (!done[member]) ids.add(member);
    return [...ids].sort((x, y) => (rank[x] ?? 0) - (rank[y] ?? 0));
  };

  const visit = (root: number): void => {
    done[root] = 1;
    const stack = [{ id: root, waiting: waitingFor(root), next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.waiting[top.next++];
      if (next === undefined) {
        const node = nodes[top.id];
        if (node) ordered.push(node);
        for (const group of reads[top.id] ?? []) finished.add(group);
        stack.pop();
      } else if (!done[next]) {
        done[next] = 1;
        stack.push({ id: next, waiting: waitingFor(next), next: 0 });
      }
    }
  };

  for (const id of byLocation) if (!done[id]) visit(id);
  return ordered;
}

function compareRules(a: Rule | undefined, b: Rule | undefined): number {
  const nameOf = (rule: Rule): Term => ({ kind: "ref", path: rule.head.reference, span: undefined });
  if (!a || !b) return 0;
  return compareSpans(a.span, b.span) || compareTerms(nameOf(a), nameOf(b));
}
