/**
 * Which rule reads which: the graph that recursion is found in and that orders rules for the type checker. Else branches are
 * rules of their own here. Edges are kept by number, so that the graph does not care that passes replace rules.
 */
import type { RuleAddress } from "./compilation.ts";

/** A rule or one of its else branches: `branch` counts from 0, the rule itself. */
export interface GraphNode {
  readonly address: RuleAddress;
  readonly branch: number;
  /** Position in `nodes`. */
  readonly id: number;
}

/** All rules and, for each, those that it refers to. */
export interface RuleGraph {
  readonly nodes: readonly GraphNode[];
  /** By node id: ids of the nodes read, in the order first met. */
  readonly edges: readonly (readonly number[])[];
}

/** The graph before it is made. */
export const emptyGraph: RuleGraph = { nodes: [], edges: [] };
