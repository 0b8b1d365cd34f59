/**
 * Plans `a = b`. Which variables are bound is known here, so unification becomes tests, matches and loops when it is planned: references that
 * enumerate go first, two patterns are taken apart element by element, and pairs of variables wait until one side is known.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#unification
 */
import type { ObjectTerm, RefTerm, Term } from "../../syntax/ast.ts";
import { equalValues } from "../../values/compare.ts";
import { isObject } from "../../values/object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Test } from "../cells.ts";
import { equalTest } from "./equality.ts";
import type { Operand } from "./operand.ts";
import { cellOperand, costOf, exprOf, held, isTotal } from "./operand.ts";
import type { Item, Planner, Scope } from "./planner.ts";
import { addTest, cellOf, isEvaluable, isLoop, isUnbound, newCell } from "./planner.ts";
import { mentions } from "./variables.ts";

/** Plans the unification of two terms; pairs of which neither side can be known yet are left waiting in the scope. */
export function planUnify(a: Term, b: Term, scope: Scope, planner: Planner, items: Item[]): void {
  let pairs: (readonly [Term, Term])[] = [[a, b]];
  for (;;) {
    const waiting: (readonly [Term, Term])[] = [];
    for (const [left, right] of pairs) unifyPair(left, right, scope, planner, items, waiting);
    if (waiting.length === 0) return;
    if (waiting.length === pairs.length && !waiting.some(([x, y]) => isEvaluable(x, scope) || isEvaluable(y, scope))) {
      scope.waiting.push(...waiting);
      return;
    }
    pairs = waiting;
  }
}

function unifyPair(a: Term, b: Term, scope: Scope, planner: Planner, items: Item[], waiting: (readonly [Term, Term])[]): void {
  // A reference is read first: where it is undefined, a closure that conflicts or fails is not evaluated.
  const late = b.kind === "ref" && COMPOSED.has(a.kind);
  if (isLoop(a, scope)) {
    unifyLoop(a, b, scope, planner, items);
    return;
  }
  if (isLoop(b, scope)) {
    unifyLoop(b, a, scope, planner, items);
    return;
  }
  const known = isEvaluable(a, scope);
  if (known && isEvaluable(b, scope)) {
    const left = planner.term(a, scope);
    const right = planner.term(b, scope);
    const test = late ? testAgainst(right, left, fitting(a, b, planner)) : testAgainst(left, right, fitting(b, a, planner));
    addTest(items, test, costOf(left) + costOf(right), isTotal(left) && isTotal(right));
    return;
  }
  if (known) {
    planner.assign(b, planner.term(a, scope), scope, items);
    return;
  }
  if (isEvaluable(b, scope)) {
    planner.assign(a, planner.term(b, scope), scope, items);
    return;
  }
  unifyPatterns(a, b, scope, planner, items, waiting);
}

type Fits = (value: Value) => boolean;

/** A comprehension is evaluated only for a value of its kind, but for base documents whatever they are. */
function fitting(term: Term, other: Term, planner: Planner): Fits | undefined {
  const fits = shapes[term.kind];
  if (fits === undefined || other.kind !== "ref") return fits;
  const [head] = other.path;
  return head.kind === "var" && head.name === "data" && planner.ruleFront(other) === undefined ? undefined : fits;
}

function testAgainst(known: Operand, other: Operand, fits: Fits | undefined): Test {
  if (fits === undefined) return equalTest(known, other);
  const left = exprOf(known);
  const right = exprOf(other);
  return () => {
    const value = left();
    if (value === undefined || !fits(value)) return false;
    const made = right();
    return made !== undefined && equalValues(value, made);
  };
}

const shapes: { readonly [kind in Term["kind"]]?: Fits } = {
  "array-comprehension": (value) => Array.isArray(value),
  "object-comprehension": isObject,
  "set-comprehension": (value) => value instanceof RegoSet,
};

function unifyPatterns(a: Term, b: Term, scope: Scope, planner: Planner, items: Item[], waiting: (readonly [Term, Term])[]): void {
  if (a.kind === "var" || b.kind === "var") {
    if (a.kind === "var" && b.kind === "var" && a.name === b.name) return;
    waiting.push([a, b]);
    return;
  }
  if (a.kind === "array" && b.kind === "array" && a.items.length === b.items.length) {
    a.items.forEach((item, i) => {
      unifyPair(item, b.items[i] as Term, scope, planner, items, waiting);
    });
    return;
  }
  if (a.kind === "object" && b.kind === "object" && a.entries.length === b.entries.length) {
    unifyObjects(a, b, scope, planner, items, waiting);
    return;
  }
  addTest(items, () => false);
}

function unifyObjects(
  a: ObjectTerm,
  b: ObjectTerm,
  scope: Scope,
  planner: Planner,
  items: Item[],
  waiting: (readonly [Term, Term])[],
): void {
  const others = b.entries.map(([key, value]) => [planner.term(key, scope), value] as const);
  for (const [key, value] of a.entries) {
    const operand = planner.term(key, scope);
    const other = others.find(([candidate]) => sameKey(operand, candidate));
    if (!other) {
      addTest(items, () => false);
      return;
    }
    unifyPair(value, other[1], scope, planner, items, waiting);
  }
}

function sameKey(a: Operand, b: Operand): boolean {
  if (a.kind === "constant") return b.kind === "constant" && equalValues(a.value, b.value);
  return a.kind === "cell" && b.kind === "cell" && a.cell === b.cell;
}

function unifyLoop(ref: RefTerm, other: Term, scope: Scope, planner: Planner, items: Item[]): void {
  if (other.kind === "var" && isUnbound(other, scope) && !mentions(ref, other.name)) {
    const cell = cellOf(scope, planner, other.name);
    planner.loop(ref, scope, cell, items);
    scope.bound.add(other.name);
    return;
  }
  const leaf = newCell(planner);
  if (isEvaluable(other, scope)) {
    const operand = planner.term(other, scope);
    if (operand.kind !== "constant" && (COMPOSED.has(other.kind) || (planner.facts.observed && other.kind === "ref"))) {
      unifyLate(ref, { operand, fits: fitting(other, ref, planner) }, leaf, scope, planner, items);
      return;
    }
    // Evaluated once, before the loop.
    const known = operand.kind === "constant" ? operand : holdOperand(operand, planner, items);
    planner.loop(ref, scope, leaf, items);
    addTest(items, equalTest(cellOperand(leaf), known));
    return;
  }
  planner.loop(ref, scope, leaf, items);
  if (isLoop(other, scope)) {
    const second = newCell(planner);
    planner.loop(other, scope, second, items);
    addTest(items, equalTest(cellOperand(leaf), cellOperand(second)));
    return;
  }
  planner.assign(other, cellOperand(leaf), scope, items);
}

// What is composed may meet a conflict or print, and without an element to compare with it is not evaluated at all.
const COMPOSED: ReadonlySet<Term["kind"]> = new Set([
  "array",
  "object",
  "set",
  "array-comprehension",
  "object-comprehension",
  "set-comprehension",
]);

/** Evaluates the other side once, at the first element. */
function unifyLate(
  ref: RefTerm,
  { operand, fits }: { readonly operand: Operand; readonly fits: Fits | undefined },
  leaf: Cell,
  scope: Scope,
  planner: Planner,
  items: Item[],
): void {
  const other = newCell(planner);
  const run = exprOf(operand);
  addTest(items, () => {
    other.v = undefined;
    return true;
  });
  planner.loop(ref, scope, leaf, items);
  addTest(items, () => {
    if (fits && !fits(leaf.v as Value)) return false;
    if (other.v === undefined) other.v = run();
    return other.v !== undefined && equalValues(leaf.v as Value, other.v);
  });
}

function holdOperand(operand: Operand, planner: Planner, items: Item[]): Operand {
  const { cell, fill } = held(operand, newCell(planner));
  if (fill) addTest(items, fill);
  return cellOperand(cell);
}

/** Plans the match of a pattern with the value of an operand. */
export function planAssign(pattern: Term, source: Operand, scope: Scope, planner: Planner, items: Item[]): void {
  if (pattern.kind === "var" && isUnbound(pattern, scope)) {
    scope.bound.add(pattern.name);
    if (source.kind === "constant" || source.kind === "cell") {
      scope.inlined.set(pattern.name, source);
      return;
    }
    const cell = cellOf(scope, planner, pattern.name);
    const run = exprOf(source);
    addTest(items, () => (cell.v = run()) !== undefined);
    return;
  }
  if (isEvaluable(pattern, scope)) {
    const operand = planner.term(pattern, scope);
    addTest(items, equalTest(source, operand), costOf(source) + costOf(operand), isTotal(source) && isTotal(operand));
    return;
  }
  if (isLoop(pattern, scope)) {
    const { cell, fill } = held(source, newCell(planner));
    if (fill) addTest(items, fill);
    const leaf = newCell(planner);
    planner.loop(pattern, scope, leaf, items);
    addTest(items, equalTest(cellOperand(leaf), cellOperand(cell)));
    return;
  }
  const run = exprOf(source);
  const match = planner.match(pattern, scope);
  addTest(items, () => {
    const value = run();
    return value !== undefined && match(value);
  });
}
