/**
 * Tells which rules and bodies can halt an evaluation (two values where one may be): conditions that cannot may be tried earlier than written, since then
 * nobody can tell. Failures of builtins only make a call undefined. https://www.openpolicyagent.org/docs/latest/policy-language/#complete-definitions
 */
import type { RuleNode } from "../../compile/rule-tree.ts";
import { childAt, dataNode } from "../../compile/rule-tree.ts";
import type { Body, Expr, RefTerm, Rule, Term } from "../../syntax/ast.ts";
import { printTerm } from "../../syntax/print.ts";
import { operatorName } from "./names.ts";

/** Answers for one policy. */
export interface Halting {
  /** Can evaluating the rules of a node halt? */
  readonly rules: (node: RuleNode) => boolean;
  readonly body: (body: Body) => boolean;
}

// Builtins that the evaluator plans itself and that halt.
const HALTING: ReadonlySet<string> = new Set(["internal.template_string", "internal.print"]);

/** Makes the answers for a policy's tree of rules; each is worked out once. */
export function createHalting(tree: RuleNode | undefined): Halting {
  const known = new Map<RuleNode, boolean>();
  // Rules that were asked for and are not known yet; while they are worked out they count as harmless.
  let missing: RuleNode[] = [];

  // Rules may depend on one another in chains longer than the stack is deep: those that a rule needs are worked out before it, one by one.
  function rules(node: RuleNode): boolean {
    const waiting = [node];
    const begun = new Set<RuleNode>();
    for (let last = waiting.at(-1); last; last = waiting.at(-1)) {
      if (!known.has(last)) {
        const needed = tryRules(last, begun);
        if (needed.length > 0) {
          waiting.push(...needed);
          continue;
        }
      }
      waiting.pop();
    }
    return known.get(node) ?? true;
  }

  /** Works out one node, or returns the nodes that it needs first. */
  function tryRules(node: RuleNode, begun: Set<RuleNode>): readonly RuleNode[] {
    begun.add(node);
    const { halts, needed } = attempt(
      () =>
        conflicts(node.rules) ||
        node.rules.some((rule) => branchesOf(rule).some(({ body, head }) => bodyHalts(body) || headHalts(head.value))),
    );
    const open = needed.filter((each) => !begun.has(each));
    if (!halts && open.length > 0) return open;
    // What is begun and not known depends on this node in turn.
    known.set(node, halts || needed.length > 0);
    return [];
  }

  function attempt(halting: () => boolean): { readonly halts: boolean; readonly needed: readonly RuleNode[] } {
    missing = [];
    const halts = halting();
    return { halts, needed: missing };
  }

  function body(of: Body): boolean {
    const { halts, needed } = attempt(() => bodyHalts(of));
    if (halts || needed.length === 0) return halts;
    needed.forEach(rules);
    return bodyHalts(of);
  }

  function ofNode(node: RuleNode): boolean {
    const answer = known.get(node);
    if (answer === undefined) missing.push(node);
    return answer ?? false;
  }

  function headHalts(value: Term | undefined): boolean {
    return value !== undefined && termHalts(value);
  }

  function bodyHalts(body: Body): boolean {
    return body.some(exprHalts);
  }

  function exprHalts(expr: Expr): boolean {
    if (expr.with.length > 0) return true;
    switch (expr.kind) {
      case "term-expr":
        return termHalts(expr.term);
      case "call-expr":
        return callHalts(expr.operator, expr.args);
      case "every-expr":
        return termHalts(expr.domain) || bodyHalts(expr.body);
      case "not-expr":
        return bodyHalts(expr.body);
      default:
        return false;
    }
  }

  function callHalts(operator: RefTerm, args: readonly Term[]): boolean {
    return HALTING.has(operatorName(operator)) || refHalts(operator) || args.some(termHalts);
  }

  function termHalts(term: Term): boolean {
    switch (term.kind) {
      case "ref":
        return refHalts(term) || term.path.some(termHalts);
      case "array":
      case "set":
        return term.items.some(termHalts);
      case "object":
        return term.entries.some((entry) => entry.some(termHalts));
      case "array-comprehension":
      case "set-comprehension":
        return termHalts(term.head) || bodyHalts(term.body);
      case "call":
        return callHalts(term.operator, term.args);
      case "object-comprehension":
      case "template":
        return true;
      default:
        return false;
    }
  }

  function refHalts(ref: RefTerm): boolean {
    const [head, ...steps] = ref.path;
    if (head.kind !== "var" || head.name !== "data") return false;
    let node = tree && dataNode(tree);
    for (const step of steps) {
      node = node && childAt(node, step);
      if (!node) return isDynamic(step) && tree !== undefined;
      if (node.rules.length > 0) return ofNode(node);
    }
    return true;
  }

  return { rules, body };
}

function isDynamic(step: Term): boolean {
  return step.kind !== "string";
}

function branchesOf(rule: Rule): readonly Rule[] {
  const branches: Rule[] = [];
  for (let branch: Rule | undefined = rule; branch; branch = branch.else) branches.push(branch);
  return branches;
}

// Sets never conflict, nor do rules that all say the same, nor one rule with one solution.
function conflicts(rules: readonly Rule[]): boolean {
  if (rules.every(({ head }) => head.key !== undefined && head.value === undefined && head.reference.length === 1)) return false;
  if (rules.some(({ head }) => head.reference.slice(1).some(({ kind }) => kind !== "string"))) return true;
  const branches = rules.filter(({ isDefault }) => !isDefault).flatMap(branchesOf);
  const values = new Set(
    branches.map(({ head }) => (head.value === undefined ? "true" : isScalar(head.value) ? printTerm(head.value) : "?")),
  );
  if (values.size <= 1 && !values.has("?")) return false;
  return branches.length > 1 || branches.some(({ body }) => body.some(loops));
}

function isScalar(term: Term): boolean {
  return term.kind === "boolean" || term.kind === "string" || term.kind === "number" || term.kind === "null";
}

// Whether a variable step enumerates is known only in order; any may.
function loops(expr: Expr): boolean {
  if (expr.with.length > 0) return true;
  if (expr.kind === "term-expr") return hasVariableStep(expr.term);
  return expr.kind === "call-expr" && (operatorName(expr.operator) === "walk" || expr.args.some(hasVariableStep));
}

function hasVariableStep(term: Term): boolean {
  return term.kind === "ref" && term.path.slice(1).some(({ kind }) => kind !== "string" && kind !== "number");
}
