/**
 * Graphs given as an object from node to neighbours, and `walk` over any value.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#graph
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { equalValues } from "../values/compare.ts";
import { getKey } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { anyValue, members, membersOf, object, row } from "./operands.ts";

type Graph = PlainObject | RegoObject;

const SIGNATURE = "(graph: object[any: any<array[any], set[any]>], initial: any<array[any], set[any]>) => output:";
// OPA names the two types with braces of their own.
const INITIAL = members("{array, set}");

function reachable(context: BuiltinContext, graph: Graph, initial: readonly Value[]): BuiltinResult {
  const reached = new RegoSet();
  const queue = [...initial];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as Value;
    const edges = reached.has(node) ? undefined : getKey(graph, node);
    if (edges === undefined) continue;
    reached.add(node);
    const neighbours = membersOf(edges) ?? [];
    context.spend(neighbours.length);
    for (const neighbour of neighbours) if (!reached.has(neighbour)) queue.push(neighbour);
  }
  return reached;
}

/** A node on the way, with the way back to the start. */
interface Step {
  readonly node: Value;
  readonly before: Step | undefined;
  readonly length: number;
}

function pathTo(step: Step | undefined): Value[] {
  const path: Value[] = [];
  for (let at = step; at !== undefined; at = at.before) path.push(at.node);
  return path.reverse();
}

function passes(step: Step, node: Value): boolean {
  for (let at: Step | undefined = step; at !== undefined; at = at.before) if (equalValues(at.node, node)) return true;
  return false;
}

// A graph has more paths than memory has room for: they are charged by what they take.
const PATH_COST = 64;
const NODE_COST = 8;

// Depth first without recursion. A path ends where there is no way on, where the next node is no key of the graph, or where it would close
// a circle; only a start that leads to itself is passed twice.
function reachablePaths(context: BuiltinContext, graph: Graph, initial: readonly Value[]): BuiltinResult {
  const result = new RegoSet();
  const add = (end: Step | undefined): void => {
    context.spend(PATH_COST + (end?.length ?? 0) * NODE_COST);
    result.add(pathTo(end));
  };
  for (const start of initial) {
    if (getKey(graph, start) === undefined) continue;
    const steps: Step[] = [{ node: start, before: undefined, length: 1 }];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const edges = getKey(graph, step.node);
      if (edges === undefined) {
        add(step.before);
        continue;
      }
      const neighbours = membersOf(edges) ?? [];
      context.spend(1 + neighbours.length);
      if (neighbours.length === 0) add(step);
      for (const node of neighbours) {
        if (step.before !== undefined && passes(step, node)) add(step);
        else steps.push({ node, before: step, length: step.length + 1 });
      }
    }
  }
  return result;
}

/** A place in a value and what stands there. */
export type WalkPair = readonly [path: readonly Value[], value: Value];

/** Yields every place in a value, outer before inner, in order of keys and members. */
export function* walkPairs(value: Value): Generator<WalkPair> {
  const rest: WalkPair[] = [[[], value]];
  for (let pair = rest.pop(); pair !== undefined; pair = rest.pop()) {
    yield pair;
    const [path, at] = pair;
    const inner = childrenOf(at);
    for (let i = inner.length - 1; i >= 0; i--) {
      const [key, item] = inner[i] as readonly [Value, Value];
      rest.push([[...path, key], item]);
    }
  }
}

function childrenOf(value: Value): readonly (readonly [Value, Value])[] {
  if (typeof value !== "object" || value === null || value instanceof RegoNumber) return [];
  if (Array.isArray(value)) return value.map((item: Value, i) => [i, item] as const);
  if (value instanceof RegoSet) return value.sorted().map((member) => [member, member] as const);
  if (value instanceof RegoObject) return value.order().map((at) => [value.keys[at] as Value, value.values[at] as Value] as const);
  const plain = value as PlainObject;
  return Object.keys(plain)
    .sort(compareStrings)
    .map((key) => [key, plain[key] as Value] as const);
}

/** The rows of this family. `walk` has many results: the evaluator enumerates them and never calls the row, which gives them all as an array. */
export const graph: readonly Builtin[] = [
  row("graph.reachable", `${SIGNATURE} set[any]`, [object, INITIAL], reachable),
  row("graph.reachable_paths", `${SIGNATURE} set[array[any]]`, [object, INITIAL], reachablePaths),
  row(
    "walk",
    "(x: any) => output: array<array[any], any>",
    [anyValue],
    (context, value) => {
      const pairs: Value[] = [];
      for (const pair of walkPairs(value)) {
        context.spend(1);
        pairs.push(pair);
      }
      return pairs;
    },
    { relation: true },
  ),
];
