/** Finds which rules each rule may read: those at, above and below the path of every reference in it, a step that is not constant taking any. */
import type { Rule, Term } from "../../syntax/ast.ts";
import { isConstant } from "../../syntax/constant.ts";
import type { Compilation, RuleAddress } from "../compilation.ts";
import { walkRule } from "../nodes/walk.ts";
import type { GraphNode, RuleGraph, RuleGroup } from "../rule-graph.ts";
import type { RuleNode } from "../rule-tree.ts";
import { childAt, dataNode } from "../rule-tree.ts";

/** Builds the graph. */
export function setGraph(compilation: Compilation): void {
  const nodes: GraphNode[] = [];
  const idsOf = new Map<Rule[], number[][]>();
  for (const state of compilation.modules) {
    const ids = state.rules.map((rule, index) => {
      const chain: number[] = [];
      for (let link: Rule | undefined = rule; link; link = link.else) {
        chain.push(nodes.length);
        nodes.push({ address: { state, index }, branch: chain.length - 1, id: nodes.length });
      }
      return chain;
    });
    idsOf.set(state.rules, ids);
  }
  const collector = new ReadCollector(compilation.tree, ({ state, index }) => idsOf.get(state.rules)?.[index] ?? []);
  const reads: (readonly RuleGroup[])[] = [];
  for (const { rules } of compilation.modules) {
    for (const rule of rules) for (let link: Rule | undefined = rule; link; link = link.else) reads.push(collector.readsOf(link));
  }
  compilation.graph = { nodes, reads } satisfies RuleGraph;
}

/** Collects groups of rules by reference; the same reference gives the same group. */
class ReadCollector {
  readonly #root: RuleNode<RuleAddress>;
  readonly #idsOf: (address: RuleAddress) => readonly number[];
  readonly #groups = new Map<string, RuleGroup>();

  constructor(root: RuleNode<RuleAddress>, idsOf: (address: RuleAddress) => readonly number[]) {
    this.#root = root;
    this.#idsOf = idsOf;
  }

  readsOf(rule: Rule): readonly RuleGroup[] {
    const groups = new Set<RuleGroup>();
    walkRule(rule, {
      term: (term) => {
        const [head] = term.kind === "ref" ? term.path : [];
        if (term.kind === "ref" && head?.kind === "var" && head.name === "data") {
          const group = this.#groupOf(term.path);
          if (group.length > 0) groups.add(group);
        }
        return false;
      },
    });
    return [...groups];
  }

  #groupOf(path: readonly Term[]): RuleGroup {
    const key = JSON.stringify(path.slice(1).map(keyOf));
    const known = this.#groups.get(key);
    if (known) return known;
    const ids = new Set<number>();
    const data = dataNode(this.#root);
    if (data) this.#collect(data, path, 1, ids);
    const group = [...ids];
    this.#groups.set(key, group);
    return group;
  }

  #collect(node: RuleNode<RuleAddress>, path: readonly Term[], at: number, ids: Set<number>): void {
    const step = path[at];
    if (!step) {
      this.#collectAll(node, ids);
      return;
    }
    const child = childAt(node, step);
    const children = isConstant(step) ? (child ? [child] : []) : node.children;
    for (const next of children) {
      this.#add(next, ids);
      this.#collect(next, path, at + 1, ids);
    }
  }

  #collectAll(node: RuleNode<RuleAddress>, ids: Set<number>): void {
    this.#add(node, ids);
    for (const child of node.children) this.#collectAll(child, ids);
  }

  #add({ rules }: RuleNode<RuleAddress>, ids: Set<number>): void {
    for (const address of rules) for (const id of this.#idsOf(address)) ids.add(id);
  }
}

/** What a step of a reference selects by: constants by themselves (no rule has a composite step), everything else alike. */
function keyOf(step: Term): unknown {
  switch (step.kind) {
    case "string":
      return step.value;
    case "number":
      return { n: step.text };
    case "boolean":
      return step.value;
    case "null":
      return null;
    default:
      return isConstant(step) ? [] : 0;
  }
}
