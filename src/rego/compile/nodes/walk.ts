/** Walks a tree in OPA's order, telling a visitor of terms and expressions before what is below them. */
import type { Body, Expr, Rule, Term } from "../../syntax/ast.ts";
import { isGround } from "../../syntax/ground.ts";

/** What a visitor wants to hear of; true means not to go below. */
export interface Visitor {
  term?(term: Term): boolean;
  expression?(expression: Expr): boolean;
}

/** Walks a term. */
export function walkTerm(term: Term, visitor: Visitor): void {
  if (visitor.term?.(term)) return;
  switch (term.kind) {
    case "ref":
      walkTerms(term.path, visitor);
      return;
    case "array":
    case "set":
      walkTerms(term.items, visitor);
      return;
    case "object":
      for (const [key, value] of term.entries) {
        walkTerm(key, visitor);
        walkTerm(value, visitor);
      }
      return;
    case "call":
      walkTerm(term.operator, visitor);
      walkTerms(term.args, visitor);
      return;
    case "template":
      for (const part of term.parts) {
        if ("index" in part) walkExpression(part, visitor);
        else walkTerm(part, visitor);
      }
      return;
    case "array-comprehension":
    case "set-comprehension":
      walkTerm(term.head, visitor);
      walkBody(term.body, visitor);
      return;
    case "object-comprehension":
      walkTerm(term.key, visitor);
      walkTerm(term.value, visitor);
      walkBody(term.body, visitor);
      return;
    default:
      return;
  }
}

/** Walks several terms. */
export function walkTerms(terms: readonly Term[], visitor: Visitor): void {
  for (const term of terms) walkTerm(term, visitor);
}

/** Walks an expression with its modifiers. */
export function walkExpression(expression: Expr, visitor: Visitor): void {
  if (visitor.expression?.(expression)) return;
  switch (expression.kind) {
    case "term-expr":
      walkTerm(expression.term, visitor);
      break;
    case "call-expr":
      walkTerm(expression.operator, visitor);
      walkTerms(expression.args, visitor);
      break;
    case "some-expr":
      walkTerms(expression.symbols, visitor);
      break;
    case "every-expr":
      if (expression.key) walkTerm(expression.key, visitor);
      walkTerm(expression.value, visitor);
      walkTerm(expression.domain, visitor);
      walkBody(expression.body, visitor);
      break;
    case "not-expr":
      walkBody(expression.body, visitor);
      break;
  }
  for (const { target, value } of expression.with) {
    walkTerm(target, visitor);
    walkTerm(value, visitor);
  }
}

/** Walks a body. */
export function walkBody(body: Body, visitor: Visitor): void {
  for (const expression of body) walkExpression(expression, visitor);
}

/** Walks one rule without its else branches: arguments, key, value, body. The steps of its name are not visited, as OPA has it. */
export function walkRule({ head, body }: Rule, visitor: Visitor): void {
  if (head.args) walkTerms(head.args, visitor);
  if (head.key) walkTerm(head.key, visitor);
  if (head.value) walkTerm(head.value, visitor);
  walkBody(body, visitor);
}

/** Walks a rule and its else branches. */
export function walkElseChain(rule: Rule, visitor: Visitor): void {
  for (let at: Rule | undefined = rule; at; at = at.else) walkRule(at, visitor);
}

/** Tells whether a term needs evaluation: a reference or a comprehension somewhere in it. */
export function requiresEvaluation(term: Term | undefined): boolean {
  if (!term) return false;
  let found = false;
  walkTerm(term, {
    term({ kind }) {
      found ||= kind === "ref" || kind === "array-comprehension" || kind === "set-comprehension" || kind === "object-comprehension";
      return found;
    },
  });
  return found;
}

/** Tells whether a reference has no variable after its head. */
export function isGroundPath(path: readonly Term[]): boolean {
  for (let i = 1; i < path.length; i++) if (!isGround(path[i] as Term)) return false;
  return true;
}
