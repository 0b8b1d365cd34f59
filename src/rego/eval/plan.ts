/**
 * Plans a compiled query: ties the files of `plan/` together. Each kind of term and expression has one file and reaches the others through the planner
 * made here. In: a compiled query. Out: a planner whose closures are ready to run.
 */

import { builtinArity } from "../compile/nodes/builtin-calls.ts";
import type { CompiledQuery } from "../compile/policy.ts";
import type { RuleNode } from "../compile/rule-tree.ts";
import { dataNode, nodeAt } from "../compile/rule-tree.ts";
import type { RefTerm, Rule, Term } from "../syntax/ast.ts";
import { printReference } from "../syntax/print.ts";
import { equalValues } from "../values/compare.ts";
import type { Cell, Expr } from "./cells.ts";
import { planBody, planExists } from "./plan/body.ts";
import { planCall } from "./plan/call.ts";
import { voidBuiltins } from "./plan/calls/special.ts";
import { planArrayComprehension, planObjectComprehension, planSetComprehension } from "./plan/comprehension.ts";
import { planDataFront, planTreeLoop, ruleSetOf } from "./plan/data.ts";
import { planExpression } from "./plan/expression.ts";
import { collectFacts } from "./plan/facts.ts";
import { createInputPaths, planFront } from "./plan/front.ts";
import { createHalting } from "./plan/halts.ts";
import { planKey } from "./plan/keys.ts";
import { planMatch } from "./plan/match.ts";
import type { Operand } from "./plan/operand.ts";
import { computed } from "./plan/operand.ts";
import type { Planner, PolicyFacts, RulePath, RuleSet, Scope } from "./plan/planner.ts";
import { createScope } from "./plan/planner.ts";
import { createPurity, type Purity } from "./plan/purity.ts";
import { planLoop, planReference } from "./plan/reference.ts";
import { meetsRules } from "./plan/rules/index-paths.ts";
import { createRuleSet } from "./plan/rules/rule-set.ts";
import { planArray, planCallTerm, planObject, planScalar, planSet, planVariable } from "./plan/term.ts";
import { planAssign, planUnify } from "./plan/unify.ts";
import { planWalk } from "./plan/walk.ts";
import { planWith } from "./plan/with.ts";
import type { Probe } from "./probe.ts";
import type { Runner } from "./runner.ts";

/** Makes the planner of a query. */
export function createPlanner(query: CompiledQuery, run: Runner, fixed: readonly (readonly string[])[] = [], probe?: Probe): Planner {
  const { policy } = query;
  const tree: RuleNode = policy.tree;
  const facts = collectFacts(rulesOf(tree), query.body, tree, probe !== undefined);
  const sets = new Map<RuleNode, RuleSet>();
  const inputs = createInputPaths({ run });
  const planner: Planner = {
    run,
    probe,
    pathText: probe ? pathTexts(tree) : () => NO_PATH,
    facts,
    inPlace: { depth: 0 },
    halting: createHalting(tree),
    isPure: createPurity(tree, (name) => policy.builtins.get(name)).rules,
    fixed: fixedParts(query, facts, fixed),
    tree,
    builtin: (name) => policy.builtins.get(name),
    ruleSet(node) {
      let set = sets.get(node);
      if (!set) {
        set = createRuleSet(node, planner);
        sets.set(node, set);
      }
      return set;
    },
    term: (term, scope) => planTerm(term, scope, planner),
    match: (pattern, scope) => planMatch(pattern, scope, planner),
    matchValue: (known) => (value) => equalValues(value, known),
    entered: (plan, params) => entered(plan, params ?? [], planner),
    unify: (a, b, scope, items) => planUnify(a, b, scope, planner, items),
    assign: (pattern, source, scope, items) => planAssign(pattern, source, scope, planner, items),
    expr: (expr, scope, items, body, at) => planExpression(expr, scope, planner, items, body, at),
    with: (expr, scope, items) => planWith(expr, scope, planner, items),
    body: (body, scope, ending) => planBody(body, scope, planner, ending),
    exists: (body, scope, first) => planExists(body, scope, planner, first),
    loop: (ref, scope, item, items) => planLoop(ref, scope, planner, item, items),
    front: (ref, scope) => planFront(ref, scope, planner, inputs),
    meetsRules: (ref) => meetsRules(ref, tree),
    ruleFront: (ref) => ruleSetOf(ref, planner),
    dataFront: (ref, scope) => planDataFront(ref, scope, planner),
    treeLoop: (ref, scope, item, items) => planTreeLoop(ref, scope, planner, item, items),
    call: (operator, args, scope) => planCall(operator, args, scope, planner),
    emptyScope: () => createScope(new Map(), facts.observed),
    relation(name, args, scope, items) {
      if (name !== "walk" || facts.mockTargets.has(name)) return false;
      planWalk(args, scope, planner, items);
      return true;
    },
    arity: (operator) => arityOf(operator, tree, policy),
    isVoid: (name) => voidBuiltins.has(name),
  };
  return planner;
}

function* rulesOf(node: RuleNode): Generator<Rule> {
  const nodes: RuleNode[] = [node];
  for (let at = nodes.pop(); at; at = nodes.pop()) {
    yield* at.rules;
    nodes.push(...at.children);
  }
}

/** Answers what depends on the fixed parts of the input alone; nothing does where it could be observed or `with` may change the input. */
function fixedParts(query: CompiledQuery, facts: PolicyFacts, paths: readonly (readonly string[])[]): Purity | undefined {
  if (paths.length === 0 || facts.observed || facts.replacesInput || facts.mockTargets.size > 0 || facts.dataTargets.length > 0)
    return undefined;
  const { policy } = query;
  const isFixed = ({ path }: RefTerm): boolean =>
    paths.some((fixed) =>
      fixed.every((name, i) => {
        const step = path[i + 1];
        return step?.kind === "string" && step.value === name;
      }),
    );
  return createPurity(policy.tree, (name) => policy.builtins.get(name), isFixed);
}

const NO_PATH: RulePath = { whole: "", front: "" };

// Rules by path, `else` branches included.
function pathTexts(tree: RuleNode): (rule: Rule) => RulePath {
  const texts = new Map<Rule, RulePath>();
  const visit = (node: RuleNode, path: readonly Term[]): void => {
    for (const rule of node.rules) {
      const keys = rule.head.reference.slice(1).filter((_, i, steps) => steps.slice(0, i + 1).some((step) => planKey(step) === undefined));
      const text = { whole: printReference([...path, ...keys]), front: printReference(path) };
      for (let branch: Rule | undefined = rule; branch; branch = branch.else) texts.set(branch, text);
    }
    for (const child of node.children) if (child.key) visit(child, [...path, child.key]);
  };
  const data = dataNode(tree);
  if (data) visit(data, [{ kind: "var", name: "data", span: undefined }]);
  return (rule) => texts.get(rule) ?? NO_PATH;
}

function arityOf(operator: RefTerm, tree: RuleNode, policy: CompiledQuery["policy"]): number {
  const node = nodeAt(tree, operator.path);
  const args = node?.rules.find(({ head }) => head.args !== undefined)?.head.args;
  if (node && node.rules.length > 0) return args?.length ?? 0;
  const builtin = policy.builtins.get(
    operator.path.map((step) => (step.kind === "var" ? step.name : step.kind === "string" ? step.value : "")).join("."),
  );
  return builtin ? builtinArity(builtin) : Number.MAX_SAFE_INTEGER;
}

function planTerm(term: Term, scope: Scope, planner: Planner): Operand {
  switch (term.kind) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return planScalar(term) ?? computed(() => undefined, 0, true);
    case "var":
      if (term.name === "input" || term.name === "data") return planner.term({ kind: "ref", path: [term], span: term.span }, scope);
      return planVariable(term.name, scope, planner);
    case "ref":
      return term.path.length === 1 && term.path[0].kind === "var" && term.path[0].name !== "input" && term.path[0].name !== "data"
        ? planner.term(term.path[0], scope)
        : planReference(term, scope, planner);
    case "array":
      return planArray(term.items, scope, planner);
    case "set":
      return planSet(term.items, scope, planner);
    case "object":
      return planObject(term, scope, planner);
    case "array-comprehension":
      return planArrayComprehension(term, scope, planner);
    case "set-comprehension":
      return planSetComprehension(term, scope, planner);
    case "object-comprehension":
      return planObjectComprehension(term, scope, planner);
    case "call":
      return planCallTerm(term, scope, planner);
    case "template":
      // A pass rewrote template strings into calls.
      return computed(() => undefined, 0, true);
  }
}

/**
 * Plans on first use. Only a mock can enter rules that are running already; then the cells of the outer activation are put aside.
 */
function entered(plan: () => Expr, params: readonly Cell[], planner: Planner): Expr {
  const { run, facts } = planner;
  let evaluate: Expr | undefined;
  if (facts.mockTargets.size === 0) {
    return () => {
      evaluate ??= plan();
      return evaluate();
    };
  }
  let cells: readonly Cell[] = [];
  let active = 0;
  return () => {
    if (!evaluate) {
      const first = run.cells.length;
      evaluate = plan();
      cells = run.cells.slice(first).filter((cell) => !params.includes(cell));
    }
    const saved = active > 0 ? cells.map(({ v }) => v) : undefined;
    active++;
    try {
      return evaluate();
    } finally {
      active--;
      saved?.forEach((value, i) => {
        (cells[i] as Cell).v = value;
      });
    }
  };
}
