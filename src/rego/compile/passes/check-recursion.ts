/** Reports rules that read themselves, directly or through others. */

import { printReference } from "../../syntax/print.ts";
import type { Compilation, RuleAddress } from "../compilation.ts";
import { errorAt } from "../errors/errors.ts";
import { pathOfRule } from "../nodes/document-paths.ts";
import type { GraphNode, RuleGraph, RuleGroup } from "../rule-graph.ts";
import { ruleOfNode } from "../rule-graph.ts";
import type { RuleNode } from "../rule-tree.ts";

/** Checks all rules, in the order of their paths. */
export function checkRecursion(compilation: Compilation): void {
  const { graph, tree } = compilation;
  const cyclic = idsOnCycles(graph);
  if (cyclic.size === 0) return;
  const ofAddress = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const key = addressKey(node.address);
    const list = ofAddress.get(key) ?? [];
    list.push(node);
    ofAddress.set(key, list);
  }
  const visit = (node: RuleNode<RuleAddress>): boolean => {
    for (const address of node.rules) {
      for (const each of ofAddress.get(addressKey(address)) ?? []) {
        if (cyclic.has(each.id) && !reportCycle(compilation, each)) return false;
      }
    }
    return node.children.every(visit);
  };
  visit(tree);
}

function addressKey({ state, index }: RuleAddress): string {
  return `${index}:${state.name}`;
}

function reportCycle(compilation: Compilation, node: GraphNode): boolean {
  const { graph } = compilation;
  const names = cycleThrough(graph, node.id).map((id) => nameOfNode(graph, id));
  const rule = ruleOfNode(node);
  const message = `rule ${nameOfNode(graph, node.id)} is recursive: ${names.join(" -> ")}`;
  return compilation.report(errorAt("rego_recursion_error", rule.span, message));
}

function nameOfNode({ nodes }: RuleGraph, id: number): string {
  const node = nodes[id];
  return node ? printReference(pathOfRule(node.address.state.module.package, ruleOfNode(node))) : "";
}

/** Returns the ids of a shortest way from a node back to itself. OPA takes the first that it finds in an order that changes from run to run. */
function cycleThrough({ reads }: RuleGraph, start: number): readonly number[] {
  const cameFrom = new Map<number, number>();
  const seenGroups = new Set<RuleGroup>();
  const queue = [start];
  for (const id of queue) {
    for (const group of reads[id] ?? []) {
      if (seenGroups.has(group)) continue;
      seenGroups.add(group);
      for (const next of group) {
        if (next === start) return [...wayTo(cameFrom, id), start];
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, id);
        queue.push(next);
      }
    }
  }
  return [start];
}

function wayTo(cameFrom: ReadonlyMap<number, number>, end: number): readonly number[] {
  const way: number[] = [];
  for (let id: number | undefined = end; id !== undefined; id = cameFrom.get(id)) way.push(id);
  return way.reverse();
}

/** Returns the nodes that lie on some cycle: those whose strongly connected component (Tarjan) has an edge inside. */
function idsOnCycles(graph: RuleGraph): ReadonlySet<number> {
  const { nodes, reads } = graph;
  // Groups are nodes of this search too: a rule reads groups, a group reads its members.
  const groups = [...new Set(reads.flat())];
  const groupIds = new Map(groups.map((group, i) => [group, nodes.length + i]));
  const next = (id: number): readonly number[] =>
    id < nodes.length ? (reads[id] ?? []).map((group) => groupIds.get(group) ?? -1) : (groups[id - nodes.length] ?? []);
  const onCycle = new Set<number>();
  for (const component of componentsOf(nodes.length + groups.length, next)) {
    // A rule is never its own group, so a component of one has no cycle.
    if (component.length > 1) for (const id of component) if (id < nodes.length) onCycle.add(id);
  }
  return onCycle;
}

function componentsOf(count: number, next: (id: number) => readonly number[]): readonly (readonly number[])[] {
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const components: number[][] = [];
  let counter = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const work: { readonly id: number; readonly edges: readonly number[]; at: number }[] = [];
    const open = (id: number): void => {
      index[id] = low[id] = counter++;
      stack.push(id);
      onStack[id] = 1;
      work.push({ id, edges: next(id), at: 0 });
    };
    open(root);
    for (let top = work.at(-1); top; top = work.at(-1)) {
      const { id } = top;
      const to = top.edges[top.at++];
      if (to !== undefined) {
        if (index[to] === -1) open(to);
        else if (onStack[to]) low[id] = Math.min(low[id] ?? 0, index[to] ?? 0);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low[parent.id] = Math.min(low[parent.id] ?? 0, low[id] ?? 0);
      if (low[id] !== index[id]) continue;
      const component: number[] = [];
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack[member] = 0;
        component.push(member);
        if (member === id) break;
      }
      components.push(component);
    }
  }
  return components;
}
