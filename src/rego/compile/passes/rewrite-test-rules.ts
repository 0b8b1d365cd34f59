/**
 * For the test runner: in `test_` rules binds both sides of equations to variables, so that a failing test can show what they were. Off unless
 * asked for.
 */
import type { Body, Expr, Rule, Term } from "../../syntax/ast.ts";
import type { Compilation } from "../compilation.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import { appendTo, bindToLocal, indexed, mapElseChain, mapSame, withBody, withOperands } from "../nodes/build.ts";
import { isOperator } from "../nodes/builtin-calls.ts";

/** Rewrites the test rules. */
export function rewriteTestRules(compilation: Compilation): void {
  if (!compilation.options.captureTestValues) return;
  for (const state of compilation.modules) {
    state.rules = state.rules.map((rule) => mapElseChain(rule, (link) => rewriteRule(compilation.names, link)));
  }
}

function rewriteRule(names: NameGenerator, rule: Rule): Rule {
  return rule.head.name.startsWith("test_") ? withBody(rule, rewriteBody(names, rule.body)) : rule;
}

function rewriteBody(names: NameGenerator, body: Body): Body {
  let result: Body = [];
  for (const expression of body) {
    const bindings: Expr[] = [];
    const rewritten = rewriteExpression(names, expression, bindings);
    result = appendTo(indexed([...result, ...bindings]), [rewritten]);
  }
  return result;
}

/** Negated expressions stay: an undefined side would fail before the negation is looked at. */
function rewriteExpression(names: NameGenerator, expression: Expr, bindings: Expr[]): Expr {
  if (expression.negated || expression.generated) return expression;
  if (expression.kind === "every-expr") return { ...expression, body: rewriteBody(names, expression.body) };
  if (expression.kind !== "call-expr" || !isOperator(expression.operator, "eq")) return expression;
  const capture = (term: Term, i: number): Term => {
    if (i > 1 || (term.kind !== "ref" && !term.kind.endsWith("comprehension"))) return term;
    const { local, expression: binding } = bindToLocal(names, term);
    bindings.push(expression.with.length > 0 ? { ...binding, with: expression.with } : binding);
    return local;
  };
  let position = 0;
  return withOperands(
    expression,
    expression.operator,
    mapSame(expression.args, (term) => capture(term, position++)),
  );
}
