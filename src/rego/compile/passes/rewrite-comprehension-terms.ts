/** Moves what needs evaluation out of the heads of comprehensions: `[x[0] | …]` becomes `[__local0__ | …; __local0__ = x[0]]`. */
import type { Head, Rule, Term } from "../../syntax/ast.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import type { PartMapper } from "../nodes/build.ts";
import {
  appendTo,
  bindToLocal,
  mapElseChain,
  mapExpression,
  mapParts,
  mapSame,
  onceEach,
  withHead,
  withKeyAndValue,
  withParts,
} from "../nodes/build.ts";
import { requiresEvaluation } from "../nodes/walk.ts";

/** Rewrites all rules. */
export function rewriteComprehensionTerms(compilation: Compilation): void {
  const mapper = createMapper(compilation.names);
  for (const state of compilation.modules) state.rules = state.rules.map((rule) => mapElseChain(rule, (link) => rewriteRule(mapper, link)));
}

/** Rewrites a query. */
export function rewriteQueryComprehensionTerms(query: QueryCompilation): void {
  query.body = createMapper(query.freshNames()).body(query.body);
}

function rewriteRule(mapper: PartMapper, rule: Rule): Rule {
  const { head } = rule;
  const change = (term: Term): Term => mapper.term(term);
  const reference = mapSame(head.reference, change) as Head["reference"];
  const args = head.args && mapSame(head.args, change);
  const key = head.key && change(head.key);
  const value = head.value && change(head.value);
  const body = mapper.body(rule.body);
  if (reference === head.reference && args === head.args && key === head.key && value === head.value) {
    return body === rule.body ? rule : { ...rule, body };
  }
  return { ...rule, head: { ...head, reference, args, key, value }, body };
}

function createMapper(names: NameGenerator): PartMapper {
  const mapper: PartMapper = {
    body: (body) => mapSame(body, mapper.expression),
    expression: (expression) => mapExpression(expression, mapper),
    modifier: onceEach((modifier) => withParts(modifier, mapper.term(modifier.target), mapper.term(modifier.value))),
    term: (term) => mapParts(moveHead(names, term), mapper),
  };
  return mapper;
}

function moveHead(names: NameGenerator, term: Term): Term {
  switch (term.kind) {
    case "array-comprehension":
    case "set-comprehension": {
      if (!requiresEvaluation(term.head)) return term;
      const { local, expression } = bindToLocal(names, term.head);
      return withHead(term, local, appendTo(term.body, [expression]));
    }
    case "object-comprehension": {
      const key = requiresEvaluation(term.key) ? bindToLocal(names, term.key) : undefined;
      const value = requiresEvaluation(term.value) ? bindToLocal(names, term.value) : undefined;
      if (!key && !value) return term;
      const moved = [key, value].flatMap((each) => (each ? [each.expression] : []));
      return withKeyAndValue(term, key?.local ?? term.key, value?.local ?? term.value, appendTo(term.body, moved));
    }
    default:
      return term;
  }
}
