/**
 * Parses infix expressions into calls of the builtins that the operators name. In: a cursor at the first operand. Out: a term.
 * All operators are left-associative. As in OPA, when an operand on the right is missing the error is noted and what stands on the
 * left is the answer. https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar
 */
import type { Span } from "../../source/source.ts";
import type { CallTerm, RefTerm, Term } from "../ast.ts";
import { type Kind, kinds, nameOfKind } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

// From loose to tight. Membership (`in`) is looser still and has a function of its own.
const relation = 1;
const tightest = 5;

const levels: readonly number[] = (() => {
  const table = new Array<number>(Object.keys(kinds).length).fill(0);
  const put = (level: number, ...row: readonly Kind[]): void => row.forEach((kind) => (table[kind] = level));
  put(relation, kinds.equal, kinds.notEqual, kinds.less, kinds.greater, kinds.lessOrEqual, kinds.greaterOrEqual);
  put(2, kinds.or);
  put(3, kinds.and);
  put(4, kinds.plus, kinds.minus);
  put(tightest, kinds.times, kinds.divide, kinds.remainder);
  return table;
})();

/** Parses an infix expression; in a list a comma ends it, elsewhere it may part the key from the value of `k, v in xs`. */
export function parseInfix(p: Cursor, inList: boolean): Term | undefined {
  if (!p.enter()) return undefined;
  const term = parseMembership(p, inList);
  p.leave();
  return term;
}

function parseMembership(p: Cursor, inList: boolean): Term | undefined {
  const start = p.start;
  let left = parseBinary(p, relation, start);
  let depth = 0;
  while (left !== undefined) {
    const next: CallTerm | undefined = (inList ? undefined : parseKeyedMember(p, left, start)) ?? parseMember(p, left, start);
    if (next === undefined) break;
    left = next;
    if (p.kind !== kinds.in || !p.enter()) break;
    depth++;
  }
  for (; depth > 0; depth--) p.leave();
  return left;
}

/** `, value in xs` after a key; nothing, and no step taken, if it is not there. */
function parseKeyedMember(p: Cursor, key: Term, start: number): CallTerm | undefined {
  if (p.kind !== kinds.comma) return undefined;
  const before = p.save();
  p.scan();
  const value = parseBinary(p, relation, start);
  if (value !== undefined && p.kind === kinds.in) {
    const operator = memberOperator(p, "member_3");
    const domain = parseBinary(p, relation, p.start);
    if (domain !== undefined) return call(p, start, operator, [key, value, domain]);
  }
  p.restore(before);
  return undefined;
}

function parseMember(p: Cursor, left: Term, start: number): CallTerm | undefined {
  p.takeRefKeyword();
  if (p.kind !== kinds.in) return undefined;
  const operator = memberOperator(p, "member_2");
  const right = parseBinary(p, relation, p.start);
  return right && call(p, start, operator, [left, right]);
}

function memberOperator(p: Cursor, name: string): RefTerm {
  const span = p.here();
  p.scan();
  return {
    kind: "ref",
    span,
    path: [
      { kind: "var", span, name: "internal" },
      { kind: "string", span, value: name },
    ],
  };
}

/**
 * Parses operators of a level and the tighter ones: first one operand, then, from the tightest level down, every operator of that level
 * with a right operand of the next. `start` is where the text of the calls begins.
 */
function parseBinary(p: Cursor, loosest: number, start: number): Term | undefined {
  let left = p.grammar.term(p);
  let depth = 0;
  for (let level = tightest; left !== undefined && level >= loosest; level--) {
    while (levels[p.kind] === level) {
      const operator = operatorOf(p);
      const right = level === tightest ? p.grammar.term(p) : parseBinary(p, level + 1, p.start);
      if (right === undefined) break;
      left = call(p, start, operator, [left, right]);
      if (!p.enter()) break;
      depth++;
    }
  }
  for (; depth > 0; depth--) p.leave();
  return left;
}

/** Takes the operator that the cursor stands on. */
export function operatorOf(p: Cursor): RefTerm {
  const span = p.here();
  const name = nameOfKind(p.kind);
  p.scan();
  return { kind: "ref", span, path: [{ kind: "var", span, name }] };
}

function call(p: Cursor, start: number, operator: RefTerm, args: readonly [Term, ...Term[]]): CallTerm {
  return { kind: "call", span: spanOf(p, args[0], start), operator, args };
}

/** A call is placed at its first operand, which may stand in parentheses; the text shown starts with those. */
function spanOf(p: Cursor, first: Term, textStart: number): Span {
  return p.spanned(first.span?.start ?? textStart, textStart, p.lastEnd);
}
