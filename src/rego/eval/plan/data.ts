/**
 * Plans references under `data`: to rules, to base documents, and through the tree where both meet. What `with` may replace is known from the whole
 * policy, so only references that it can touch ask at run time.
 */
import type { RuleNode } from "../../compile/rule-tree.ts";
import { childAt, dataNode } from "../../compile/rule-tree.ts";
import type { RefTerm, Term } from "../../syntax/ast.ts";
import { equalValues } from "../../values/compare.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Step } from "../cells.ts";
import { refill } from "../runner.ts";
import type { TreeStep } from "../tree.ts";
import { baseAt, isReplaced, walkTree } from "../tree.ts";
import { planKey } from "./keys.ts";
import type { Operand } from "./operand.ts";
import { COST, cellOperand, computed, exprOf, pathOperand } from "./operand.ts";
import type { Front, Item, Planner, RuleSet, Scope } from "./planner.ts";
import { addLink, isEvaluable, newCell } from "./planner.ts";

/** Where the constant front of a reference leads: to rules, or as far as it goes. */
interface Place {
  readonly node: RuleNode | undefined;
  readonly path: readonly Value[];
  /** Steps consumed. */
  readonly count: number;
}

function placeOf(steps: readonly Term[], planner: Planner): Place {
  let node = planner.tree ? dataNode(planner.tree) : undefined;
  const path: Value[] = [];
  for (const step of steps) {
    const key = planKey(step);
    if (key === undefined) break;
    node = node && childAt(node, step);
    path.push(key);
    if (node && node.rules.length > 0) break;
  }
  return { node, path, count: path.length };
}

/** Plans the front of a bound reference under `data`. */
export function planDataFront(ref: RefTerm, scope: Scope, planner: Planner): Front {
  const steps = ref.path.slice(1);
  const place = placeOf(steps, planner);
  const rest = steps.slice(place.count);
  if (place.node && place.node.rules.length > 0) return ruleFront(place.node, place.path, rest, scope, planner);
  if (meetsTree(place, planner)) return { operand: treeOperand(place, rest, scope, planner), rest: [] };
  return { operand: baseOperand(place.path, planner), rest };
}

/** Plans a reference under `data` that enumerates keys of the tree; false when only values below it are enumerated. */
export function planTreeLoop(ref: RefTerm, scope: Scope, planner: Planner, item: Cell, items: Item[]): boolean {
  const [head, ...steps] = ref.path;
  if (head.kind !== "var" || head.name !== "data") return false;
  const place = placeOf(steps, planner);
  if ((place.node && place.node.rules.length > 0) || !meetsTree(place, planner)) return false;
  const tree = steps.slice(place.count).map((step) => treeStep(step, scope, planner));
  const { run } = planner;
  const value = ruleValue(planner);
  const within = planner.probe ? ruleWithin(planner) : undefined;
  addLink(
    items,
    (next) => () =>
      walkTree(run, place, tree, { value, within }, (found) => {
        if (--run.left < 0) refill(run);
        item.v = found;
        return next();
      }),
  );
  return true;
}

function treeStep(step: Term, scope: Scope, planner: Planner): TreeStep {
  if (isEvaluable(step, scope)) return { kind: "known", key: exprOf(planner.term(step, scope)) };
  return { kind: "bind", bind: planner.match(step, scope) };
}

function ruleValue(planner: Planner): (node: RuleNode, path: readonly Value[]) => Value | undefined {
  return (node) => {
    const rules = planner.ruleSet(node);
    if (rules.arity === undefined) return exprOf(rules.value())();
    rules.announce?.();
    return undefined;
  };
}

/** Runs what follows inside the rule, where somebody watches. */
function ruleWithin(planner: Planner): (node: RuleNode, use: (value: Value) => boolean) => boolean | undefined {
  const links = new Map<RuleNode, ((next: Step) => Step) | undefined>();
  const cell = newCell(planner);
  return (node, use) => {
    if (!links.has(node)) links.set(node, planner.ruleSet(node).link(cell));
    return links.get(node)?.(() => use(cell.v as Value))();
  };
}

// Rules live below the place, or `with` may put documents there.
function meetsTree(place: Place, planner: Planner): boolean {
  if (place.node !== undefined) return true;
  return planner.facts.dataTargets.some((target) => target.length > place.path.length && isFront(place.path, target));
}

function isFront(front: readonly Value[], path: readonly Value[]): boolean {
  return front.length <= path.length && front.every((step, i) => equalValues(step, path[i] as Value));
}

function treeOperand(place: Place, rest: readonly Term[], scope: Scope, planner: Planner): Operand {
  const steps = rest.map((step) => treeStep(step, scope, planner));
  const { run } = planner;
  const result = newCell(planner);
  const reads = ruleValue(planner);
  const expr = () => {
    result.v = undefined;
    walkTree(run, place, steps, { value: reads }, (value) => {
      result.v = value;
      return true;
    });
    return result.v;
  };
  return computed(expr, COST.rule, false);
}

function baseOperand(path: readonly Value[], planner: Planner): Operand {
  const { run } = planner;
  const names = path.filter((step) => typeof step === "string");
  const plain = names.length === path.length ? pathOperand(cellOperand(run.data), names) : undefined;
  if (plain && path.length > 0 && !planner.facts.dataTargets.some((target) => isFront(target, path))) return plain;
  if (!plain) return computed(() => baseAt(run, path), path.length + 1, true);
  const fast = exprOf(plain);
  const expr = () => (run.overlay === undefined && path.length > 0 ? fast() : baseAt(run, path));
  return computed(expr, path.length + 1, true);
}

function ruleFront(node: RuleNode, path: readonly Value[], rest: readonly Term[], scope: Scope, planner: Planner): Front {
  const rules = planner.ruleSet(node);
  if (rules.arity !== undefined) return { operand: computed(() => undefined, 0, true), rest };
  if (planner.facts.dataTargets.some((target) => isFront(target, path))) return { operand: replaceable(rules, path, planner), rest };
  const keys = boundKeys(rest, scope, planner);
  const found = keys.length > 0 ? rules.lookup(keys) : undefined;
  if (found) return { operand: found.operand, rest: rest.slice(found.used) };
  return { operand: rules.value(), rest, rules };
}

function boundKeys(rest: readonly Term[], scope: Scope, planner: Planner): readonly Operand[] {
  const keys: Operand[] = [];
  for (const step of rest) {
    if (!isEvaluable(step, scope)) break;
    keys.push(planner.term(step, scope));
  }
  return keys;
}

function replaceable(rules: RuleSet, path: readonly Value[], planner: Planner): Operand {
  const { run } = planner;
  const value = exprOf(rules.value());
  return computed(() => (isReplaced(run.overlay, path) ? baseAt(run, path) : value()), COST.rule, false);
}

/** Returns the rules that a reference starts with and the steps that remain; none where some `with` may replace them. */
export function ruleSetOf(ref: RefTerm, planner: Planner): { readonly rules: RuleSet; readonly rest: readonly Term[] } | undefined {
  const [head, ...steps] = ref.path;
  if (head.kind !== "var" || head.name !== "data") return undefined;
  const place = placeOf(steps, planner);
  if (!place.node || place.node.rules.length === 0 || planner.facts.dataTargets.some((target) => isFront(target, place.path)))
    return undefined;
  return { rules: planner.ruleSet(place.node), rest: steps.slice(place.count) };
}
