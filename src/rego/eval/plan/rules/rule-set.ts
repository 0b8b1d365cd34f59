/**
 * Plans everything that rules of one path can be asked for, each on first use: the whole value, the value under a key, a call. Values are kept for the
 * length of one query, or of one `with`. https://www.openpolicyagent.org/docs/latest/policy-language/#rules
 */
import type { RuleNode } from "../../../compile/rule-tree.ts";
import type { Rule } from "../../../syntax/ast.ts";
import { RegoSet } from "../../../values/rego-set.ts";
import type { Value } from "../../../values/value.ts";
import type { Expr, Memo } from "../../cells.ts";
import { isStackUsedUp } from "../../descend.ts";
import { keepFixed } from "../../keep.ts";
import { recall, remember } from "../../runner.ts";
import { keyOfNode } from "../../tree.ts";
import { planKey } from "../keys.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, constantOperand, exprOf } from "../operand.ts";
import type { Planner, RuleSet } from "../planner.ts";
import { announcement } from "./announce.ts";
import { constantValue, planValueRules } from "./branch.ts";
import { createContinuation } from "./continuation.ts";
import { planEach } from "./each.ts";
import { planFunctionCall } from "./function.ts";
import { linkFunction, linkRule } from "./linked.ts";
import { planObjectLookup, planSetLookup } from "./lookup.ts";
import type { HeadStep, PartialRule } from "./partial.ts";
import { planObjectExtent, planSetExtent } from "./partial.ts";

/** A value that is kept, and what finds it. */
interface Kept {
  readonly memo: Memo;
  readonly evaluate: Expr;
  /** Reports each question, where somebody watches. */
  readonly announce?: (() => number) | undefined;
}

/** Makes the rule set of a node. */
export function createRuleSet(node: RuleNode, planner: Planner): RuleSet {
  const rules = node.rules.filter(({ isDefault }) => !isDefault);
  const fallback = node.rules.find(({ isDefault }) => isDefault);
  const first = node.rules[0] as Rule;
  const arity = node.rules.find(({ head }) => head.args !== undefined && head.args.length > 0)?.head.args?.length;
  const none = () => undefined;
  if (arity !== undefined) {
    const undefinedValue = computed(none, 0, true);
    const of = { node, rules, fallback, arity };
    const linkCall = planner.probe ? linkFunction(of, planner) : none;
    return {
      node,
      arity,
      value: () => undefinedValue,
      lookup: none,
      each: none,
      call: planFunctionCall(of, planner),
      link: none,
      linkCall,
      announce: announcement(rules, undefined, planner),
    };
  }
  const partials = partialRulesOf(node);
  if (isMulti(first) && partials.every(({ steps }) => steps.length === 0)) {
    const whole = planned(() => planSetExtent(partials, planner), planner);
    const announce = announcement(rulesIn(partials), [], planner);
    const value = once(() => setValue(node, partials, { ...whole, announce }, planner));
    const lookup = planSetLookup(partials, value, { known: whole.memo, announce }, planner);
    return {
      node,
      arity,
      value,
      lookup,
      call: value,
      link: none,
      linkCall: none,
      each: (key, item) => planEach(partials, value(), { key, item }, planner),
    };
  }
  if (partials.some(({ steps }) => steps.length > 0)) {
    const whole = planned(() => planObjectExtent(partials, planner), planner);
    const announce = announcement(rulesIn(partials), [], planner);
    const value = once(() => memoised(node, { ...whole, announce }, planner));
    return {
      node,
      arity,
      value,
      lookup: planObjectLookup(partials, { known: whole.memo, announce }, planner),
      call: value,
      each: none,
      link: none,
      linkCall: none,
    };
  }
  const after = createContinuation();
  const memo: Memo = { at: 0, v: undefined };
  const plan = (): Expr => exprOf(planValueRules({ rules, fallback, params: undefined, after }, planner));
  const evaluate = planner.entered(plan);
  const announce = announcement(rules, [], planner);
  const value = once(() => completeValue(node, { rules, fallback }, { memo, evaluate, announce }, planner));
  const link = planner.probe ? linkRule(memo, evaluate, { after, announce }, planner) : none;
  return { node, arity, value, lookup: none, call: value, each: none, link, linkCall: none };
}

function once(make: () => Operand): () => Operand {
  let made: Operand | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function rulesIn(partials: readonly PartialRule[]): readonly Rule[] {
  return partials.map(({ rule }) => rule);
}

function isMulti({ head }: Rule): boolean {
  return head.key !== undefined && head.value === undefined;
}

// Rules under a node with keys in their names form one object with all rules below it.
function partialRulesOf(node: RuleNode): readonly PartialRule[] {
  const rules: PartialRule[] = [];
  const collect = (at: RuleNode, keys: readonly HeadStep[]): void => {
    for (const rule of at.rules) {
      const { reference } = rule.head;
      let front = 1;
      while (front < reference.length && planKey(reference[front] as never) !== undefined) front++;
      const terms = reference.slice(front).map((term): HeadStep => ({ kind: "term", term }));
      if (!rule.isDefault) rules.push({ rule, steps: [...keys, ...terms], multi: isMulti(rule) });
    }
    for (const child of at.children) collect(child, [...keys, { kind: "key", key: keyOfNode(child) }]);
  };
  collect(node, []);
  return rules;
}

function completeValue(
  node: RuleNode,
  { rules, fallback }: { readonly rules: readonly Rule[]; readonly fallback: Rule | undefined },
  kept: Kept,
  planner: Planner,
): Operand {
  const constant = constantRule(rules, fallback, planner);
  return constant !== undefined ? constantOperand(constant) : memoised(node, kept, planner);
}

/** Returns the value of a rule that depends on nothing. */
function constantRule(rules: readonly Rule[], fallback: Rule | undefined, planner: Planner): Value | undefined {
  if (planner.facts.observed) return undefined;
  const [rule] = rules;
  if (!rule) return fallback ? constantValue(fallback.head.value, planner) : undefined;
  if (rules.length !== 1 || rule.else !== undefined || !isTrivial(rule)) return undefined;
  return constantValue(rule.head.value, planner);
}

function isTrivial({ body }: Rule): boolean {
  const [expr] = body;
  if (body.length !== 1 || expr?.kind !== "term-expr") return false;
  return !expr.negated && expr.with.length === 0 && expr.term.kind === "boolean" && expr.term.value;
}

function setValue(node: RuleNode, partials: readonly PartialRule[], whole: Kept, planner: Planner): Operand {
  if (!planner.facts.observed && partials.every(({ rule }) => isTrivial(rule))) {
    const members = partials.map(({ rule }) => (rule.head.key ? constantValue(rule.head.key, planner) : undefined));
    if (members.every((value) => value !== undefined)) return constantOperand(RegoSet.of(members as readonly Value[]));
  }
  return memoised(node, whole, planner);
}

/** Returns the operand of a value that is kept while the clock stands. */
function memoised(node: RuleNode, { memo, evaluate, announce }: Kept, planner: Planner): Operand {
  const { run } = planner;
  run.memos.push(memo);
  // What is watched stands between continuations and has no value by itself.
  const alone = planner.probe === undefined;
  const value: Expr = () => {
    if (memo.at === run.now || recall(run, memo)) return memo.v;
    let made: Value | undefined;
    try {
      made = evaluate();
    } catch (error) {
      if (alone && run.deepest === undefined && run.frames.length === 0 && isStackUsedUp(error)) run.deepest = value;
      throw error;
    }
    remember(run, memo, made);
    return made;
  };
  if (announce) {
    const announced: Expr = () => {
      announce();
      return value();
    };
    return computed(announced, COST.rule, false);
  }
  const total = !planner.halting.rules(node);
  return computed(total && planner.fixed?.rules(node) ? keepFixed(value, run) : value, COST.rule, total);
}

function planned(plan: () => Expr, planner: Planner): Kept {
  return { memo: { at: 0, v: undefined }, evaluate: planner.entered(plan) };
}
