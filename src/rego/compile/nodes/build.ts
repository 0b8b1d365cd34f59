/**
 * Builds and rebuilds nodes for the passes. Everything here keeps the node it was given when nothing in it changed, so that a pass that
 * changes little copies little. Sets and objects are kept in Rego's order without duplicates: OPA walks them in that order.
 */
import type { Span } from "../../source/source.ts";
import type { Body, CallExpr, Expr, Head, ObjectTerm, RefTerm, Rule, SetTerm, Term, TermExpr, VarTerm, With } from "../../syntax/ast.ts";
import { compareTerms } from "../../syntax/compare.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import { operatorNamed } from "./builtin-calls.ts";

/** An entry of an object term. */
export type Entry = readonly [key: Term, value: Term];

/** Returns the list with every item changed; the same list when none was. */
export function mapSame<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as T;
    const next = change(item);
    if (changed) changed.push(next);
    else if (next !== item) changed = [...items.slice(0, i), next];
  }
  return changed ?? items;
}

/** Returns a variable. */
export function variable(name: string, span?: Span): VarTerm {
  return { kind: "var", name, span };
}

/** Returns a reference with another path. */
export function withPath(ref: RefTerm, path: readonly Term[]): RefTerm {
  if (path === ref.path) return ref;
  return { kind: "ref", path: path as RefTerm["path"], span: ref.span };
}

/** Returns a set with other items, ordered and without duplicates. */
export function withItems(set: SetTerm, items: readonly Term[]): SetTerm {
  const ordered = orderedItems(items);
  return ordered === set.items ? set : { kind: "set", items: ordered, span: set.span };
}

/** Returns an object with other entries, ordered by key; of equal keys the first keeps its place and the last its value. */
export function withEntries(object: ObjectTerm, entries: readonly Entry[]): ObjectTerm {
  const ordered = orderedEntries(entries);
  return ordered === object.entries ? object : { kind: "object", entries: ordered, span: object.span };
}

function orderedItems(items: readonly Term[]): readonly Term[] {
  if (inOrder(items, (item) => item)) return items;
  const sorted = [...items].sort(compareTerms);
  return sorted.filter((item, i) => i === 0 || compareTerms(sorted[i - 1] as Term, item) !== 0);
}

function orderedEntries(entries: readonly Entry[]): readonly Entry[] {
  if (inOrder(entries, ([key]) => key)) return entries;
  const result: Entry[] = [];
  for (const entry of [...entries].sort(([a], [b]) => compareTerms(a, b))) {
    const last = result.at(-1);
    if (last && compareTerms(last[0], entry[0]) === 0) result[result.length - 1] = [last[0], entry[1]];
    else result.push(entry);
  }
  return result;
}

function inOrder<T>(list: readonly T[], keyOf: (item: T) => Term): boolean {
  for (let i = 1; i < list.length; i++) {
    if (compareTerms(keyOf(list[i - 1] as T), keyOf(list[i] as T)) >= 0) return false;
  }
  return true;
}

/** Returns an object entry with its parts replaced; the same entry when they are the same. */
export function entryOf(entry: Entry, key: Term, value: Term): Entry {
  return key === entry[0] && value === entry[1] ? entry : [key, value];
}

/** What is done to the parts of a node. */
export interface PartMapper {
  term(term: Term): Term;
  body(body: Body): Body;
  expression(expression: Expr): Expr;
  /** Changes a modifier; without this its target and value are changed as terms. Expressions that a pass drew out of one share its modifiers. */
  modifier?(modifier: With): With;
  /** Leaves the members of sets and objects where they are, even if what they became sorts elsewhere. */
  readonly keepsOrder?: true;
}

/** Returns a function that changes every modifier once, however many expressions share it. */
export function onceEach(change: (modifier: With) => With): (modifier: With) => With {
  const changed = new Map<With, With>();
  return (modifier) => {
    const known = changed.get(modifier);
    if (known) return known;
    const next = change(modifier);
    // A changed modifier may be met again, and is done.
    changed.set(modifier, next).set(next, next);
    return next;
  };
}

/** Returns a term with its direct parts changed, in the order in which they are read; comprehensions head first. */
export function mapParts(term: Term, mapper: PartMapper): Term {
  const change = (part: Term): Term => mapper.term(part);
  switch (term.kind) {
    case "ref":
      return withPath(term, mapSame(term.path, change));
    case "array": {
      const items = mapSame(term.items, change);
      return items === term.items ? term : { kind: "array", items, span: term.span };
    }
    case "set": {
      const items = mapSame(term.items, change);
      if (items === term.items) return term;
      return mapper.keepsOrder ? { ...term, items } : withItems(term, items);
    }
    case "object": {
      const entries = mapSame(term.entries, (entry) => entryOf(entry, change(entry[0]), change(entry[1])));
      if (entries === term.entries) return term;
      return mapper.keepsOrder ? { ...term, entries } : withEntries(term, entries);
    }
    case "call": {
      const operator = asReference(change(term.operator));
      return withCall(term, operator, mapSame(term.args, change));
    }
    case "template": {
      const parts = mapSame(term.parts, (part) => ("index" in part ? mapper.expression(part) : part));
      return parts === term.parts ? term : { ...term, parts };
    }
    case "array-comprehension":
    case "set-comprehension": {
      const head = change(term.head);
      return withHead(term, head, mapper.body(term.body));
    }
    case "object-comprehension": {
      const key = change(term.key);
      const value = change(term.value);
      return withKeyAndValue(term, key, value, mapper.body(term.body));
    }
    default:
      return term;
  }
}

/** Returns a call term with other parts. */
export function withCall(call: Term & { kind: "call" }, operator: RefTerm, args: readonly Term[]): Term & { kind: "call" } {
  if (operator === call.operator && args === call.args) return call;
  return { kind: "call", operator, args, span: call.span };
}

/** Returns an array or set comprehension with other parts. */
export function withHead<C extends Term & { kind: "array-comprehension" | "set-comprehension" }>(term: C, head: Term, body: Body): C {
  return head === term.head && body === term.body ? term : { ...term, head, body };
}

/** Returns an object comprehension with other parts. */
export function withKeyAndValue<C extends Term & { kind: "object-comprehension" }>(term: C, key: Term, value: Term, body: Body): C {
  return key === term.key && value === term.value && body === term.body ? term : { ...term, key, value, body };
}

/** Returns an operator as a reference: a variable that stands alone is a path of one. */
function asReference(term: Term): RefTerm {
  return term.kind === "ref" ? term : { kind: "ref", path: [term], span: term.span };
}

/** Returns an expression with its direct parts changed: terms, bodies, then modifiers. */
export function mapExpression(expression: Expr, mapper: PartMapper): Expr {
  const inner = mapExpressionTerms(expression, mapper);
  if (inner.with.length === 0) return inner;
  const modifiers = mapSame(inner.with, (modifier) =>
    mapper.modifier ? mapper.modifier(modifier) : withParts(modifier, mapper.term(modifier.target), mapper.term(modifier.value)),
  );
  return withModifiers(inner, modifiers);
}

function mapExpressionTerms(expression: Expr, mapper: PartMapper): Expr {
  switch (expression.kind) {
    case "term-expr":
      return withTerm(expression, mapper.term(expression.term));
    case "call-expr": {
      const operator = asReference(mapper.term(expression.operator));
      return withOperands(
        expression,
        operator,
        mapSame(expression.args, (arg) => mapper.term(arg)),
      );
    }
    case "some-expr": {
      const symbols = mapSame(expression.symbols, (symbol) => mapper.term(symbol));
      return symbols === expression.symbols ? expression : { ...expression, symbols };
    }
    case "every-expr": {
      const key = expression.key && mapper.term(expression.key);
      const value = mapper.term(expression.value);
      const domain = mapper.term(expression.domain);
      const body = mapper.body(expression.body);
      if (key === expression.key && value === expression.value && domain === expression.domain && body === expression.body)
        return expression;
      return { ...expression, key, value, domain, body };
    }
    case "not-expr": {
      const body = mapper.body(expression.body);
      return body === expression.body ? expression : { ...expression, body };
    }
  }
}

/** Returns a term expression with another term. */
export function withTerm(expression: TermExpr, term: Term): TermExpr {
  return term === expression.term ? expression : { ...expression, term };
}

/** Returns a call expression with other parts. */
export function withOperands(expression: CallExpr, operator: RefTerm, args: readonly Term[]): CallExpr {
  return operator === expression.operator && args === expression.args ? expression : { ...expression, operator, args };
}

/** Returns a modifier with other parts. */
export function withParts(modifier: With, target: Term, value: Term): With {
  return target === modifier.target && value === modifier.value ? modifier : { kind: "with", target, value, span: modifier.span };
}

/** Returns an expression with other modifiers. */
export function withModifiers(expression: Expr, modifiers: readonly With[]): Expr {
  return modifiers === expression.with ? expression : { ...expression, with: modifiers };
}

/** Returns the body with every expression at its own position. */
export function indexed(body: Body): Body {
  return body.every((expression, i) => expression.index === i)
    ? body
    : body.map((expression, index) => (expression.index === index ? expression : { ...expression, index }));
}

const EQ = operatorNamed("eq");

/** Returns `left = right`, made up by a pass. */
export function equation(left: Term, right: Term, span: Span | undefined): CallExpr {
  return { kind: "call-expr", span, index: 0, negated: false, generated: true, with: [], operator: EQ, args: [left, right] };
}

/** Returns `name = term` for a new name, located at the term. */
export function bindToLocal(names: NameGenerator, term: Term): { readonly local: VarTerm; readonly expression: CallExpr } {
  const local = variable(names.next(), term.span);
  return { local, expression: equation(local, term, term.span) };
}

/** Tells whether a body is `true` alone, which stands for no body. */
export function isEmptyBody(body: Body): boolean {
  const [only] = body;
  return body.length === 1 && only?.kind === "term-expr" && only.term.kind === "boolean" && only.term.value;
}

/** Appends to a body; a body of `true` alone gives way. */
export function appendTo(body: Body, additions: readonly Expr[]): Body {
  if (additions.length === 0) return body;
  return indexed(isEmptyBody(body) ? additions : [...body, ...additions]);
}

/** Returns a rule with every rule of its else chain changed, itself first. */
export function mapElseChain(rule: Rule, change: (rule: Rule) => Rule): Rule {
  const chain: Rule[] = [];
  for (let at: Rule | undefined = rule; at; at = at.else) chain.push(change(at));
  let next: Rule | undefined;
  for (let i = chain.length - 1; i >= 0; i--) {
    const link = chain[i] as Rule;
    next = link.else === next ? link : { ...link, else: next };
  }
  return next ?? rule;
}

/** Returns a rule with another body. */
export function withBody(rule: Rule, body: Body): Rule {
  return body === rule.body ? rule : { ...rule, body };
}

/** Returns a rule with another head. */
export function withRuleHead(rule: Rule, head: Head): Rule {
  return head === rule.head ? rule : { ...rule, head };
}

/** Tells whether a term is a constant other than a composite. */
export function isScalar(term: Term): boolean {
  return term.kind === "string" || term.kind === "number" || term.kind === "boolean" || term.kind === "null";
}
