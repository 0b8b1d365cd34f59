/**
 * Plans partial rules: sets, objects, and general references with objects or sets below their constant front. A question for one key unifies the key
 * before the bodies run, as OPA does, so that conflicts under other keys stay unseen.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#partial-rules
 */
import type { Rule, Term } from "../../../syntax/ast.ts";
import { RegoSet } from "../../../values/rego-set.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Step, Test } from "../../cells.ts";
import { createExtent, type Extent, finishExtent, putMember, putValue } from "../../extent.ts";
import { refill } from "../../runner.ts";
import { addMember } from "../../spelling.ts";
import { foldItems } from "../body.ts";
import { watchRule } from "../instrument.ts";
import { exprOf } from "../operand.ts";
import type { Item, Planner, Scope } from "../planner.ts";
import { addTest, createScope, newCell } from "../planner.ts";
import { countUses } from "../variables.ts";
import { inTurn, planBodies, type RuleEnding } from "./alike.ts";
import type { RuleIndex } from "./rule-index.ts";
import { createRuleIndex, isSelective } from "./rule-index.ts";

/** A step below the constant front of a rule's name: a term, or the key of a deeper rule. */
export type HeadStep = { readonly kind: "term"; readonly term: Term } | { readonly kind: "key"; readonly key: Value };

/** A partial rule with the steps of its name that are keys. */
export interface PartialRule {
  readonly rule: Rule;
  readonly steps: readonly HeadStep[];
  /** A set rule: adds members instead of giving a value. */
  readonly multi: boolean;
}

/** Plans the whole set that rules without keys in their names define. */
export function planSetExtent(rules: readonly PartialRule[], planner: Planner): Expr {
  let set: RegoSet | undefined;
  const { run: runner } = planner;
  const adding: RuleEnding = (rule, scope) => {
    const key = memberOf(rule, scope, planner);
    return () => {
      const value = key();
      if (value !== undefined) {
        set ??= new RegoSet();
        addMember(runner, set, value);
      }
      if (--runner.left < 0) refill(runner);
      return false;
    };
  };
  const runAll =
    planner.facts.observed ||
    isSelective(
      rules.map(({ rule }) => rule),
      planner,
    )
      ? allOf(rules, eachApart(rules, adding, planner), planner)
      : inTurn(
          planBodies(
            rules.map(({ rule }) => rule),
            planner,
            adding,
          ),
        );
  return () => {
    const outer = set;
    set = undefined;
    runAll();
    // Most policies find nothing most of the time.
    const made = set ?? RegoSet.EMPTY;
    set = outer;
    return made;
  };
}

function eachApart(rules: readonly PartialRule[], ending: RuleEnding, planner: Planner): readonly Step[] {
  return rules.map(({ rule }) => {
    const scope = createScope(countUses(rule.body, rule), planner.facts.observed);
    return watchRule(planner, { rule, scope, path: planner.pathText(rule).whole }, (wrap) =>
      planner.body(rule.body, scope, () => wrap(ending(rule, scope))),
    );
  });
}

/** Plans the whole object. */
export function planObjectExtent(rules: readonly PartialRule[], planner: Planner): Expr {
  const at: { extent: Extent } = { extent: createExtent() };
  const steps = rules.map((partial) => planEntry(partial, [], at, planner));
  return collectExtent(allOf(rules, steps, planner), at);
}

/** Plans the part of the object under the values that `keys` hold; gives an object of the same shape. */
export function planObjectPart(rules: readonly PartialRule[], keys: readonly Cell[], planner: Planner): Expr {
  const at: { extent: Extent } = { extent: createExtent() };
  const steps = rules.map((partial) => planEntry(partial, keys, at, planner));
  return collectExtent(allOf(rules, steps, planner), at);
}

/** Runs every rule; where order shows, those that the index names, in its order. */
function allOf(rules: readonly PartialRule[], steps: readonly Step[], planner: Planner): () => void {
  const { run } = planner;
  let index: RuleIndex | undefined;
  const indexed = (): void => {
    index ??= createRuleIndex(
      rules.map(({ rule }) => rule),
      [],
      planner,
    );
    const { list } = index();
    for (const { rule } of list) steps[rule]?.();
  };
  if (
    isSelective(
      rules.map(({ rule }) => rule),
      planner,
    )
  )
    return indexed;
  return () => {
    if (run.sorted) indexed();
    else for (let i = 0; i < steps.length; i++) (steps[i] as Step)();
  };
}

function collectExtent(runAll: () => void, at: { extent: Extent }): Expr {
  return () => {
    const outer = at.extent;
    at.extent = createExtent();
    runAll();
    const made = at.extent;
    at.extent = outer;
    return finishExtent(made);
  };
}

/** Plans whether a set holds the value in `key`: true as soon as one rule says so, unless somebody watches. */
export function planMembership(rules: readonly PartialRule[], key: Cell, planner: Planner): Test {
  const { observed } = planner.facts;
  const found = newCell(planner);
  const steps = rules.map(({ rule }) => {
    const scope = createScope(countUses(rule.body, rule), observed);
    const items: Item[] = [];
    const match = planner.match(rule.head.key as Term, scope);
    addTest(items, () => match(key.v as Value));
    const end: Step = () => {
      found.v = true;
      return !observed;
    };
    return watchRule(planner, { rule, scope, path: planner.pathText(rule).whole }, (wrap) =>
      foldItems(
        items,
        planner.body(rule.body, scope, () => wrap(end)),
        planner,
      ),
    );
  });
  let index: RuleIndex | undefined;
  const indexed = (): boolean => {
    index ??= createRuleIndex(
      rules.map(({ rule }) => rule),
      [],
      planner,
    );
    const { list } = index();
    return list.some(({ rule }) => steps[rule]?.() === true);
  };
  return () => {
    found.v = undefined;
    if (planner.run.sorted) return indexed() || found.v === true;
    for (let i = 0; i < steps.length; i++) if ((steps[i] as Step)()) return true;
    return found.v === true;
  };
}

function planEntry(partial: PartialRule, keys: readonly Cell[], at: { extent: Extent }, planner: Planner): Step {
  const { rule, steps, multi } = partial;
  const scope = createScope(countUses(rule.body, rule), planner.facts.observed);
  const items: Item[] = [];
  const patterns: HeadStep[] = multi && rule.head.key ? [...steps, { kind: "term", term: rule.head.key }] : [...steps];
  keys.forEach((cell, i) => {
    const pattern = patterns[i];
    if (pattern?.kind === "key") {
      const match = planner.matchValue(pattern.key);
      addTest(items, () => match(cell.v as Value));
    } else if (pattern) {
      const match = planner.match(pattern.term, scope);
      addTest(items, () => match(cell.v as Value));
    }
  });
  return watchRule(planner, { rule, scope, path: planner.pathText(rule).whole }, (wrap) => {
    const body = planner.body(rule.body, scope, () => wrap(entryEnding(partial, at, scope, planner)));
    return foldItems(items, body, planner);
  });
}

function entryEnding(partial: PartialRule, at: { extent: Extent }, scope: Scope, planner: Planner): Step {
  const { rule, steps, multi } = partial;
  const { run: runner } = planner;
  const path = steps.map((step) => stepExpr(step, scope, planner));
  const leaf = multi ? memberOf(rule, scope, planner) : valueIn(rule, scope, planner);
  const { span } = rule.head;
  return () => {
    const keys: Value[] = [];
    for (let i = 0; i < path.length; i++) {
      const key = (path[i] as Expr)();
      if (key === undefined) return false;
      keys.push(key);
    }
    const value = leaf();
    if (--runner.left < 0) refill(runner);
    if (value === undefined) return false;
    if (multi) putMember(at.extent, keys, value, span, runner);
    else putValue(at.extent, keys, value, span, runner);
    return false;
  };
}

function stepExpr(step: HeadStep, scope: Scope, planner: Planner): Expr {
  if (step.kind === "term") return exprOf(planner.term(step.term, scope));
  const { key } = step;
  return () => key;
}

/** Plans the member that a set rule adds. */
export function memberOf(rule: Rule, scope: Scope, planner: Planner): Expr {
  return exprOf(planner.term(rule.head.key as Term, scope));
}

function valueIn(rule: Rule, scope: Scope, planner: Planner): Expr {
  return rule.head.value ? exprOf(planner.term(rule.head.value, scope)) : () => true;
}
