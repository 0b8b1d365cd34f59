/** Tells which functions of a policy depend on their arguments alone: their results for a document under `data` hold as long as the document does. */
import type { Builtin } from "../../builtins/define.ts";
import type { RuleNode } from "../../compile/rule-tree.ts";
import { nodeAt } from "../../compile/rule-tree.ts";
import type { Body, Expr, RefTerm, Rule, Term } from "../../syntax/ast.ts";
import { operatorName } from "./names.ts";

/** Answers for one policy. */
export interface Purity {
  readonly rules: (node: RuleNode) => boolean;
  /** Tells whether a term depends on nothing that changes. */
  readonly term: (term: Term) => boolean;
}

/**
 * Makes the answers for one policy; each is worked out once. `isFixed` says which references under `input` do not change either.
 */
export function createPurity(
  tree: RuleNode,
  builtin: (name: string) => Builtin | undefined,
  isFixed: (input: RefTerm) => boolean = () => false,
): Purity {
  const known = new Map<RuleNode, boolean>();

  function pure(node: RuleNode): boolean {
    const answer = known.get(node);
    if (answer !== undefined) return answer;
    known.set(node, false);
    // Rules below (`p.a` under `p[x]`) are part of the value.
    const found = node.rules.every(pureRule) && node.children.every(pure);
    known.set(node, found);
    return found;
  }

  function pureRule(rule: Rule): boolean {
    for (let branch: Rule | undefined = rule; branch; branch = branch.else) {
      const { head } = branch;
      if (!pureBody(branch.body) || (head.value && !pureTerm(head.value)) || (head.key && !pureTerm(head.key))) return false;
    }
    return true;
  }

  function pureBody(body: Body): boolean {
    return body.every(pureExpr);
  }

  function pureExpr(expr: Expr): boolean {
    if (expr.with.length > 0) return false;
    switch (expr.kind) {
      case "term-expr":
        return pureTerm(expr.term);
      case "call-expr":
        return pureCall(expr.operator, expr.args);
      case "every-expr":
        return pureTerm(expr.domain) && pureBody(expr.body);
      case "not-expr":
        return pureBody(expr.body);
      default:
        return true;
    }
  }

  function pureCall(operator: RefTerm, args: readonly Term[]): boolean {
    if (!args.every(pureTerm)) return false;
    const node = nodeAt(tree, operator.path);
    if (node && node.rules.length > 0) return pure(node);
    const name = operatorName(operator);
    if (name === "eq") return true;
    const row = builtin(name);
    return row?.nondeterministic !== true && row?.readsTime !== true;
  }

  function pureTerm(term: Term): boolean {
    switch (term.kind) {
      case "var":
        return term.name !== "input" && term.name !== "data";
      case "ref":
        return pureReference(term);
      case "array":
      case "set":
        return term.items.every(pureTerm);
      case "object":
        return term.entries.every((entry) => entry.every(pureTerm));
      case "array-comprehension":
      case "set-comprehension":
        return pureTerm(term.head) && pureBody(term.body);
      case "object-comprehension":
        return pureTerm(term.key) && pureTerm(term.value) && pureBody(term.body);
      case "call":
        return pureCall(term.operator, term.args);
      case "template":
        return false;
      default:
        return true;
    }
  }

  function pureReference({ path }: RefTerm): boolean {
    const [head, ...steps] = path;
    if (head.kind === "var" && head.name === "input") return isFixed({ kind: "ref", path, span: undefined }) && steps.every(pureTerm);
    if (head.kind === "var" && head.name === "data") {
      for (let length = 2; length <= path.length; length++) {
        const node = nodeAt(tree, path.slice(0, length));
        if (node && node.rules.length > 0) return pure(node) && steps.every(pureTerm);
      }
      return false;
    }
    return path.every(pureTerm);
  }

  return { rules: pure, term: pureTerm };
}
