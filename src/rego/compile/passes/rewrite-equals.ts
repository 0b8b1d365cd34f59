/** Turns `a == b` into `a = b`: after the safety check nothing is left to bind, and unification is what the evaluator does best. */
import type { Expr, Head, Rule, Term } from "../../syntax/ast.ts";
import type { Compilation } from "../compilation.ts";
import type { PartMapper } from "../nodes/build.ts";
import { mapElseChain, mapExpression, mapParts, mapSame, onceEach, withOperands, withParts } from "../nodes/build.ts";
import { isOperator, operatorNamed } from "../nodes/builtin-calls.ts";

const EQ = operatorNamed("eq");

/** Rewrites all rules. */
export function rewriteEquals(compilation: Compilation): void {
  for (const state of compilation.modules) state.rules = state.rules.map((rule) => mapElseChain(rule, rewriteRule));
}

function rewriteRule(rule: Rule): Rule {
  const mapper = createMapper();
  const { head } = rule;
  const change = (term: Term): Term => mapper.term(term);
  const reference = mapSame(head.reference, change) as Head["reference"];
  const args = head.args && mapSame(head.args, change);
  const key = head.key && change(head.key);
  const value = head.value && change(head.value);
  const body = mapper.body(rule.body);
  const sameHead = reference === head.reference && args === head.args && key === head.key && value === head.value;
  if (sameHead && body === rule.body) return rule;
  return { ...rule, head: sameHead ? head : { ...head, reference, args, key, value }, body };
}

function createMapper(): PartMapper {
  const mapper: PartMapper = {
    body: (body) => mapSame(body, mapper.expression),
    expression: (expression) => mapExpression(asUnification(expression), mapper),
    modifier: onceEach((modifier) => withParts(modifier, mapper.term(modifier.target), mapper.term(modifier.value))),
    term: (term) => mapParts(term, mapper),
  };
  return mapper;
}

function asUnification(expression: Expr): Expr {
  if (expression.kind !== "call-expr" || expression.args.length !== 2 || !isOperator(expression.operator, "equal")) return expression;
  return withOperands(expression, EQ, expression.args);
}
