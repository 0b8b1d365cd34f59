/**
 * Orders terms as OPA does, which decides how sets and objects are printed: by type, then by value, element by element. Positions do not
 * count. In: two terms or expressions. Out: negative, zero or positive.
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { compareNumbers, numberFromText } from "../values/number.ts";
import type { Body, Expr, ObjectTerm, RefTerm, SetTerm, Term, With } from "./ast.ts";

const ranks: { readonly [K in Term["kind"]]: number } = {
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

const exprRanks: { readonly [K in Expr["kind"]]: number } = {
  "some-expr": 0,
  "term-expr": 1,
  "call-expr": 2,
  "every-expr": 3,
  "not-expr": 4,
};

/** Compares two terms. */
export function compareTerms(a: Term, b: Term): number {
  if (a === b) return 0;
  if (a.kind !== b.kind) return ranks[a.kind] - ranks[b.kind];
  switch (a.kind) {
    case "null":
      return 0;
    case "boolean":
      return b.kind === a.kind ? Number(a.value) - Number(b.value) : 0;
    case "number":
      return b.kind === a.kind ? compareNumbers(numberFromText(a.text), numberFromText(b.text)) : 0;
    case "string":
      return b.kind === a.kind ? compareStrings(a.value, b.value) : 0;
    case "var":
      return b.kind === a.kind ? compareStrings(a.name, b.name) : 0;
    case "ref":
      return b.kind === a.kind ? compareLists(a.path, b.path) : 0;
    case "array":
      return b.kind === a.kind ? compareLists(a.items, b.items) : 0;
    case "set":
      return b.kind === a.kind ? compareLists(sortedItems(a), sortedItems(b)) : 0;
    case "object":
      return b.kind === a.kind ? compareObjects(a, b) : 0;
    case "array-comprehension":
    case "set-comprehension":
      return b.kind === a.kind ? compareTerms(a.head, b.head) || compareBodies(a.body, b.body) : 0;
    case "object-comprehension":
      return b.kind === a.kind ? compareTerms(a.key, b.key) || compareTerms(a.value, b.value) || compareBodies(a.body, b.body) : 0;
    case "call":
      return b.kind === a.kind ? compareLists([a.operator, ...a.args], [b.operator, ...b.args]) : 0;
    case "template":
      return b.kind === a.kind ? compareEach(a.parts, b.parts, compareParts) : 0;
  }
}

function compareParts(a: Term | Expr, b: Term | Expr): number {
  if (isExpr(a)) return isExpr(b) ? compareExprs(a, b) : 1;
  return isExpr(b) ? -1 : compareTerms(a, b);
}

function isExpr(part: Term | Expr): part is Expr {
  return "index" in part;
}

function compareEach<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareLists(a: readonly Term[], b: readonly Term[]): number {
  return compareEach(a, b, compareTerms);
}

function compareObjects(a: ObjectTerm, b: ObjectTerm): number {
  return compareEach(sortedEntries(a), sortedEntries(b), ([k1, v1], [k2, v2]) => compareTerms(k1, k2) || compareTerms(v1, v2));
}

function compareBodies(a: Body, b: Body): number {
  return compareEach(a, b, compareExprs);
}

function compareExprs(a: Expr, b: Expr): number {
  return (
    exprRanks[a.kind] - exprRanks[b.kind] ||
    a.index - b.index ||
    Number(a.negated) - Number(b.negated) ||
    compareInside(a, b) ||
    compareEach(a.with, b.with, compareWiths)
  );
}

function compareWiths(a: With, b: With): number {
  return compareTerms(a.target, b.target) || compareTerms(a.value, b.value);
}

function compareInside(a: Expr, b: Expr): number {
  switch (a.kind) {
    case "term-expr":
      return b.kind === a.kind ? compareTerms(a.term, b.term) : 0;
    case "call-expr":
      return b.kind === a.kind ? compareLists([a.operator, ...a.args], [b.operator, ...b.args]) : 0;
    case "some-expr":
      return b.kind === a.kind ? compareLists(a.symbols, b.symbols) : 0;
    case "every-expr":
      if (b.kind !== a.kind) return 0;
      return compareLists(everyTerms(a), everyTerms(b)) || compareBodies(a.body, b.body);
    case "not-expr":
      return b.kind === a.kind ? compareBodies(a.body, b.body) : 0;
  }
}

function everyTerms({ key, value, domain }: Extract<Expr, { readonly kind: "every-expr" }>): readonly Term[] {
  return key === undefined ? [value, domain] : [key, value, domain];
}

/** Says whether two terms are equal, positions apart. */
export function equalTerms(a: Term, b: Term): boolean {
  return compareTerms(a, b) === 0;
}

/** Says whether two references are equal, positions apart. */
export function equalRefs(a: RefTerm["path"], b: RefTerm["path"]): boolean {
  return a.length === b.length && compareLists(a, b) === 0;
}

/** Returns the members of a set in order, each once. */
export function sortedItems({ items }: SetTerm): readonly Term[] {
  const sorted = items.toSorted(compareTerms);
  return sorted.filter((item, i) => i === 0 || compareTerms(sorted[i - 1] ?? item, item) !== 0);
}

/** Returns the entries of an object in the order of their keys; of equal keys the last value counts. */
export function sortedEntries({ entries }: ObjectTerm): ObjectTerm["entries"] {
  const sorted = entries.toSorted(([a], [b]) => compareTerms(a, b));
  const kept: (readonly [Term, Term])[] = [];
  for (const [key, value] of sorted) {
    const last = kept[kept.length - 1];
    if (last !== undefined && compareTerms(last[0], key) === 0) kept[kept.length - 1] = [last[0], value];
    else kept.push([key, value]);
  }
  return kept;
}
