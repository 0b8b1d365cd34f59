/** Which variables stand where in a tree: how often, and whether in the open or inside a closure (comprehension, `every`, `not`). */
import type { Body, Expr, Rule, Term } from "../../syntax/ast.ts";

type Visit = (name: string, inClosure: boolean) => void;

/** Visits every variable of a term; heads of operators are not variables. */
export function visitTerm(term: Term, visit: Visit, inClosure = false): void {
  switch (term.kind) {
    case "var":
      visit(term.name, inClosure);
      return;
    case "ref":
      for (const step of term.path) visitTerm(step, visit, inClosure);
      return;
    case "array":
    case "set":
      for (const item of term.items) visitTerm(item, visit, inClosure);
      return;
    case "object":
      for (const [key, value] of term.entries) {
        visitTerm(key, visit, inClosure);
        visitTerm(value, visit, inClosure);
      }
      return;
    case "array-comprehension":
    case "set-comprehension":
      visitTerm(term.head, visit, true);
      visitBody(term.body, visit, true);
      return;
    case "object-comprehension":
      visitTerm(term.key, visit, true);
      visitTerm(term.value, visit, true);
      visitBody(term.body, visit, true);
      return;
    case "call":
      for (const argument of term.args) visitTerm(argument, visit, inClosure);
      return;
    case "template":
      for (const part of term.parts) {
        if ("index" in part) visitExpr(part, visit, true);
        else visitTerm(part, visit, true);
      }
      return;
    default:
      return;
  }
}

/** Visits every variable of an expression. */
function visitExpr(expr: Expr, visit: Visit, inClosure = false): void {
  const closed = inClosure || expr.negated;
  for (const { target, value } of expr.with) {
    visitTerm(target, visit, true);
    visitTerm(value, visit, true);
  }
  switch (expr.kind) {
    case "term-expr":
      visitTerm(expr.term, visit, closed);
      return;
    case "call-expr":
      for (const argument of expr.args) visitTerm(argument, visit, closed);
      return;
    case "every-expr":
      visitTerm(expr.domain, visit, closed);
      if (expr.key) visitTerm(expr.key, visit, true);
      visitTerm(expr.value, visit, true);
      visitBody(expr.body, visit, true);
      return;
    case "not-expr":
      visitBody(expr.body, visit, true);
      return;
    default:
      return;
  }
}

/** Visits every variable of a body. */
export function visitBody(body: Body, visit: Visit, inClosure = false): void {
  for (const expr of body) visitExpr(expr, visit, inClosure);
}

/** Counts the occurrences of each variable in one rule (its `else` branches apart) or query. */
export function countUses(body: Body, rule?: Rule): Map<string, number> {
  const uses = new Map<string, number>();
  const count: Visit = (name) => void uses.set(name, (uses.get(name) ?? 0) + 1);
  visitBody(body, count);
  if (!rule) return uses;
  const { head } = rule;
  for (const term of [...(head.args ?? []), ...head.reference.slice(1), head.key, head.value]) if (term) visitTerm(term, count);
  return uses;
}

/** Tells whether a variable stands in the open in a term. */
export function mentions(term: Term, name: string): boolean {
  let found = false;
  visitTerm(term, (other, inClosure) => {
    if (other === name && !inClosure) found = true;
  });
  return found;
}
