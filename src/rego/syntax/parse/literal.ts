/**
 * Parses one literal of a body: `some …`, `every …`, `not …`, an assignment or unification, a call or a term, with its `with` modifiers.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar
 */
import type { Body, Expr, RefTerm, Term, With } from "../ast.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import { operatorOf } from "./infix.ts";

interface Place {
  readonly start: number;
  /** Position in the body. */
  readonly index: number;
}

/** Parses a literal that has the given position in its body. */
export function parseLiteral(p: Cursor, index: number): Expr | undefined {
  const at = { start: p.start, index };
  if (p.takeRefKeyword()) return parsePlain(p, at, false);
  const negated = p.kind === kinds.not;
  if (negated) p.scan();
  if (negated && p.notBodies && p.kind === kinds.leftBrace) return parseNotBody(p, at);
  switch (p.kind) {
    case kinds.some:
      return negated ? void p.unexpected("illegal negation of 'some'") : parseSome(p, at);
    case kinds.every:
      return negated ? void p.unexpected("illegal negation of 'every'") : parseEvery(p, at);
    default:
      return parsePlain(p, at, negated);
  }
}

function parsePlain(p: Cursor, at: Place, negated: boolean): Expr | undefined {
  const before = p.save();
  const left = p.grammar.infix(p, false);
  if (left === undefined) return undefined;
  const isEquation = p.kind === kinds.assign || p.kind === kinds.unify;
  const operator = isEquation ? operatorOf(p) : undefined;
  const right = isEquation ? p.grammar.infix(p, false) : undefined;
  if (isEquation && right === undefined) return undefined;
  const withs = parseWiths(p);
  if (withs === undefined) return undefined;
  if (left.kind === "var" && left.name === "every" && right === undefined) hintAtEvery(p, before);
  const asNot = negated && p.notBodies;
  const base = {
    span: p.since(at.start),
    index: asNot ? 0 : at.index,
    negated: negated && !asNot,
    generated: false,
    with: asNot ? [] : withs,
  };
  const expr = exprOf(base, left, operator, right);
  if (!asNot) return expr;
  return { kind: "not-expr", ...base, index: at.index, with: withs, body: [expr], explicitBody: false };
}

interface Base {
  readonly span: Expr["span"];
  readonly index: number;
  readonly negated: boolean;
  readonly generated: boolean;
  readonly with: readonly With[];
}

function exprOf(base: Base, left: Term, operator: RefTerm | undefined, right: Term | undefined): Expr {
  const { span, index, negated, generated, with: withs } = base;
  if (operator !== undefined && right !== undefined) {
    return { kind: "call-expr", span, index, negated, generated, with: withs, operator, args: [left, right] };
  }
  // A call at the top is an expression of its own kind: it may capture its result.
  if (left.kind === "call") {
    return { kind: "call-expr", span, index, negated, generated, with: withs, operator: left.operator, args: left.args };
  }
  return { kind: "term-expr", span, index, negated, generated, with: withs, term: left };
}

const noWiths: readonly With[] = [];

/** Parses the `with` modifiers that follow; undefined if one is broken. */
function parseWiths(p: Cursor): readonly With[] | undefined {
  if (p.kind !== kinds.with) return noWiths;
  const withs: With[] = [];
  while (p.kind === kinds.with) {
    const { start } = p;
    p.scan();
    if (p.kind !== kinds.ident) return void p.unexpected("expected ident");
    const target = p.grammar.term(p);
    if (target === undefined) return undefined;
    if (target.kind !== "ref" && target.kind !== "var") p.unexpected("expected with target path");
    if (p.kind !== kinds.as) return void p.unexpected("expected as keyword");
    p.scan();
    const value = p.grammar.infix(p, false);
    if (value === undefined) return undefined;
    withs.push({ kind: "with", span: p.since(start), target, value });
  }
  return withs;
}

function parseNotBody(p: Cursor, at: Place): Expr | undefined {
  const body = parseBraces(p);
  const withs = body && parseWiths(p);
  if (body === undefined || withs === undefined) return undefined;
  return {
    kind: "not-expr",
    span: p.since(at.start),
    index: at.index,
    negated: false,
    generated: false,
    with: withs,
    body,
    explicitBody: true,
  };
}

function parseBraces(p: Cursor): Body | undefined {
  p.scan();
  const body = p.grammar.body(p, kinds.rightBrace);
  if (body !== undefined) p.scan();
  return body;
}

/** The number of terms that `in` was given, if the term is a membership: 2 or 3. */
function membershipArity(term: Term): number {
  if (term.kind !== "call") return 0;
  const [root, name] = term.operator.path;
  if (root.kind !== "var" || root.name !== "internal" || name?.kind !== "string" || term.operator.path.length !== 2) return 0;
  return name.value === "member_2" ? 2 : name.value === "member_3" ? 3 : 0;
}

function parseSome(p: Cursor, at: Place): Expr | undefined {
  const before = p.save();
  p.scan();
  const term = p.grammar.infix(p, false);
  if (term?.kind === "call") return parseSomeIn(p, at, term);
  p.restore(before);
  hintAtIn(p);
  const symbols: Term[] = [];
  do {
    p.scan();
    if (p.kind !== kinds.ident) return void p.unexpected("expected var");
    symbols.push(p.variable());
    p.scan();
  } while (p.kind === kinds.comma);
  return someExpr(p, at, symbols, noWiths);
}

function parseSomeIn(p: Cursor, at: Place, term: Term): Expr | undefined {
  const arity = membershipArity(term);
  if (arity === 0) return void p.unexpected("expected `x in xs` or `x, y in xs` expression");
  if (term.kind === "call" && term.args.length !== arity) return void p.unexpected("illegal domain");
  const withs = parseWiths(p);
  return withs && someExpr(p, at, [term], withs);
}

function someExpr(p: Cursor, at: Place, symbols: readonly Term[], withs: readonly With[]): Expr {
  return { kind: "some-expr", span: p.since(at.start), index: at.index, negated: false, generated: false, with: withs, symbols };
}

function parseEvery(p: Cursor, at: Place): Expr | undefined {
  const expected = "expected `x[, y] in xs { ... }` expression";
  p.scan();
  const term = p.grammar.infix(p, false);
  if (term === undefined) return undefined;
  const arity = membershipArity(term);
  if (term.kind !== "call" || arity === 0) return void p.unexpected(expected);
  const { args } = term;
  const [value, domain] = args.slice(-2);
  const key = arity === 3 ? args[0] : undefined;
  if (args.length !== arity || value === undefined || domain === undefined) return void p.unexpected("illegal domain");
  if (key !== undefined && key.kind !== "var") return void p.unexpected("expected key to be a variable");
  if (value.kind !== "var") return void p.unexpected("expected value to be a variable");
  if (p.kind !== kinds.leftBrace) return void p.unexpected("missing body");
  const body = parseBraces(p);
  const withs = body && parseWiths(p);
  if (body === undefined || withs === undefined) return undefined;
  return {
    kind: "every-expr",
    span: p.since(at.start),
    index: at.index,
    negated: false,
    generated: false,
    with: withs,
    key,
    value,
    domain,
    body,
  };
}

/** In v0 `every` and `in` are plain words until imported; if the text would make sense with the import, the next error says so. */
function hintAtEvery(p: Cursor, start: ReturnType<Cursor["save"]>): void {
  if (p.settings.dialect !== "v0") return;
  const after = p.save();
  p.restore(start);
  const found = p.wouldWithLaterKeywords(() => parseEvery(p, { start: p.start, index: 0 }) !== undefined);
  p.restore(after);
  if (found) p.hint("`import future.keywords.every` for `every x in xs { ... }` expressions");
}

function hintAtIn(p: Cursor): void {
  if (p.settings.dialect !== "v0") return;
  const before = p.save();
  p.scan();
  const found = p.wouldWithLaterKeywords(() => {
    const term = p.grammar.infix(p, false);
    return term !== undefined && membershipArity(term) > 0;
  });
  p.restore(before);
  if (found) p.hint("`import future.keywords.in` for `some x in xs` expressions");
}
