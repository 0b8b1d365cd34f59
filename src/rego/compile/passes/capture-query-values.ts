/**
 * Gives each expression of a query a variable that holds its value, since a query's result lists them: `x + 1` becomes `plus(x, 1, $term1)`,
 * `data.p` becomes `data.p = $term1`. Where a false value must make the row disappear (a query that iterates or has more than one
 * expression) the variable is asked for once more at the end.
 */
import type { Body, CallExpr, Expr, Term } from "../../syntax/ast.ts";
import type { QueryCompilation } from "../compilation.ts";
import { equation, indexed, variable } from "../nodes/build.ts";
import { isOperator, isVoidBuiltin } from "../nodes/builtin-calls.ts";
import { walkBody } from "../nodes/walk.ts";

const CAPTURE = "$term";

/** Returns the variable that an expression's value was captured in. */
export function captureNameOf(expression: Expr): string | undefined {
  const last = expression.kind === "call-expr" ? expression.args.at(-1) : undefined;
  return last?.kind === "var" && last.name.startsWith(CAPTURE) ? last.name : undefined;
}

/** Rewrites a query. */
export function captureQueryValues(query: QueryCompilation): void {
  const asked = query.body.length > 1 || iterates(query, query.body);
  const captured: Expr[] = [];
  const checks: Expr[] = [];
  let count = 0;
  for (const expression of query.body) {
    const local = variable(`${CAPTURE}${count + 1}`);
    const rewritten = capture(query, expression, local);
    captured.push(rewritten ?? expression);
    if (!rewritten) continue;
    count++;
    if (asked) checks.push(checkOf(expression, local));
  }
  query.body = indexed([...captured, ...checks]);
}

/** The expression `local` alone, in the place of the one it stands for. */
function checkOf(expression: Expr, local: Term): Expr {
  return { kind: "term-expr", span: expression.span, index: 0, negated: expression.negated, generated: true, with: [], term: local };
}

function capture(query: QueryCompilation, expression: Expr, local: Term): Expr | undefined {
  if (expression.negated) return undefined;
  if (expression.kind === "term-expr") {
    const { operator, args } = equation(expression.term, local, undefined);
    const { term: _, ...rest } = expression;
    return { ...rest, kind: "call-expr", operator, args };
  }
  if (expression.kind !== "call-expr" || isOperator(expression.operator, "assign") || isOperator(expression.operator, "eq"))
    return undefined;
  return hasResultToCapture(query, expression) ? { ...expression, args: [...expression.args, local] } : undefined;
}

function hasResultToCapture(query: QueryCompilation, { operator, args }: CallExpr): boolean {
  const builtin = query.builtinOf(operator.path);
  if (builtin && isVoidBuiltin(builtin)) return false;
  return Math.max(query.arityOf(operator.path), 0) === args.length;
}

/** Tells whether a query may have several results: a reference with a variable step, or a builtin with many results. */
function iterates(query: QueryCompilation, body: Body): boolean {
  let found = false;
  walkBody(body, {
    term(term) {
      if (term.kind === "array-comprehension" || term.kind === "set-comprehension" || term.kind === "object-comprehension") return true;
      if (term.kind === "ref") {
        found ||= query.builtinOf(term.path)?.relation === true || term.path.some((step, i) => i > 0 && step.kind === "var");
      }
      return found;
    },
  });
  return found;
}
