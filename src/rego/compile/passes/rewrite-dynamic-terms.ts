/**
 * Binds references and comprehensions that stand inside other terms to variables before the expression: `f(data.x)` becomes
 * `__local0__ = data.x; f(__local0__)`. What is left in place is evaluated eagerly, left to right.
 */
import type { Body, CallExpr, Expr, RefTerm, Term } from "../../syntax/ast.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import {
  bindToLocal,
  entryOf,
  indexed,
  mapElseChain,
  mapSame,
  withBody,
  withEntries,
  withHead,
  withItems,
  withKeyAndValue,
  withOperands,
  withPath,
  withTerm,
} from "../nodes/build.ts";
import { isOperator } from "../nodes/builtin-calls.ts";

/** Rewrites all rule bodies. */
export function rewriteDynamicTerms(compilation: Compilation): void {
  const { names } = compilation;
  for (const state of compilation.modules) {
    state.rules = state.rules.map((rule) => mapElseChain(rule, (link) => withBody(link, rewriteBody(names, link.body))));
  }
}

/** Rewrites a query. */
export function rewriteQueryDynamicTerms(query: QueryCompilation): void {
  query.body = rewriteBody(query.freshNames(), query.body);
}

function rewriteBody(names: NameGenerator, body: Body): Body {
  const result: Expr[] = [];
  for (const expression of body) result.push(rewriteExpression({ names, result, expression }));
  const same = result.length === body.length && result.every((expression, i) => expression === body[i]);
  return same ? body : indexed(result);
}

/** Where the terms of one expression go. */
interface Place {
  readonly names: NameGenerator;
  /** The body being built; bindings are added to it. */
  readonly result: Expr[];
  readonly expression: Expr;
}

function rewriteExpression(place: Place): Expr {
  const { expression, names } = place;
  switch (expression.kind) {
    case "call-expr":
      return rewriteCall(place, expression);
    case "every-expr": {
      const domain = extract(place, expression.domain);
      const body = rewriteBody(names, expression.body);
      return domain === expression.domain && body === expression.body ? expression : { ...expression, domain, body };
    }
    case "not-expr": {
      const body = rewriteBody(names, expression.body);
      return body === expression.body ? expression : { ...expression, body };
    }
    case "term-expr":
      return withTerm(expression, keepOutermost(place, expression.term));
    default:
      return expression;
  }
}

function rewriteCall(place: Place, call: CallExpr): Expr {
  if (!isOperator(call.operator, "eq")) {
    return withOperands(
      call,
      call.operator,
      mapSame(call.args, (arg) => extract(place, arg)),
    );
  }
  if (call.args.length !== 2) return call;
  return withOperands(
    call,
    call.operator,
    mapSame(call.args, (arg) => keepOutermost(place, arg)),
  );
}

/** Rewrites a term that may stay a reference or comprehension itself. */
function keepOutermost(place: Place, term: Term): Term {
  switch (term.kind) {
    case "ref":
      return rewriteSteps(place, term);
    case "array-comprehension":
    case "set-comprehension":
    case "object-comprehension":
      return rewriteComprehension(place.names, term);
    default:
      return extract(place, term);
  }
}

function rewriteSteps(place: Place, ref: RefTerm): RefTerm {
  const [head] = ref.path;
  return withPath(
    ref,
    mapSame(ref.path, (step) => (step === head ? step : extract(place, step))),
  );
}

function rewriteComprehension(names: NameGenerator, term: Term): Term {
  switch (term.kind) {
    case "array-comprehension":
    case "set-comprehension":
      return withHead(term, term.head, rewriteBody(names, term.body));
    case "object-comprehension":
      return withKeyAndValue(term, term.key, term.value, rewriteBody(names, term.body));
    default:
      return term;
  }
}

/** Replaces references and comprehensions anywhere in a term by variables. */
function extract(place: Place, term: Term): Term {
  const change = (part: Term): Term => extract(place, part);
  switch (term.kind) {
    case "ref":
      return bind(place, rewriteSteps(place, term));
    case "array": {
      const items = mapSame(term.items, change);
      return items === term.items ? term : { ...term, items };
    }
    case "object": {
      const entries = mapSame(term.entries, (entry) => entryOf(entry, change(entry[0]), change(entry[1])));
      return entries === term.entries ? term : withEntries(term, entries);
    }
    case "set": {
      const items = mapSame(term.items, change);
      return items === term.items ? term : withItems(term, items);
    }
    case "array-comprehension":
    case "set-comprehension":
    case "object-comprehension":
      return bind(place, rewriteComprehension(place.names, term));
    default:
      return term;
  }
}

function bind({ names, result, expression }: Place, term: Term): Term {
  const { local, expression: binding } = bindToLocal(names, term);
  result.push(expression.with.length > 0 ? { ...binding, with: expression.with } : binding);
  return local;
}
