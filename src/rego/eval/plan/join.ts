/**
 * Plans joins: a loop over base documents that a later equality restricts to items with a value known before the loop (`other := data.inventory…[_]`,
 * `other.spec.host == host`). The items come from an index instead of a scan; the equality itself is still evaluated, so the index only leaves out what
 * could not match. https://www.openpolicyagent.org/docs/latest/policy-performance/
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import { nodeAt } from "../../compile/rule-tree.ts";
import type { Body, CallExpr, Expr as Expression, RefTerm, Term } from "../../syntax/ast.ts";
import { equalValues } from "../../values/compare.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Expr, Step } from "../cells.ts";
import type { JoinNode, JoinShape, JoinStep } from "../join-index.ts";
import { createNode, follow, indexKey, isContainer, keysOf, updateNode } from "../join-index.ts";
import type { Runner } from "../runner.ts";
import { refill } from "../runner.ts";
import { foldItems } from "./body.ts";
import { operatorName } from "./names.ts";
import { cellOperand, exprOf } from "./operand.ts";
import type { Item, Planner, Scope } from "./planner.ts";
import { addLink, cellOf, isEvaluable, isLoop, isUnbound, newCell } from "./planner.ts";
import { planSteps } from "./reference-steps.ts";
import { mentions } from "./variables.ts";

/** Plans `item = data…[_]…` through an index; false when no later equality allows it. */
export function planJoin(expr: CallExpr, scope: Scope, planner: Planner, items: Item[], body: Body, at: number): boolean {
  const [left, right] = expr.args;
  if (!left || !right || planner.facts.dataTargets.length > 0 || planner.facts.observed) return false;
  const [ref, other] = isLoop(left, scope) ? [left, right] : [right, left];
  if (!isLoop(ref, scope) || !isBaseLoop(ref, scope)) return false;
  const named = other.kind === "var" && isUnbound(other, scope) && !mentions(ref, other.name) ? other.name : undefined;
  const join = named === undefined ? ownJoin(other, scope) : joinOf(named, body, at, scope, planner);
  const path = join && pathOf(ref, scope, planner);
  if (!join || !path) return false;
  const item = named === undefined ? newCell(planner) : cellOf(scope, planner, named);
  const wanted = exprOf(planner.term(join.wanted, scope));
  const compute = join.function && computeBy(join.function, planner);
  const { keys, root, between, fixed } = path;
  const { ordered } = scope;
  const scan: Item[] = [];
  planner.unify(left, right, scope, scan);
  addLink(items, (next) => {
    const { run } = planner;
    // In OPA's order nothing may be left out: what fails on the way to the equality is an error too.
    const exact = foldItems(scan, next, planner);
    const found = named === undefined ? whereEqual(item, wanted, next) : next;
    const fast = lookUp({ root, fixed, wanted, keys, item, shape: { between, value: join.value, compute }, ordered }, run, found);
    const isWorth = createWorth(root);
    return () => (run.sorted || !isWorth() ? exact() : fast());
  });
  return true;
}

// The index files all composites together, and nothing later in the body compares them.
function whereEqual(item: Cell, wanted: Expr, next: Step): Step {
  return () => {
    const value = wanted();
    return value !== undefined && item.v !== undefined && equalValues(item.v, value) && next();
  };
}

/** Works out a function of one item; what fails there fails again where it is written. */
function computeBy(operator: RefTerm, planner: Planner): (item: Value) => Value | undefined {
  const argument = newCell(planner);
  const { run } = planner;
  const call = exprOf(planner.call(operator, [cellOperand(argument)], planner.emptyScope()));
  return (item) => {
    const failures = run.errors.length;
    argument.v = item;
    const value = call();
    run.errors.length = failures;
    return value;
  };
}

/** The equality that an index serves: the path from the item to the value, and what the value must be. */
interface Join {
  readonly value: readonly JoinStep[];
  readonly wanted: Term;
  /** A function of the item that gives the value. */
  readonly function?: RefTerm;
}

// `data.xs[i].name == bound`: the value is the end of the reference itself.
function ownJoin(other: Term, scope: Scope): Join | undefined {
  return isEvaluable(other, scope) ? { value: [], wanted: other } : undefined;
}

function joinOf(name: string, body: Body, at: number, scope: Scope, planner: Planner): Join | undefined {
  const rest = body.slice(at + 1);
  for (let i = 0; i < rest.length; i++) {
    const expr = rest[i] as Expression;
    const join = equalityOf(expr, name, scope) ?? functionJoin(expr, name, rest.slice(i + 1), scope, planner);
    if (join) return join;
  }
  return undefined;
}

// `key := f(item)`, and later `key == bound`.
function functionJoin(expr: Expression, name: string, rest: Body, scope: Scope, planner: Planner): Join | undefined {
  if (expr.kind !== "call-expr" || expr.negated || expr.with.length > 0 || expr.args.length !== 2) return undefined;
  const [argument, output] = expr.args;
  if (argument?.kind !== "var" || argument.name !== name || output?.kind !== "var" || !isUnbound(output, scope)) return undefined;
  const node = planner.tree && nodeAt(planner.tree, expr.operator.path);
  if (!node || node.rules.length === 0 || !planner.isPure(node) || planner.halting.rules(node)) return undefined;
  if (planner.facts.mockTargets.has(operatorName(expr.operator))) return undefined;
  const same = new Set([output.name]);
  for (const later of rest) {
    if (later.kind !== "call-expr" || later.negated || later.with.length > 0 || operatorName(later.operator) !== "eq") continue;
    const [left, right] = later.args;
    if (later.args.length !== 2 || !left || !right) continue;
    for (const [a, b] of [[left, right] as const, [right, left] as const]) {
      if (a.kind !== "var" || !same.has(a.name)) continue;
      if (isEvaluable(b, scope)) return { value: [], wanted: b, function: expr.operator };
      // `other := __local3__`: another name for the same value.
      if (b.kind === "var" && isUnbound(b, scope)) same.add(b.name);
    }
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
  /** The root is always at the same place. */
  readonly fixed: boolean;
  readonly keys: readonly (Cell | undefined)[];
  readonly between: readonly (readonly string[])[];
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
  const fixed = steps.slice(0, first).every(({ kind }) => kind === "string");
  return { root: exprOf(planSteps(operand, rest, scope, planner)), fixed, keys, between };
}

interface LookUp {
  readonly root: Expr;
  readonly fixed: boolean;
  readonly wanted: Expr;
  readonly keys: readonly (Cell | undefined)[];
  readonly item: Cell;
  readonly shape: JoinShape;
  readonly ordered: boolean;
}

// An index costs as much as some scans: documents asked about once or twice, as by a command, are scanned. Once there is one it follows the data.
const SCANS_BEFORE = 2;

function createWorth(root: Expr): () => boolean {
  let scans = 0;
  let last: WeakRef<object> | undefined;
  return () => {
    if (scans > SCANS_BEFORE) return true;
    const container = root();
    if (typeof container !== "object" || container === null) return false;
    if (last?.deref() !== container) {
      last = new WeakRef(container);
      scans = 0;
    }
    return ++scans > SCANS_BEFORE;
  };
}

function lookUp(join: LookUp, run: Runner, next: Step): Step {
  const { root, fixed, wanted, keys, item, shape, ordered } = join;
  let latest = createNode();
  const others = new WeakMap<object, JoinNode>();

  // A root that is always at the same place is a newer version of the one before; others (of one namespace each) are kept side by side.
  function nodeFor(container: object): JoinNode {
    if (latest.container === container) return latest;
    let node = latest;
    if (!fixed) {
      node = others.get(container) ?? createNode();
      others.set(container, node);
    }
    if ((run.left -= updateNode(node, container, shape)) < 0) refill(run);
    latest = node;
    return node;
  }

  function visit(node: JoinNode, level: number, key: ReturnType<typeof indexKey>): boolean {
    const names = keysOf(node, key);
    if (names.length === 0) return false;
    if ((run.left -= names.length) < 0) refill(run);
    const cell = keys[level];
    for (const name of names.length > 1 && ordered ? [...names].sort(byOrder) : names) {
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
  return compareStrings(String(a), String(b));
}
