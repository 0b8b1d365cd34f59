/**
 * What the files of this folder share: the scope in which a body is planned, and the planner through which they reach one another
 * (none imports a sibling that plans; `plan.ts` ties them together).
 */
import type { Builtin } from "../../builtins/define.ts";
import type { RuleNode } from "../../compile/rule-tree.ts";
import type { Span } from "../../source/source.ts";
import type { Body, Expr as Expression, RefTerm, Rule, Term } from "../../syntax/ast.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Expr, GuardedLink, Link, Match, Step, Test } from "../cells.ts";
import { createCell } from "../cells.ts";
import type { Probe } from "../probe.ts";
import type { Runner } from "../runner.ts";
import type { Halting } from "./halts.ts";
import type { Operand } from "./operand.ts";
import type { Purity } from "./purity.ts";
import { visitTerm } from "./variables.ts";

/** The variables of one rule body with the closures in it. Which of them are bound is known while planning, since bodies are ordered. */
export interface Scope {
  readonly cells: Map<string, Cell>;
  readonly bound: Set<string>;
  /** Occurrences of each variable in the whole rule. */
  readonly uses: ReadonlyMap<string, number>;
  /** Variables that stand for an operand and need no cell. */
  readonly inlined: Map<string, Operand>;
  /** Somebody can see the order of solutions. */
  ordered: boolean;
  /** Pairs of variables of which neither is bound yet: what follows in the body binds one. */
  readonly waiting: (readonly [Term, Term])[];
  /** How many of them belong to bodies around this one. */
  outside: number;
  /** The expression being planned: failures of builtins are located there. */
  span: Span | undefined;
}

/** A part of a body: a condition (which may bind cells), or a step that may continue many times. */
export type Item =
  | { readonly kind: "test"; readonly run: Test; readonly cost: number; readonly movable: boolean }
  | { readonly kind: "link"; readonly link: Link }
  | { readonly kind: "loop"; readonly loop: GuardedLink };

/** A condition with its estimated work. */
export interface Condition {
  readonly test: Test;
  readonly cost: number;
}

/** What the rules of one path can be asked for. */
export interface RuleSet {
  readonly node: RuleNode;
  readonly arity: number | undefined;
  /** The whole value; undefined for functions. */
  readonly value: () => Operand;
  /** The value under leading keys, found without evaluating the rest; undefined when the kind of rule has no such keys. */
  readonly lookup: (keys: readonly Operand[]) => { readonly operand: Operand; readonly used: number } | undefined;
  /** The value of a call. */
  readonly call: (args: readonly Operand[]) => Operand;
  /** Runs a set's bodies in place of iterating over its value; undefined when that could be noticed. */
  readonly each: (key: Cell | undefined, item: Cell) => Link | undefined;
  /** Runs a complete rule with what follows inside it; only in the watched variant of a plan. */
  readonly link: (cell: Cell) => Link | undefined;
  readonly linkCall: (args: readonly Operand[], cell: Cell) => Link | undefined;
  /** Reports that a function was met without being called; only in that variant. */
  readonly announce?: (() => number) | undefined;
}

/** The front of a reference and the steps that remain. */
export interface Front {
  readonly operand: Operand;
  readonly rest: readonly Term[];
  /** The rules whose whole value the operand is. */
  readonly rules?: RuleSet;
}

/** A rule's path as events show it: with the keys in its name, and the constant front that an index is asked for. */
export interface RulePath {
  readonly whole: string;
  readonly front: string;
}

/** Facts about a whole policy and query. */
export interface PolicyFacts {
  /** Constant paths that some `with` replaces under `data`. */
  readonly dataTargets: readonly (readonly Value[])[];
  /** Names of the functions and builtins that some `with` replaces. */
  readonly mockTargets: ReadonlySet<string>;
  /** Some `with` replaces input. */
  readonly replacesInput: boolean;
  /** Something can see how often and in which order expressions run. */
  readonly observed: boolean;
}

/** How a plan file reaches the others. */
export interface Planner {
  readonly run: Runner;
  /** Watches the evaluation; only in the instrumented variant of a plan. */
  readonly probe: Probe | undefined;
  /** The path of a rule, for events. */
  readonly pathText: (rule: Rule) => RulePath;
  readonly facts: PolicyFacts;
  readonly tree: RuleNode | undefined;
  readonly builtin: (name: string) => Builtin | undefined;
  readonly ruleSet: (node: RuleNode) => RuleSet;
  readonly term: (term: Term, scope: Scope) => Operand;
  readonly match: (pattern: Term, scope: Scope) => Match;
  readonly matchValue: (value: Value) => Match;
  /** Plans on first use; a plan that is entered while it runs (a mock may do that) keeps its cells apart. */
  readonly entered: (plan: () => Expr, params?: readonly Cell[]) => Expr;
  /** Plans `a = b`. */
  readonly unify: (a: Term, b: Term, scope: Scope, items: Item[]) => void;
  /** Plans the match of a pattern with an operand. */
  readonly assign: (pattern: Term, source: Operand, scope: Scope, items: Item[]) => void;
  /** Plans one expression of a body; what follows it decides which variables need a cell. */
  readonly expr: (expr: Expression, scope: Scope, items: Item[], body: Body, at: number) => void;
  readonly with: (expr: Expression, scope: Scope, items: Item[]) => void;
  /** Plans a body; `ending` is asked for its last step when all variables are bound. */
  readonly body: (body: Body, scope: Scope, ending: () => Step) => Step;
  /** Plans a body as a condition: has it a solution? */
  readonly exists: (body: Body, scope: Scope, first?: boolean) => Condition;
  /** How many sets are being planned in place, one in the other. */
  readonly inPlace: { depth: number };
  readonly halting: Halting;
  /** Tells whether the rules of a node depend on nothing but their arguments. */
  readonly isPure: (node: RuleNode) => boolean;
  /** Tells what depends on the fixed parts of the input alone; undefined when there are none. */
  readonly fixed: Purity | undefined;
  /** Plans a reference that enumerates; `item` receives each value. */
  readonly loop: (ref: RefTerm, scope: Scope, item: Cell, items: Item[]) => void;
  /** Plans the front of a reference. */
  readonly front: (ref: RefTerm, scope: Scope) => Front;
  /** Tells whether a reference under `data` meets rules on its way. */
  readonly meetsRules: (ref: RefTerm) => boolean;
  /** Returns the rules that a reference starts with, unless some `with` may replace them. */
  readonly ruleFront: (ref: RefTerm) => { readonly rules: RuleSet; readonly rest: readonly Term[] } | undefined;
  readonly dataFront: (ref: RefTerm, scope: Scope) => Front;
  /** Plans a reference that enumerates the tree of documents; false when it does not. */
  readonly treeLoop: (ref: RefTerm, scope: Scope, item: Cell, items: Item[]) => boolean;
  readonly call: (operator: RefTerm, args: readonly Operand[], scope: Scope) => Operand;
  /** A scope without variables, for plans that stand nowhere in the source. */
  readonly emptyScope: () => Scope;
  /** Plans a call that may have many results (`walk`); false when the operator is none. */
  readonly relation: (name: string, args: readonly Term[], scope: Scope, items: Item[]) => boolean;
  readonly arity: (operator: RefTerm) => number;
  /** A void builtin (`print`) succeeds whatever it returns. */
  readonly isVoid: (name: string) => boolean;
}

/** Returns a scope for one rule or query. */
export function createScope(uses: ReadonlyMap<string, number>, ordered: boolean): Scope {
  return { cells: new Map(), bound: new Set(), uses, inlined: new Map(), ordered, waiting: [], outside: 0, span: undefined };
}

/** Returns a new cell that is cleared when an evaluation ends. */
export function newCell(planner: Planner): Cell {
  const cell = createCell();
  planner.run.cells.push(cell);
  return cell;
}

/** Returns the cell of a variable. */
export function cellOf(scope: Scope, planner: Planner, name: string): Cell {
  const known = scope.cells.get(name);
  if (known) return known;
  const cell = newCell(planner);
  scope.cells.set(name, cell);
  return cell;
}

/** Plans something whose bindings do not escape. */
export function enclosed<T>(scope: Scope, ordered: boolean, plan: () => T): T {
  const bound = new Set(scope.bound);
  const { ordered: before, span, outside } = scope;
  scope.ordered = ordered;
  scope.outside = scope.waiting.length;
  const planned = plan();
  scope.ordered = before;
  scope.outside = outside;
  scope.span = span;
  for (const name of scope.bound) if (!bound.has(name)) release(scope, name);
  return planned;
}

// A name may be bound anew later, by another closure: it must not find this one's operand or aliased cell.
function release(scope: Scope, name: string): void {
  scope.bound.delete(name);
  scope.inlined.delete(name);
  scope.cells.delete(name);
}

/** Tells whether every variable of a term is bound, so that it has a value without enumerating. */
export function isEvaluable(term: Term, scope: Scope): boolean {
  let evaluable = true;
  visitTerm(term, (name, inClosure) => {
    if (!inClosure && !scope.bound.has(name) && name !== "input" && name !== "data") evaluable = false;
  });
  return evaluable;
}

/** Tells whether a variable is not bound yet. */
export function isUnbound(term: Term, scope: Scope): boolean {
  return term.kind === "var" && !scope.bound.has(term.name) && term.name !== "input" && term.name !== "data";
}

/** Tells whether a term is a reference that enumerates. */
export function isLoop(term: Term, scope: Scope): term is RefTerm {
  return term.kind === "ref" && !isEvaluable(term, scope);
}

/** Adds a condition to a body. */
export function addTest(items: Item[], run: Test, cost = 0, movable = false): void {
  items.push({ kind: "test", run, cost, movable });
}

/** Adds a loop; the conditions that follow it are tried inside. */
export function addLoop(items: Item[], loop: GuardedLink): void {
  items.push({ kind: "loop", loop });
}

/** Adds a step that may continue many times. */
export function addLink(items: Item[], link: Link): void {
  items.push({ kind: "link", link });
}
