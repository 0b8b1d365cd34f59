/**
 * Groups a comprehension by the outer variables that its body compares with. Asked again and again for other values of these variables, as in a loop, it
 * runs once without them and keeps a result per value: what took the square of the items takes their number.
 * https://www.openpolicyagent.org/docs/latest/policy-performance/#comprehension-indexing
 */
import type { ArrayComprehension, Comprehension, Expr as Expression, SetComprehension, Term } from "../../syntax/ast.ts";
import { RegoObject } from "../../values/rego-object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Expr, Step } from "../cells.ts";
import { type Runner, refill } from "../runner.ts";
import { addMember, meet } from "../spelling.ts";
import { operatorName } from "./names.ts";
import { exprOf } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";
import { cellOf, createScope, isEvaluable } from "./planner.ts";
import { visitBody, visitTerm } from "./variables.ts";

type ListComprehension = ArrayComprehension | SetComprehension;

// Twice may be chance; a third time is a loop.
const ASKED_BEFORE = 2;

/** Returns an expression that groups after a few questions; undefined when the comprehension does not allow it. */
export function planGrouped(term: Comprehension, scope: Scope, planner: Planner, plain: Expr): Expr | undefined {
  // Two values for one key of an object halt; only the plain way sees that in order.
  if (term.kind === "object-comprehension") return undefined;
  if (planner.facts.observed || planner.facts.mockTargets.size > 0 || planner.halting.body(term.body)) return undefined;
  const names = outerNames(term, scope);
  if (names.length !== 1 || !names.every((name) => isBoundInside(name, term, scope))) return undefined;
  const [name = ""] = names;
  const outer = exprOf(planner.term({ kind: "var", name, span: undefined }, scope));
  const { run } = planner;
  let groups: (() => Groups) | undefined;
  let known: Groups | undefined;
  let at = 0;
  let asked = 0;
  const forget = (): void => {
    known = undefined;
  };
  return () => {
    if (at !== run.now) {
      at = run.now;
      asked = 0;
      known = undefined;
    }
    if (run.sorted || asked++ < ASKED_BEFORE) return plain();
    groups ??= planGroups(term, name, scope, planner);
    if (known === undefined) {
      known = groups();
      run.tables.push(forget);
    }
    const key = outer();
    return key === undefined ? undefined : known.read(key);
  };
}

/** Tells whether a comprehension reads variables of the body around it. */
export function readsOuter(term: Comprehension, scope: Scope): boolean {
  return outerNames(term, scope).length > 0;
}

/** Variables of the outer body that the comprehension reads; those that stand for constants do not count. */
function outerNames(term: Comprehension, scope: Scope): readonly string[] {
  const names = new Set<string>();
  const visit = (name: string): void => {
    if (scope.bound.has(name) && scope.inlined.get(name)?.kind !== "constant") names.add(name);
  };
  visitTerm(term, visit);
  return [...names];
}

// The first expression that mentions the variable must be able to give it a value.
function isBoundInside(name: string, term: Comprehension, scope: Scope): boolean {
  const bound = new Set([...scope.bound].filter((other) => other !== name));
  for (const expr of term.body) {
    if (mentionsAnywhere(expr, name)) return bindsByEquality(expr, name, { ...scope, bound });
    visitBody([expr], (other, inClosure) => {
      if (!inClosure) bound.add(other);
    });
  }
  return false;
}

function mentionsAnywhere(expr: Expression, name: string): boolean {
  let found = false;
  visitBody([expr], (other) => {
    if (other === name) found = true;
  });
  return found;
}

function bindsByEquality(expr: Expression, name: string, scope: Scope): boolean {
  if (expr.kind !== "call-expr" || expr.negated || expr.with.length > 0 || expr.args.length !== 2 || operatorName(expr.operator) !== "eq")
    return false;
  const [left, right] = expr.args as readonly [Term, Term];
  const other = left.kind === "var" && left.name === name ? right : right.kind === "var" && right.name === name ? left : undefined;
  if (!other) return false;
  return isEvaluable(other, scope) || (other.kind === "ref" && isEvaluable(other.path[0], scope));
}

interface Groups {
  /** Returns the comprehension's value for one value of the outer variable. */
  readonly read: (key: Value) => Value;
}

interface Collector {
  readonly add: (slot: number) => void;
  readonly finish: (slot: number | undefined) => Value;
}

function planGroups(term: ListComprehension, name: string, outer: Scope, planner: Planner): () => Groups {
  const { run } = planner;
  const scope = createScope(outer.uses, term.kind === "array-comprehension");
  for (const [other, operand] of outer.inlined) {
    if (operand.kind !== "constant") continue;
    scope.inlined.set(other, operand);
    scope.bound.add(other);
  }
  let slots = new RegoObject();
  let collector: Collector | undefined;
  let makeCollector: () => Collector = () => ({ add: () => {}, finish: () => null });
  const step: Step = planner.body(term.body, scope, () => {
    const key: Cell = cellOf(scope, planner, name);
    const read = scope.inlined.get(name);
    const keyExpr: Expr = read ? exprOf(read) : () => key.v;
    makeCollector = collectorOf(term, scope, planner);
    return () => {
      const value = keyExpr();
      if (--run.left < 0) refill(run);
      if (value === undefined) return false;
      let slot = slots.get(value) as number | undefined;
      if (slot !== undefined) meet(run, slots.keys[slot] as Value, value);
      else {
        slot = slots.size;
        slots.set(value, slot);
      }
      collector?.add(slot);
      return false;
    };
  });
  return () => {
    slots = new RegoObject();
    collector = makeCollector();
    step();
    const made = { slots, collector };
    collector = undefined;
    return {
      read(key) {
        const slot = made.slots.get(key) as number | undefined;
        if (slot !== undefined) meet(run, made.slots.keys[slot] as Value, key);
        return made.collector.finish(slot);
      },
    };
  };
}

function collectorOf(term: ListComprehension, scope: Scope, planner: Planner): () => Collector {
  const head = exprOf(planner.term(term.head, scope));
  return term.kind === "array-comprehension" ? () => arrayCollector(head) : () => setCollector(head, planner.run);
}

function arrayCollector(head: Expr): Collector {
  const lists: Value[][] = [];
  return {
    add(slot) {
      const value = head();
      if (value !== undefined) (lists[slot] ??= []).push(value);
    },
    finish: (slot) => (slot === undefined ? [] : (lists[slot] ?? [])),
  };
}

function setCollector(head: Expr, run: Runner): Collector {
  const sets: RegoSet[] = [];
  return {
    add(slot) {
      const value = head();
      if (value !== undefined) {
        const set = sets[slot] ?? new RegoSet();
        sets[slot] = set;
        addMember(run, set, value);
      }
    },
    finish: (slot) => (slot === undefined ? undefined : sets[slot]) ?? new RegoSet(),
  };
}
