/**
 * Plans `walk(x, [path, value])`: visits a document and everything in it. A path that nobody reads is not built; a path whose first steps are known
 * visits only what lies there. https://www.openpolicyagent.org/docs/latest/policy-reference/#graph
 */
import type { Term } from "../../syntax/ast.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import { RegoObject } from "../../values/rego-object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import { hasSortedKeys, sortedKeys } from "../../values/sorted-keys.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import type { Cell, Expr, Step } from "../cells.ts";
import { member } from "../member.ts";
import type { Runner } from "../runner.ts";
import { refill } from "../runner.ts";
import type { Operand } from "./operand.ts";
import { cellOperand, exprOf } from "./operand.ts";
import type { Item, Planner, Scope } from "./planner.ts";
import { addLink, cellOf, isEvaluable, isUnbound, newCell } from "./planner.ts";

/** Plans a call of `walk`. */
export function planWalk(args: readonly Term[], scope: Scope, planner: Planner, items: Item[]): void {
  const [input, output] = args;
  if (!input) return;
  const source = exprOf(planner.term(input, scope));
  const { run } = planner;
  const { ordered } = scope;
  if (output?.kind !== "array" || output.items.length !== 2) {
    const path = newCell(planner);
    const value = newCell(planner);
    addLink(items, walkLink({ source, value, path, filter: [], ordered, run }));
    if (output) planner.assign(output, pairOperand(path, value), scope, items);
    return;
  }
  const [pathTerm, valueTerm] = output.items as [Term, Term];
  const direct = valueTerm.kind === "var" && isUnbound(valueTerm, scope);
  const value = direct ? cellOf(scope, planner, valueTerm.name) : newCell(planner);
  const filter = filterOf(pathTerm, scope, planner);
  const unread = pathTerm.kind === "var" && isUnbound(pathTerm, scope) && (scope.uses.get(pathTerm.name) ?? 0) <= 1;
  const path = unread ? undefined : newCell(planner);
  addLink(items, walkLink({ source, value, path, filter, ordered, run }));
  if (path) planner.assign(pathTerm, cellOperand(path), scope, items);
  if (direct) scope.bound.add(valueTerm.name);
  else planner.assign(valueTerm, cellOperand(value), scope, items);
}

function pairOperand(path: Cell, value: Cell): Operand {
  const run: Expr = () => [path.v as Value, value.v as Value];
  return { kind: "expr", run, cost: 2, total: true };
}

/** Known steps at the front of the path; `undefined` stands for one that any key fits. */
type Filter = readonly (Expr | undefined)[] | Expr;

function filterOf(path: Term, scope: Scope, planner: Planner): Filter {
  if (isEvaluable(path, scope)) return exprOf(planner.term(path, scope));
  if (path.kind !== "array") return [];
  return path.items.map((step) => (isEvaluable(step, scope) ? exprOf(planner.term(step, scope)) : undefined));
}

interface Walk {
  readonly source: Expr;
  readonly value: Cell;
  readonly path: Cell | undefined;
  readonly filter: Filter;
  readonly ordered: boolean;
  readonly run: Runner;
}

function walkLink(walk: Walk): (next: Step) => Step {
  const { source, value: cell, path, filter, ordered, run } = walk;
  return (next) => {
    if (path === undefined && Array.isArray(filter) && filter.length === 0) {
      return () => {
        const root = source();
        return root !== undefined && visit(root, cell, ordered || run.sorted, run, next);
      };
    }
    return () => {
      const root = source();
      if (root === undefined) return false;
      const steps = Array.isArray(filter) ? filter.map((step: Expr | undefined) => step?.()) : (filter as Expr)();
      return visitPaths(root, [], Array.isArray(steps) ? steps : [], { cell, path, ordered: ordered || run.sorted, run, next });
    };
  };
}

function visit(value: Value, cell: Cell, ordered: boolean, run: Runner, next: Step): boolean {
  if (--run.left < 0) refill(run);
  cell.v = value;
  if (next()) return true;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (visit(value[i] as Value, cell, ordered, run, next)) return true;
    return false;
  }
  if (value instanceof RegoSet) return value.sorted().some((item) => visit(item, cell, ordered, run, next));
  if (value instanceof RegoObject) return value.order().some((at) => visit(value.values[at] as Value, cell, ordered, run, next));
  if (value instanceof RegoNumber) return false;
  const object = value as PlainObject;
  if (ordered && !hasSortedKeys(object)) {
    const keys = sortedKeys(object);
    for (let i = 0; i < keys.length; i++) if (visit(object[keys[i] as string] as Value, cell, ordered, run, next)) return true;
    return false;
  }
  for (const key in object) if (visit(object[key] as Value, cell, ordered, run, next)) return true;
  return false;
}

interface PathWalk {
  readonly cell: Cell;
  readonly path: Cell | undefined;
  readonly ordered: boolean;
  readonly run: Runner;
  readonly next: Step;
}

function visitPaths(value: Value, path: Value[], filter: readonly (Value | undefined)[], walk: PathWalk): boolean {
  const { run } = walk;
  const depth = path.length;
  if (--run.left < 0) refill(run);
  if (depth >= filter.length) {
    walk.cell.v = value;
    if (walk.path) walk.path.v = path.slice();
    if (walk.next()) return true;
  } else {
    const key = filter[depth];
    if (key !== undefined) {
      const item = member(value, key);
      return item !== undefined && descend(item, key, path, filter, walk);
    }
  }
  if (typeof value !== "object" || value === null || value instanceof RegoNumber) return false;
  if (Array.isArray(value)) return value.some((item: Value, i: number) => descend(item, i, path, filter, walk));
  if (value instanceof RegoSet) return value.sorted().some((item) => descend(item, item, path, filter, walk));
  if (value instanceof RegoObject) {
    return value.order().some((at) => descend(value.values[at] as Value, value.keys[at] as Value, path, filter, walk));
  }
  const object = value as PlainObject;
  if (walk.ordered && !hasSortedKeys(object)) {
    const keys = sortedKeys(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      if (descend(object[key] as Value, key, path, filter, walk)) return true;
    }
    return false;
  }
  for (const key in object) if (descend(object[key] as Value, key, path, filter, walk)) return true;
  return false;
}

function descend(item: Value, key: Value, path: Value[], filter: readonly (Value | undefined)[], walk: PathWalk): boolean {
  path.push(key);
  const stop = visitPaths(item, path, filter, walk);
  path.pop();
  return stop;
}
