/**
 * Parses arrays, sets, objects and their comprehensions. Whether `{a | b}` is a comprehension or a set holding a union cannot be seen
 * from the front: a single term followed by `|` is tried as a comprehension first, as OPA does. A leading comma is tolerated.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#comprehensions
 */
import type { ObjectTerm, Term } from "../ast.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import type { State } from "./grammar.ts";
import { parseList, parsePairs } from "./list.ts";

/** What a collection is before it is placed: without its span. */
type Unplaced<T> = T extends unknown ? Omit<T, "span"> : never;

/** Parses an array or array comprehension, from `[`. */
export function parseArray(p: Cursor): Term | undefined {
  return placed(p, parseArrayInside);
}

/** Parses a set, an object or a comprehension of either, from `{`. */
export function parseSetOrObject(p: Cursor): Term | undefined {
  return placed(p, parseBraces);
}

function placed(p: Cursor, parse: (p: Cursor) => Unplaced<Term> | undefined): Term | undefined {
  if (!p.enter()) return undefined;
  const { start } = p;
  p.scan();
  const term = parse(p);
  p.leave();
  return term && ({ ...term, span: { source: p.source, start, end: p.end } } as Term);
}

function skipComma(p: Cursor): boolean {
  if (p.kind !== kinds.comma) return false;
  p.scan();
  return true;
}

function parseArrayInside(p: Cursor): Unplaced<Term> | undefined {
  if (p.kind === kinds.rightBracket) return { kind: "array", items: [] };
  const mayComprehend = !skipComma(p);
  const before = p.save();
  const head = p.grammar.term(p);
  if (head === undefined) return undefined;
  switch (p.kind) {
    case kinds.rightBracket:
      return { kind: "array", items: [head] };
    case kinds.comma:
      p.scan();
      return arrayOf(parseList(p, kinds.rightBracket, [head]));
    case kinds.or:
      if (mayComprehend) {
        p.scan();
        const body = p.grammar.body(p, kinds.rightBracket);
        if (body !== undefined) return { kind: "array-comprehension", head, body };
        if (p.kind !== kinds.comma) return undefined;
      }
  }
  p.restore(before);
  return arrayOf(parseList(p, kinds.rightBracket, []));
}

function arrayOf(items: readonly Term[] | undefined): Unplaced<Term> | undefined {
  return items && { kind: "array", items };
}

function parseBraces(p: Cursor): Unplaced<Term> | undefined {
  if (p.kind === kinds.rightBrace) return { kind: "object", entries: [] };
  const mayComprehend = !skipComma(p);
  const before = p.save();
  const first = p.grammar.term(p);
  if (first === undefined) return undefined;
  switch (p.kind) {
    case kinds.or:
      if (mayComprehend) return parseSetComprehension(p, before, first);
      break;
    case kinds.rightBrace:
    case kinds.comma:
      return parseSet(p, first);
    case kinds.colon:
      return parseObject(p, first, mayComprehend);
  }
  p.restore(before);
  const head = p.grammar.infix(p, true);
  if (head === undefined) return undefined;
  switch (p.kind) {
    case kinds.rightBrace:
    case kinds.comma:
      return parseSet(p, head);
    case kinds.colon:
      return parseObject(p, head, mayComprehend);
  }
  return void p.unexpected("non-terminated set");
}

function parseSet(p: Cursor, first: Term): Unplaced<Term> | undefined {
  if (p.kind === kinds.rightBrace) return { kind: "set", items: [first] };
  p.scan();
  return setOf(parseList(p, kinds.rightBrace, [first]));
}

function setOf(items: readonly Term[] | undefined): Unplaced<Term> | undefined {
  return items && { kind: "set", items };
}

function parseSetComprehension(p: Cursor, before: State, head: Term): Unplaced<Term> | undefined {
  p.scan();
  const body = p.grammar.body(p, kinds.rightBrace);
  if (body !== undefined) return { kind: "set-comprehension", head, body };
  if (p.kind !== kinds.comma) return undefined;
  p.restore(before);
  return setOf(parseList(p, kinds.rightBrace, []));
}

function parseObject(p: Cursor, key: Term, mayComprehend: boolean): Unplaced<Term> | undefined {
  p.scan();
  const before = p.save();
  const value = p.grammar.term(p);
  if (value === undefined) return undefined;
  let mayRelate = true;
  if (mayComprehend && (p.kind === kinds.rightBrace || p.kind === kinds.comma || p.kind === kinds.or)) {
    mayRelate = p.kind === kinds.or;
    const object = p.kind === kinds.or ? parseObjectComprehension(p, key, value) : parseObjectRest(p, key, value);
    if (object !== undefined) return object;
  }
  p.restore(before);
  if (mayRelate) {
    const infix = p.grammar.infix(p, true);
    if (infix === undefined) return undefined;
    if (p.kind === kinds.rightBrace || p.kind === kinds.comma) return parseObjectRest(p, key, infix);
  }
  return void p.unexpected("non-terminated object");
}

function parseObjectComprehension(p: Cursor, key: Term, value: Term): Unplaced<Term> | undefined {
  p.scan();
  const body = p.grammar.body(p, kinds.rightBrace);
  return body && { kind: "object-comprehension", key, value, body };
}

function parseObjectRest(p: Cursor, key: Term, value: Term): Unplaced<ObjectTerm> | undefined {
  if (p.kind === kinds.rightBrace) return { kind: "object", entries: [[key, value]] };
  p.scan();
  const entries = parsePairs(p, kinds.rightBrace, [[key, value]]);
  return entries && { kind: "object", entries };
}
