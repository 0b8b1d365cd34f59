/** Says whether a term holds no variable. The head of a reference does not count: `data.x` and `x.y` are ground, `x[y]` is not. */
import { assertNever } from "../../base/assert-never.ts";
import type { Body, Expr, Term } from "./ast.ts";

/** Says whether a term is ground. */
export function isGround(term: Term): boolean {
  switch (term.kind) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return true;
    case "var":
      return false;
    case "ref":
      return term.path.slice(1).every(isGround);
    case "array":
    case "set":
      return term.items.every(isGround);
    case "object":
      return term.entries.every(([key, value]) => isGround(key) && isGround(value));
    case "array-comprehension":
    case "set-comprehension":
      return isGround(term.head) && isGroundBody(term.body);
    case "object-comprehension":
      return isGround(term.key) && isGround(term.value) && isGroundBody(term.body);
    case "call":
      return isGround(term.operator) && term.args.every(isGround);
    case "template":
      return term.parts.every((part) => (isExpr(part) ? isGroundExpr(part) : isGround(part)));
    default:
      return assertNever(term);
  }
}

function isExpr(part: Term | Expr): part is Expr {
  return "index" in part;
}

function isGroundBody(body: Body): boolean {
  return body.every(isGroundExpr);
}

function isGroundExpr(expr: Expr): boolean {
  switch (expr.kind) {
    case "term-expr":
      return isGround(expr.term);
    case "call-expr":
      return isGround(expr.operator) && expr.args.every(isGround);
    default:
      return false;
  }
}
