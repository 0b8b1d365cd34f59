/**
 * What a query depends on: the base documents that it reads, directly or through rules, and the rules (virtual documents) on the way;
 * what `opa deps` prints (https://www.openpolicyagent.org/docs/latest/cli/#deps). A reference counts up to its first variable step. A
 * variable that only stands for another reference (`x = input.user; x.name`) is looked through. As in OPA, else branches are not followed.
 */

import type { Body, CallExpr, Expr, Rule, Term } from "../syntax/ast.ts";
import { compareTerms } from "../syntax/compare.ts";
import { isWildcard } from "../syntax/names.ts";
import { isOperator } from "./nodes/builtin-calls.ts";
import { VarCollector, varsOfBody } from "./nodes/vars.ts";
import { walkExpression, walkTerm } from "./nodes/walk.ts";
import type { CompiledPolicy } from "./policy.ts";
import { childAt, dataNode, nodeAt, type RuleNode } from "./rule-tree.ts";

/** A reference as a list of steps. */
type Path = readonly Term[];

/** The documents a query depends on, in order. */
export interface Dependencies {
  readonly base: readonly Path[];
  readonly virtual: readonly Path[];
}

// Variables that are bound to parts of each other (`x = y.a; y = x.b`) would make ever longer references; policies have none this long.
const MAX_STEPS = 64;

/** Returns what a query, as it was parsed, depends on in a policy. */
export function dependenciesOf(policy: CompiledPolicy, query: Body): Dependencies {
  const base: Path[] = [];
  const virtual: Path[] = [];
  const visited = new Set<Rule>();
  const waiting: Path[][] = [referencesOfQuery(query)];
  for (let references = waiting.pop(); references; references = waiting.pop()) {
    for (const reference of minimal(references)) {
      const prefix = constantPrefix(reference);
      const found = rulesAt(policy.tree, prefix);
      if (found.length === 0) base.push(prefix);
      for (const { rule, path } of found) {
        if (visited.has(rule)) continue;
        visited.add(rule);
        virtual.push(path);
        waiting.push(referencesOfRule(rule.body, headVariables(rule)));
      }
    }
  }
  return { base: distinct(base), virtual: distinct(virtual) };
}

interface Definition {
  readonly rule: Rule;
  readonly path: Path;
}

// The rules that a path lies in, and all rules below it.
function rulesAt(tree: RuleNode, path: Path): readonly Definition[] {
  const found: Definition[] = [];
  const add = (node: RuleNode, at: Path): void => {
    for (const rule of node.rules) found.push({ rule, path: at });
  };
  const [head] = path;
  let node = head?.kind === "var" && head.name === "data" ? dataNode(tree) : undefined;
  for (let at = 1; node && at < path.length; at++) {
    const step: Term | undefined = path[at];
    node = step && childAt(node, step);
    if (node && node.rules.length > 0) {
      add(node, path.slice(0, at + 1));
      break;
    }
  }
  const exact = nodeAt(tree, path);
  if (exact) addBelow(exact, path, add);
  return found;
}

function addBelow(node: RuleNode, path: Path, add: (node: RuleNode, path: Path) => void): void {
  add(node, path);
  for (const child of node.children) {
    if (!child.hidden && child.key) addBelow(child, [...path, child.key], add);
  }
}

function constantPrefix(path: Path): Path {
  const end = path.findIndex((step, at) => at > 0 && !isConstantStep(step));
  return end < 0 ? path : path.slice(0, end);
}

function isConstantStep(step: Term): boolean {
  return step.kind === "string" || step.kind === "number" || step.kind === "boolean" || step.kind === "null";
}

function distinct(paths: readonly Path[]): readonly Path[] {
  const sorted = paths.toSorted(comparePaths);
  return sorted.filter((path, at) => at === 0 || comparePaths(sorted[at - 1] ?? [], path) !== 0);
}

function comparePaths(a: Path, b: Path): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareTerms(a[i] as Term, b[i] as Term);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function hasPrefix(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && comparePaths(path.slice(0, prefix.length), prefix) === 0;
}

// Leaves out what lies inside another reference.
function minimal(references: readonly Path[]): readonly Path[] {
  const kept: Path[] = [];
  for (const path of distinct(references)) {
    const last = kept.at(-1);
    if (!last || !hasPrefix(path, last)) kept.push(path);
  }
  return kept;
}

// In a query every variable is part of the result.
function referencesOfQuery(query: Body): Path[] {
  return referencesOfRule(query, new Set([...varsOfBody(query)].filter((name) => !isWildcard(name))));
}

function headVariables({ head }: Rule): Set<string> {
  const collector = new VarCollector(new Set<string>());
  const [, ...steps] = head.reference;
  collector.terms([...(head.args ?? []), ...(head.key ? [head.key] : []), ...(head.value ? [head.value] : []), ...steps]);
  return collector.found;
}

type Bindings = ReadonlyMap<string, readonly Path[]>;

function referencesOfRule(body: Body, headNames: ReadonlySet<string>): Path[] {
  const { bound, others } = splitBindings(body);
  const bindings = joinBindings(bound);
  const resolved: Path[] = [];
  const resolve = (path: Path): void => {
    resolved.push(...expand(path, bindings));
  };
  const used = new VarCollector(new Set<string>(), { skipRefHead: true });
  const atHead: Path[] = [];
  for (const expression of others) {
    const last = referenceOf(expression)?.at(-1);
    if (last?.kind === "var" && headNames.has(last.name)) atHead.push(...expand(referenceOf(expression) ?? [], bindings));
    else {
      eachReference(expression, resolve);
      used.expression(expression);
    }
  }
  // A reference that ends in a variable of the head says no more than a longer one that starts with it.
  for (const path of atHead) {
    if (!resolved.some((other) => hasPrefix(other, path))) resolved.push(path);
    eachInnerReference(path, resolve);
  }
  for (const expression of body) eachReference(expression, (path) => addStepVariables(path, used.found));
  for (const [name, paths] of bindings) {
    const counts = headNames.has(name) || paths.length > 1 || used.found.has(name);
    for (const path of paths) {
      if (counts) resolve(path);
      eachInnerReference(path, resolve);
    }
  }
  return resolved;
}

function referenceOf(expression: Expr): Path | undefined {
  return expression.kind === "term-expr" && expression.term.kind === "ref" ? expression.term.path : undefined;
}

function addStepVariables(path: Path, names: Set<string>): void {
  for (const step of path.slice(1)) if (step.kind === "var") names.add(step.name);
}

// Equations of a variable and a reference are set apart.
function splitBindings(body: Body): { readonly bound: Map<string, Path[]>; readonly others: readonly Expr[] } {
  const bound = new Map([...varsOfBody(body)].map((name): [string, Path[]] => [name, []]));
  const others: Expr[] = [];
  for (const expression of body) {
    const binding = expression.kind === "call-expr" && isOperator(expression.operator, "eq") ? bindingOf(expression) : undefined;
    if (binding) bound.get(binding.name)?.push(binding.path);
    else others.push(expression);
  }
  return { bound, others };
}

function bindingOf({ args }: CallExpr): { readonly name: string; readonly path: Path } | undefined {
  const [left, right] = args;
  if (left?.kind === "var") return right?.kind === "ref" ? { name: left.name, path: right.path } : undefined;
  return right?.kind === "var" && left?.kind === "ref" ? { name: right.name, path: left.path } : undefined;
}

function isRoot(term: Term | undefined): boolean {
  return term?.kind === "var" && (term.name === "data" || term.name === "input");
}

// Replaces heads that are variables by what these are bound to, until nothing new comes out.
function joinBindings(bound: ReadonlyMap<string, readonly Path[]>): Bindings {
  const joined = new Map([...bound.keys()].map((name): [string, Path[]] => [name, []]));
  const add = (name: string, path: Path): boolean => {
    const paths = joined.get(name);
    if (!paths || path.length > MAX_STEPS || paths.some((other) => comparePaths(other, path) === 0)) return false;
    paths.push(path);
    return true;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, paths] of bound) {
      for (const path of paths) {
        const [head, ...steps] = path;
        if (isRoot(head)) changed = add(name, path) || changed;
        else if (head?.kind === "var") {
          for (const front of [...(joined.get(head.name) ?? [])]) changed = add(name, [...front, ...steps]) || changed;
        }
      }
    }
  }
  return joined;
}

function expand(path: Path, bindings: Bindings): readonly Path[] {
  const [head, ...steps] = path;
  if (isRoot(head)) return [path];
  return head?.kind === "var" ? (bindings.get(head.name) ?? []).map((front) => [...front, ...steps]) : [];
}

function eachReference(expression: Expr, visit: (path: Path) => void): void {
  walkExpression(expression, { term: (term) => visitReference(term, visit) });
}

function eachInnerReference(path: Path, visit: (path: Path) => void): void {
  for (const step of path) walkTerm(step, { term: (term) => visitReference(term, visit) });
}

function visitReference(term: Term, visit: (path: Path) => void): boolean {
  if (term.kind === "ref") visit(term.path);
  return false;
}
