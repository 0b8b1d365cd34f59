/**
 * Pulls nested calls out of expressions: `f(g(x)) > 1` becomes `g(x, __local0__); f(__local0__, __local1__); __local1__ > 1`. A literal that a
 * reference starts from gets a name too: `[1, 2][i]` becomes `__local0__ = [1, 2]; __local0__[i]`.
 */
import type { Body, CallExpr, Expr, RefTerm, Rule, Term, With } from "../../syntax/ast.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import {
  appendTo,
  bindToLocal,
  entryOf,
  equation,
  indexed,
  mapElseChain,
  mapSame,
  variable,
  withCall,
  withEntries,
  withHead,
  withItems,
  withKeyAndValue,
  withModifiers,
  withOperands,
  withParts,
  withPath,
  withTerm,
} from "../nodes/build.ts";

/** Rewrites all rules. */
export function rewriteExpressionTerms(compilation: Compilation): void {
  const { body, head } = createExpander(compilation.names);
  for (const state of compilation.modules) {
    state.rules = state.rules.map((rule) =>
      mapElseChain(rule, (link) => {
        const expanded = head(link);
        const rewritten = body(expanded.body);
        return rewritten === expanded.body ? expanded : { ...expanded, body: rewritten };
      }),
    );
  }
}

/** Rewrites a query. */
export function rewriteQueryExpressionTerms(query: QueryCompilation): void {
  query.body = createExpander(query.freshNames()).body(query.body);
}

interface Expander {
  body(body: Body): Body;
  head(rule: Rule): Rule;
}

function createExpander(names: NameGenerator): Expander {
  function body(from: Body): Body {
    const result: Expr[] = [];
    for (const expression of from) expand(expression, result);
    const same = result.length === from.length && result.every((expression, i) => expression === from[i]);
    return same ? from : indexed(result);
  }

  function head(rule: Rule): Rule {
    const support: Expr[] = [];
    const change = (term: Term): Term => expandTerm(term, support);
    const { head: from } = rule;
    const args = from.args && mapSame(from.args, change);
    const key = from.key && change(from.key);
    const value = from.value && change(from.value);
    if (args === from.args && key === from.key && value === from.value && support.length === 0) return rule;
    return { ...rule, head: { ...from, args, key, value }, body: appendTo(rule.body, support) };
  }

  /** Adds an expression to a body, after the calls that it needs. */
  function expand(expression: Expr, result: Expr[]): void {
    const modifiers = mapSame(expression.with, (modifier) => withParts(modifier, modifier.target, expandTerm(modifier.value, result)));
    const from = withModifiers(expression, modifiers);
    switch (from.kind) {
      case "term-expr": {
        const support: Expr[] = [];
        const term = expandTerm(from.term, support);
        push(result, support, modifiers);
        result.push(withTerm(from, term));
        return;
      }
      case "call-expr": {
        const support: Expr[] = [];
        const args = mapSame(from.args, (arg) => expandTerm(arg, support));
        push(result, support, modifiers);
        result.push(withOperands(from, from.operator, args));
        return;
      }
      case "every-expr": {
        const local = variable(names.next(), from.domain.span);
        expand({ ...equation(local, from.domain, from.domain.span), with: modifiers }, result);
        result.push({ ...from, domain: local, body: body(from.body) });
        return;
      }
      case "not-expr": {
        const inner = body(from.body);
        result.push(inner === from.body ? from : { ...from, body: inner });
        return;
      }
      default:
        // `some` is gone by now.
        result.push(from);
    }
  }

  function push(result: Expr[], support: readonly Expr[], modifiers: readonly With[]): void {
    for (const each of support) result.push(modifiers.length > 0 ? { ...each, with: modifiers } : each);
  }

  /** Returns the term with its calls replaced by variables; what binds them is added to `support`. */
  function expandTerm(term: Term, support: Expr[]): Term {
    const change = (part: Term): Term => expandTerm(part, support);
    switch (term.kind) {
      case "call": {
        const { operator, args } = withCall(term, term.operator, mapSame(term.args, change));
        const local = variable(names.next(), term.span);
        support.push(callWithOutput(operator, [...args, local], term.span));
        return local;
      }
      case "ref":
        return expandReference(term, support);
      case "array": {
        const items = mapSame(term.items, change);
        return items === term.items ? term : { ...term, items };
      }
      case "set": {
        const items = mapSame(term.items, change);
        return items === term.items ? term : withItems(term, items);
      }
      case "object": {
        const entries = mapSame(term.entries, (entry) => entryOf(entry, change(entry[0]), change(entry[1])));
        return entries === term.entries ? term : withEntries(term, entries);
      }
      case "array-comprehension":
      case "set-comprehension": {
        const inner: Expr[] = [];
        const headTerm = expandTerm(term.head, inner);
        return withHead(term, headTerm, body(appendTo(term.body, inner)));
      }
      case "object-comprehension": {
        const ofKey: Expr[] = [];
        const key = expandTerm(term.key, ofKey);
        const ofValue: Expr[] = [];
        const value = expandTerm(term.value, ofValue);
        return withKeyAndValue(term, key, value, body(appendTo(appendTo(term.body, ofKey), ofValue)));
      }
      default:
        return term;
    }
  }

  function expandReference(ref: RefTerm, support: Expr[]): RefTerm {
    const path = mapSame(ref.path, (step) => expandTerm(step, support));
    const [subject, ...steps] = path;
    if (!subject || !needsName(subject)) return withPath(ref, path);
    const { local, expression } = bindToLocal(names, subject);
    support.push(expression);
    return withPath(ref, [local, ...steps]);
  }

  return { body, head };
}

function callWithOutput(operator: RefTerm, args: readonly Term[], span: Expr["span"]): CallExpr {
  return { kind: "call-expr", span, index: 0, negated: false, generated: true, with: [], operator, args };
}

function needsName({ kind }: Term): boolean {
  return kind === "array" || kind === "object" || kind === "set" || kind === "call" || kind.endsWith("comprehension");
}
