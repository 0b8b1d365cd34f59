/**
 * Orders terms as OPA orders them, evaluated or not: `{b, a}` is walked as `{a, b}`, so that generated names come out with OPA's numbers.
 */
import { compareStrings } from "../../base/compare-strings.ts";
import type { Body, Expr, Term } from "../syntax/ast.ts";
import { compareNumbers, numberFromText } from "../values/number.ts";

const RANK: { readonly [kind in Term["kind"]]: number } = {
  null: 0,
  boolean: 1,
  number: 2,
  string: 3,
  template: 4,
  var: 5,
  ref: 6,
  array: 7,
  object: 8,
  set: 9,
  "array-comprehension": 10,
  "object-comprehension": 11,
  "set-comprehension": 12,
  call: 13,
};

/** Returns a negative number, zero or a positive number as `a` sorts before, with or after `b`. */
export function compareTerms(a: Term, b: Term): number {
  if (a === b) return 0;
  if (a.kind !== b.kind) return RANK[a.kind] - RANK[b.kind];
  switch (a.kind) {
    case "null":
      return 0;
    case "boolean":
      return Number(a.value) - Number((b as typeof a).value);
    case "number":
      return compareNumberTexts(a.text, (b as typeof a).text);
    case "string":
      return compareStrings(a.value, (b as typeof a).value);
    case "var":
      return compareStrings(a.name, (b as typeof a).name);
    case "ref":
      return compareLists(a.path, (b as typeof a).path);
    default:
      return compareComposites(a, b);
  }
}

function compareComposites(a: Term, b: Term): number {
  switch (a.kind) {
    case "array":
    case "set":
      return compareLists(a.items, (b as typeof a).items);
    case "object":
      return compareEntries(a.entries, (b as typeof a).entries);
    case "array-comprehension":
    case "set-comprehension":
      return compareTerms(a.head, (b as typeof a).head) || compareBodies(a.body, (b as typeof a).body);
    case "object-comprehension": {
      const other = b as typeof a;
      return compareTerms(a.key, other.key) || compareTerms(a.value, other.value) || compareBodies(a.body, other.body);
    }
    case "call":
      return compareLists([a.operator, ...a.args], [(b as typeof a).operator, ...(b as typeof a).args]);
    case "template":
      return compareParts(a.parts, (b as typeof a).parts);
    default:
      return 0;
  }
}

function compareNumberTexts(a: string, b: string): number {
  return a === b ? 0 : compareNumbers(numberFromText(a), numberFromText(b));
}

function compareLists(a: readonly Term[], b: readonly Term[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareTerms(a[i] as Term, b[i] as Term);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareEntries(a: readonly (readonly [Term, Term])[], b: readonly (readonly [Term, Term])[]): number {
  return compareLists(a.flat(), b.flat());
}

function compareParts(a: readonly (Term | Expr)[], b: readonly (Term | Expr)[]): number {
  if (a.length !== b.length) return a.length - b.length;
  const toExpressions = (parts: readonly (Term | Expr)[]): Body => parts.map((part) => ("index" in part ? part : asExpression(part)));
  return compareBodies(toExpressions(a), toExpressions(b));
}

function asExpression(term: Term): Expr {
  return { kind: "term-expr", span: term.span, index: 0, negated: false, generated: false, with: [], term };
}

function compareBodies(a: Body, b: Body): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareExpressions(a[i] as Expr, b[i] as Expr);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const EXPRESSION_RANK: { readonly [kind in Expr["kind"]]: number } = {
  "some-expr": 0,
  "call-expr": 1,
  "term-expr": 2,
  "every-expr": 3,
  "not-expr": 4,
};

function compareExpressions(a: Expr, b: Expr): number {
  return (
    a.index - b.index ||
    Number(a.generated) - Number(b.generated) ||
    Number(a.negated) - Number(b.negated) ||
    EXPRESSION_RANK[a.kind] - EXPRESSION_RANK[b.kind] ||
    compareExpressionTerms(a, b) ||
    compareLists(
      a.with.flatMap(({ target, value }) => [target, value]),
      b.with.flatMap(({ target, value }) => [target, value]),
    )
  );
}

function compareExpressionTerms(a: Expr, b: Expr): number {
  switch (a.kind) {
    case "term-expr":
      return compareTerms(a.term, (b as typeof a).term);
    case "call-expr":
      return compareLists([a.operator, ...a.args], [(b as typeof a).operator, ...(b as typeof a).args]);
    case "some-expr":
      return compareLists(a.symbols, (b as typeof a).symbols);
    case "every-expr": {
      const other = b as typeof a;
      const keys = compareLists(a.key ? [a.key] : [], other.key ? [other.key] : []);
      return keys || compareLists([a.value, a.domain], [other.value, other.domain]) || compareBodies(a.body, other.body);
    }
    case "not-expr":
      return compareBodies(a.body, (b as typeof a).body);
  }
}
