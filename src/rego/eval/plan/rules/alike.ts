/**
 * Plans rules of one set so that what several bodies have in common at their start runs once: policies like to loop over the same containers in rule
 * after rule. Names do not matter, only where they stand. Order is lost, so this is for plans in which nobody can see it.
 */
import type { Expr, Node, Rule } from "../../../syntax/ast.ts";
import { printExpr } from "../../../syntax/print.ts";
import { mapChildren, transformDown, walkNode } from "../../../syntax/walk.ts";
import type { Step } from "../../cells.ts";
import type { Planner, Scope } from "../planner.ts";
import { createScope } from "../planner.ts";
import { countUses } from "../variables.ts";

/** Makes the last step of a rule's body in its scope. */
export type RuleEnding = (rule: Rule, scope: Scope) => Step;

/** Plans the bodies of rules without steps in their names; each returned step goes through one group of them. */
export function planBodies(rules: readonly Rule[], planner: Planner, ending: RuleEnding): readonly Step[] {
  const { observed, mockTargets } = planner.facts;
  if (rules.length < 2 || observed || mockTargets.size > 0) return rules.map((rule) => planAlone(rule, planner, ending));
  return planGroups(rules.map(renamed), 0, undefined, { planner, ending });
}

function planAlone(rule: Rule, planner: Planner, ending: RuleEnding): Step {
  const scope = createScope(countUses(rule.body, rule), planner.facts.observed);
  return planner.body(rule.body, scope, () => ending(rule, scope));
}

/** A rule whose variables are named by where they first stand, and the texts of its expressions. */
interface Named {
  readonly rule: Rule;
  readonly texts: readonly string[];
}

function renamed(rule: Rule): Named {
  const names = new Map<string, string>();
  const change = (node: Node): Node | undefined => {
    // The names of functions are no variables.
    if (node.kind === "call" || node.kind === "call-expr")
      return mapChildren(node, (child) => (child === node.operator ? child : transformDown(child, change)));
    if (node.kind !== "var" || node.name === "input" || node.name === "data") return undefined;
    const name = names.get(node.name) ?? `v${names.size}`;
    names.set(node.name, name);
    return { ...node, name };
  };
  const body = rule.body.map((expr) => transformDown(expr, change));
  const { key } = rule.head;
  const head = key ? { ...rule.head, key: transformDown(key, change) } : rule.head;
  return { rule: { ...rule, head, body }, texts: body.map(printExpr) };
}

interface Plan {
  readonly planner: Planner;
  readonly ending: RuleEnding;
}

function planGroups(rules: readonly Named[], at: number, outer: Scope | undefined, plan: Plan): readonly Step[] {
  const groups = Map.groupBy(rules, ({ rule, texts }, i) => (isShared(rule.body[at], plan.planner) ? (texts[at] as string) : i));
  return [...groups.values()].map((group) => planGroup(group, at, outer, plan));
}

function planGroup(group: readonly Named[], at: number, outer: Scope | undefined, plan: Plan): Step {
  const { planner, ending } = plan;
  const [first] = group as [Named, ...Named[]];
  const { rule } = first;
  if (group.length === 1) {
    const scope = within(outer, countUses(rule.body, rule));
    return planner.body(rule.body.slice(at), scope, () => ending(rule, scope));
  }
  const to = alikeUntil(group, at, planner);
  const scope = within(outer, usesOfAll(group));
  return planner.body(rule.body.slice(at, to), scope, () => {
    const steps = planGroups(group, to, scope, plan);
    // What waits for a value goes on waiting in each of the rules.
    scope.waiting.length = 0;
    return inTurn(steps);
  });
}

// What one rule binds after the common part is not bound for the others.
function within(outer: Scope | undefined, uses: ReadonlyMap<string, number>): Scope {
  const scope = createScope(uses, false);
  if (!outer) return scope;
  return {
    ...scope,
    cells: new Map(outer.cells),
    bound: new Set(outer.bound),
    inlined: new Map(outer.inlined),
    waiting: [...outer.waiting],
  };
}

function usesOfAll(group: readonly Named[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { rule } of group) for (const [name, count] of countUses(rule.body, rule)) uses.set(name, (uses.get(name) ?? 0) + count);
  return uses;
}

function alikeUntil(group: readonly Named[], at: number, planner: Planner): number {
  const [{ rule, texts }] = group as [Named, ...Named[]];
  let to = at + 1;
  while (to < texts.length && isShared(rule.body[to], planner) && group.every((other) => other.texts[to] === texts[to])) to++;
  return to;
}

// A loop over base documents is left to its rule: a later equality there may turn it into a look-up.
function isShared(expr: Expr | undefined, planner: Planner): boolean {
  if (!expr || expr.with.length > 0) return false;
  let shared = true;
  walkNode(expr, (node) => {
    if (node.kind === "ref" && node.path[0].kind === "var" && node.path[0].name === "data" && !planner.meetsRules(node)) shared = false;
    return shared;
  });
  return shared;
}

/** Returns the step that takes each step in turn until one has seen enough. */
export function inTurn(steps: readonly Step[]): Step {
  const [a, b, c] = steps;
  if (a && !b) return a;
  if (a && b && !c) return () => a() || b();
  return () => {
    for (let i = 0; i < steps.length; i++) if ((steps[i] as Step)()) return true;
    return false;
  };
}
