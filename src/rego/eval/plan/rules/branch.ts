/**
 * Plans complete rules and functions: the bodies of one path in source order, each with its `else` branches, then the default. A rule whose value is a
 * constant stops at its first solution; all others must agree on one value. https://www.openpolicyagent.org/docs/latest/policy-language/#complete-definitions
 */
import type { Rule, Term } from "../../../syntax/ast.ts";
import { isConstant } from "../../../syntax/constant.ts";
import { equalValues } from "../../../values/compare.ts";
import { sameSpelling } from "../../../values/spelling.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr, Step, Test } from "../../cells.ts";
import { createCell } from "../../cells.ts";
import { meet } from "../../spelling.ts";
import { halt, type Stop } from "../../stop.ts";
import { foldItems } from "../body.ts";
import { watchRule } from "../instrument.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, constantOperand, exprOf } from "../operand.ts";
import type { Item, Planner, Scope } from "../planner.ts";
import { addTest, createScope, isUnbound, newCell } from "../planner.ts";
import { countUses } from "../variables.ts";
import type { Continuation } from "./continuation.ts";
import type { Candidate, RuleIndex } from "./rule-index.ts";
import { createRuleIndex, isSelective } from "./rule-index.ts";

/** The rules of one path that have one value. */
export interface ValueRules {
  readonly rules: readonly Rule[];
  readonly fallback: Rule | undefined;
  /** Cells of the parameters; none for rules that are no functions. */
  readonly params: readonly Cell[] | undefined;
  /** Runs at the first value, in the watched variant of a plan. */
  readonly after?: Continuation;
}

/** Where the bodies of one path leave what they found. */
interface Found {
  readonly value: Cell;
  /** True once the rule now running has produced something. */
  readonly produced: Cell;
  /** True when the first solution ends the search. */
  readonly early: Cell;
}

/** Plans the value of the rules of one path. */
export function planValueRules(of: ValueRules, planner: Planner): Operand {
  // Flags hold no part of a review; only a mock, which may enter the rule again, needs them put aside.
  const flag = (): Cell => (planner.facts.mockTargets.size > 0 ? newCell(planner) : createCell());
  const found: Found = { value: newCell(planner), produced: flag(), early: flag() };
  const constant = planner.facts.observed ? undefined : commonConstant(of.rules, planner);
  const early = constant !== undefined;
  const chains = of.rules.map((rule) => planChain(rule, of, found, early, planner));
  const fallback = of.fallback ? planFallback(of.fallback, of, found, planner) : undefined;
  const exact = planIndexed(of, chains, found, fallback, planner);
  const meetsConflicts = early && of.rules.length > 1 && of.rules.some(({ body }) => planner.halting.body(body));
  if (meetsConflicts || isSelective(of.rules, planner)) return computed(exact, COST.rule, false);
  if (early && chains.every((chain) => chain.length === 1)) return constantRules(chains.flat(), constant, fallback, exact, planner);
  const fast = single(chains, found.value, fallback) ?? several(chains, found, fallback);
  const { run } = planner;
  return computed(() => (run.sorted ? exact() : fast()), COST.rule, false);
}

function several(chains: readonly (readonly Step[])[], found: Found, fallback: Expr | undefined): Expr {
  const { value: out, produced, early } = found;
  return () => {
    out.v = undefined;
    early.v = undefined;
    for (let i = 0; i < chains.length; i++) {
      const chain = chains[i] as readonly Step[];
      for (let j = 0; j < chain.length; j++) {
        produced.v = undefined;
        if ((chain[j] as Step)()) return out.v;
        if (produced.v !== undefined) break;
      }
    }
    return out.v !== undefined || fallback === undefined ? out.v : fallback();
  };
}

/** Asks the index which rules can match, and in which order: what errors show depends on it. */
function planIndexed(
  of: ValueRules,
  chains: readonly (readonly Step[])[],
  found: Found,
  fallback: Expr | undefined,
  planner: Planner,
): Expr {
  const { value: out, produced, early } = found;
  const agree = agreementOf(of.rules, planner);
  let index: RuleIndex | undefined;
  return () => {
    index ??= createRuleIndex(of.rules, of.params ?? [], planner);
    const candidates = index();
    out.v = undefined;
    candidates.agreed ??= agree(candidates.list);
    early.v = candidates.agreed ? true : undefined;
    const { list } = candidates;
    for (let i = 0; i < list.length; i++) {
      const { rule, branches } = list[i] as Candidate;
      const chain = chains[rule] as readonly Step[];
      for (let j = 0; j < branches.length; j++) {
        produced.v = undefined;
        if ((chain[branches[j] as number] as Step)()) return out.v;
        if (produced.v !== undefined) break;
      }
    }
    return out.v !== undefined || fallback === undefined ? out.v : fallback();
  };
}

/** Returns what tells whether all rules that can match have one constant value: the first solution then ends the search. */
export function agreementOf(rules: readonly Rule[], planner: Planner): (candidates: readonly Candidate[]) => boolean {
  const constants = rules.map((rule) => branchesOf(rule).map((branch) => commonValue(branch, planner)));
  return (candidates) => agree(candidates, constants);
}

function agree(candidates: readonly Candidate[], constants: readonly (readonly (Value | undefined)[])[]): boolean {
  let common: Value | undefined;
  for (const { rule, branches } of candidates) {
    for (const branch of branches) {
      const value = constants[rule]?.[branch];
      if (value === undefined || (common !== undefined && !equalValues(common, value))) return false;
      common = value;
    }
  }
  return true;
}

function single(chains: readonly (readonly Step[])[], out: Cell, fallback: Expr | undefined): Expr | undefined {
  const [chain] = chains;
  const [step] = chain ?? [];
  if (chains.length !== 1 || chain?.length !== 1 || !step) return undefined;
  return () => {
    out.v = undefined;
    step();
    return out.v !== undefined || fallback === undefined ? out.v : fallback();
  };
}

// Every body is a condition for the same constant.
function constantRules(steps: readonly Step[], constant: Value, fallback: Expr | undefined, exact: Expr, planner: Planner): Operand {
  const quick = anyOf(steps);
  const { run: runner } = planner;
  // What the exact way gives may be the default's value, and is equal to the constant, not the same.
  const met = () => {
    const value = exact();
    return value !== undefined && equalValues(value, constant);
  };
  const any: Test = () => (runner.sorted ? met() : quick());
  const run: Expr = fallback ? () => (any() ? constant : fallback()) : () => (any() ? constant : undefined);
  if (constant === false) return computed(run, COST.rule, false);
  const test: Test = fallback ? () => any() || fallback() !== false : any;
  return computed(run, COST.rule, false, test);
}

function anyOf(steps: readonly Step[]): Test {
  const [a, b, c] = steps;
  if (!a) return () => false;
  if (!b) return a;
  if (!c) return () => a() || b();
  if (steps.length === 3) return () => a() || b() || c();
  return () => {
    for (let i = 0; i < steps.length; i++) if ((steps[i] as Step)()) return true;
    return false;
  };
}

function commonConstant(rules: readonly Rule[], planner: Planner): Value | undefined {
  let common: Value | undefined;
  for (const rule of rules) {
    for (let branch: Rule | undefined = rule; branch; branch = branch.else) {
      const value = commonValue(branch, planner);
      // Which of two spellings is the answer depends on the order.
      if (value === undefined || (common !== undefined && !(equalValues(common, value) && sameSpelling(common, value)))) return undefined;
      common = value;
    }
  }
  return common;
}

/** Returns the constant at which a search may end. Not for `d["a"] := 1 { … }` in Rego v0, an entry of an object: all its bodies are evaluated. */
function commonValue({ head }: Rule, planner: Planner): Value | undefined {
  return head.key === undefined ? constantValue(head.value, planner) : undefined;
}

/** Returns the value of a constant term. */
export function constantValue(term: Term | undefined, planner: Planner): Value | undefined {
  if (!term) return true;
  if (!isConstant(term)) return undefined;
  const operand = planner.term(term, createScope(new Map(), false));
  return operand.kind === "constant" ? operand.value : undefined;
}

function planChain(rule: Rule, of: ValueRules, found: Found, early: boolean, planner: Planner): readonly Step[] {
  return branchesOf(rule).map((branch) => planBranch(branch, of, found, early, planner));
}

function branchesOf(rule: Rule): readonly Rule[] {
  const branches: Rule[] = [];
  for (let branch: Rule | undefined = rule; branch; branch = branch.else) branches.push(branch);
  return branches;
}

function planBranch(rule: Rule, of: ValueRules, found: Found, early: boolean, planner: Planner): Step {
  // Where the first solution ends the search, which one comes first decides whether a conflict is met.
  const ordered = planner.facts.observed || (early && planner.halting.body(rule.body));
  const scope = createScope(countUses(rule.body, rule), ordered);
  const items: Item[] = [];
  of.params?.forEach((cell, i) => {
    const pattern = rule.head.args?.[i];
    if (pattern) planParameter(pattern, cell, scope, planner, items);
  });
  return watchRule(
    planner,
    {
      rule,
      scope,
      path: planner.pathText(rule).whole,
      early: () => found.early.v !== undefined,
      passed: () => of.after?.next !== undefined && of.after.stop,
    },
    (wrap) => {
      const body = planner.body(rule.body, scope, () => wrap(ending(rule, of, found, early, scope, planner)));
      return foldItems(items, body, planner);
    },
  );
}

function planParameter(pattern: Term, cell: Cell, scope: Scope, planner: Planner, items: Item[]): void {
  if (pattern.kind === "var" && isUnbound(pattern, scope)) {
    // The parameter's cell is the variable's.
    scope.cells.set(pattern.name, cell);
    scope.bound.add(pattern.name);
    return;
  }
  const match = planner.match(pattern, scope);
  addTest(items, () => match(cell.v as Value));
}

function ending(rule: Rule, of: ValueRules, found: Found, early: boolean, scope: Scope, planner: Planner): Step {
  const { value: out, produced, early: ends } = found;
  const constant = constantValue(rule.head.value, planner);
  if (early && constant !== undefined) {
    return () => {
      out.v = constant;
      return true;
    };
  }
  const head = rule.head.value ? exprOf(planner.term(rule.head.value, scope)) : exprOf(constantOperand(true));
  return () => {
    const value = head();
    if (value === undefined) return false;
    produced.v = true;
    if (out.v === undefined) {
      out.v = value;
      // Even when what follows has seen enough, further solutions are asked whether they agree.
      if (of.after?.next) goOn(of.after, value);
    } else if (out.v !== value) {
      if (!equalValues(out.v, value)) throw conflict(rule, of);
      meet(planner.run, out.v, value);
    }
    return ends.v !== undefined;
  };
}

function goOn(after: Continuation, value: Value): void {
  after.keep(value);
  after.stop = after.next?.() ?? false;
}

function conflict(rule: Rule, of: ValueRules): Stop {
  const message = of.params
    ? "functions must not produce multiple outputs for same inputs"
    : "complete rules must not produce multiple outputs";
  return halt("eval_conflict_error", message, rule.span);
}

function planFallback(rule: Rule, of: ValueRules, found: Found, planner: Planner): Expr {
  if (planner.probe) {
    const watched = planBranch(rule, of, found, false, planner);
    return () => {
      watched();
      return found.value.v;
    };
  }
  const value = constantValue(rule.head.value, planner);
  if (value !== undefined) return () => value;
  const scope = createScope(countUses(rule.body, rule), planner.facts.observed);
  const out = newCell(planner);
  of.params?.forEach((cell, i) => {
    const pattern = rule.head.args?.[i];
    if (pattern?.kind === "var") {
      scope.cells.set(pattern.name, cell);
      scope.bound.add(pattern.name);
    }
  });
  const step = planner.body(rule.body, scope, () => {
    const head = rule.head.value ? exprOf(planner.term(rule.head.value, scope)) : () => true;
    return () => {
      out.v = head();
      return true;
    };
  });
  return () => {
    out.v = undefined;
    step();
    return out.v;
  };
}
