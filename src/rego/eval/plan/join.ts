/**
 * Plans joins: a loop over base documents that a later equality restricts to items with a value known before the loop (`other := data.inventory…[_]`,
 * `other.spec.host == host`). The items come from an index instead of a scan; the equality itself is still evaluated, so the index only leaves out what
 * could not match. https://www.openpolicyagent.org/docs/latest/policy-performance/
 */
import type { Body, CallExpr, Expr as Expression, RefTerm, Term } from "../../syntax/ast.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Expr, Step } from "../cells.ts";
import type { JoinNode, JoinShape, JoinStep } from "../join-index.ts";
import { createNode, follow, indexKey, isContainer, updateNode } from "../join-index.ts";
import type { Runner } from "../runner.ts";
import { refill } from "../runner.ts";
import { operatorName } from "./names.ts";
import { exprOf } from "./operand.ts";
import type { Item, Planner, Scope } from "./planner.ts";
import { addLink, cellOf, isEvaluable, isLoop, isUnbound, newCell } from "./planner.ts";
import { planSteps } from "./reference-steps.ts";
import { mentions } from "./variables.ts";

/** Plans `item = data…[_]…` through an index; false when no later equality allows it. */
export function planJoin(expr: CallExpr, scope: Scope, planner: Planner, items: Item[], body: Body, at: number): boolean {
  const [left, right] = expr.args;
  if (!left || !right || planner.facts.dataTargets.length > 0) return false;
  const [ref, other] = isLoop(left, scope) ? [left, right] : [right, left];
  if (!isLoop(ref, scope) || !isBaseLoop(ref, scope)) return false;
  const join =
    other.kind === "var" && isUnbound(other, scope) && !mentions(ref, other.name)
      ? joinOf(other.name, body, at, scope)
      : ownJoin(other, scope);
  if (!join) return false;
  const path = pathOf(ref, scope, planner);
  if (!path) return false;
  const item = other.kind === "var" && isUnbound(other, scope) ? cellOf(scope, planner, other.name) : newCell(planner);
  const wanted = exprOf(planner.term(join.wanted, scope));
  const { keys, root, between } = path;
  addLink(items, (next) =>
    lookUp({ root, wanted, keys, item, shape: { between, value: join.value }, ordered: scope.ordered }, planner.run, next),
  );
  for (const name of path.bound) scope.bound.add(name);
  if (other.kind === "var" && isUnbound(other, scope)) scope.bound.add(other.name);
  return true;
}

/** The equality that an index serves: the path from the item to the value, and what the value must be. */
interface Join {
  readonly value: readonly JoinStep[];
  readonly wanted: Term;
}

// `data.xs[i].name == bound`: the value is the end of the reference itself.
function ownJoin(other: Term, scope: Scope): Join | undefined {
  return isEvaluable(other, scope) ? { value: [], wanted: other } : undefined;
}

function joinOf(name: string, body: Body, at: number, scope: Scope): Join | undefined {
  for (const expr of body.slice(at + 1)) {
    const join = equalityOf(expr, name, scope);
    if (join) return join;
  }
  return undefined;
}

function equalityOf(expr: Expression, name: string, scope: Scope): Join | undefined {
  if (expr.kind !== "call-expr" || expr.negated || expr.with.length > 0 || expr.args.length !== 2) return undefined;
  const operator = operatorName(expr.operator);
  if (operator !== "eq" && operator !== "equal") return undefined;
  const [left, right] = expr.args as readonly [Term, Term];
  return pairOf(left, right, name, scope) ?? pairOf(right, left, name, scope);
}

function pairOf(path: Term, wanted: Term, name: string, scope: Scope): Join | undefined {
  if (path.kind !== "ref" || !isEvaluable(wanted, scope)) return undefined;
  const [head, ...steps] = path.path;
  if (head.kind !== "var" || head.name !== name || steps.length === 0) return undefined;
  const value: JoinStep[] = [];
  for (const step of steps) {
    if (step.kind === "string") value.push({ kind: "field", name: step.value });
    else if (step.kind === "var" && isUnbound(step, scope)) value.push({ kind: "each" });
    else return undefined;
  }
  return { value, wanted };
}

function isBaseLoop(ref: RefTerm, scope: Scope): boolean {
  const [head, ...steps] = ref.path;
  return (
    head.kind === "var" &&
    head.name === "data" &&
    steps.every((step) => step.kind === "string" || step.kind === "var" || isEvaluable(step, scope))
  );
}

interface LoopPath {
  readonly root: Expr;
  readonly keys: readonly (Cell | undefined)[];
  readonly between: readonly (readonly string[])[];
  readonly bound: readonly string[];
}

/** Splits a reference at its loops; undefined when it meets rules, or when a key between loops is known only at run time. */
function pathOf(ref: RefTerm, scope: Scope, planner: Planner): LoopPath | undefined {
  const steps = ref.path.slice(1);
  const first = steps.findIndex((step) => isUnbound(step, scope));
  const front: RefTerm = { kind: "ref", path: [ref.path[0], ...steps.slice(0, first)], span: ref.span };
  if (first < 1 || planner.meetsRules(front)) return undefined;
  const { operand, rest } = planner.dataFront(front, scope);
  const keys: (Cell | undefined)[] = [];
  const between: string[][] = [];
  const bound: string[] = [];
  for (const step of steps.slice(first)) {
    if (step.kind === "string") between.at(-1)?.push(step.value);
    else if (step.kind === "var" && isUnbound(step, scope) && !bound.includes(step.name)) {
      keys.push((scope.uses.get(step.name) ?? 0) > 1 ? cellOf(scope, planner, step.name) : undefined);
      between.push([]);
      bound.push(step.name);
    } else return undefined;
  }
  return { root: exprOf(planSteps(operand, rest, scope, planner)), keys, between, bound };
}

interface LookUp {
  readonly root: Expr;
  readonly wanted: Expr;
  readonly keys: readonly (Cell | undefined)[];
  readonly item: Cell;
  readonly shape: JoinShape;
  readonly ordered: boolean;
}

function lookUp(join: LookUp, run: Runner, next: Step): Step {
  const { root, wanted, keys, item, shape, ordered } = join;
  let latest: JoinNode | undefined;
  const known = new WeakMap<object, JoinNode>();

  // The path of the root is the same each time, or has few values (a namespace): the last one is brought up to date, others are kept.
  function nodeFor(container: object): JoinNode {
    if (latest?.container === container) return latest;
    let node = known.get(container);
    if (!node || node.container !== container) {
      node = latest ?? createNode();
      known.delete(node.container);
      if ((run.left -= updateNode(node, container, shape)) < 0) refill(run);
      known.set(container, node);
    }
    latest = node;
    return node;
  }

  function visit(node: JoinNode, level: number, key: ReturnType<typeof indexKey>): boolean {
    const places = node.places.get(key);
    if (!places) return false;
    if ((run.left -= places.size) < 0) refill(run);
    const cell = keys[level];
    const names = places.size > 1 && (ordered || run.sorted) ? [...places].sort(byOrder) : places;
    for (const name of names) {
      const child = node.children.get(name);
      if (!child) continue;
      if (cell) cell.v = name;
      if (child.node) {
        if (visit(child.node, level + 1, key)) return true;
        continue;
      }
      item.v = follow(child.value, shape.between[level] ?? []);
      if (item.v !== undefined && next()) return true;
    }
    return false;
  }

  return () => {
    const value: Value | undefined = wanted();
    if (value === undefined) return false;
    const container = root();
    if (!isContainer(container)) return false;
    return visit(nodeFor(container), 0, indexKey(value));
  };
}

function byOrder(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return a < b ? -1 : 1;
}
