/** Parses lists of terms and of key-value pairs, up to the token that ends them. A comma may follow the last element. */
import type { Term } from "../ast.ts";
import { type Kind, kinds, nameOfKind } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** Parses terms up to the end token and adds them to those given. */
export function parseList(p: Cursor, end: Kind, before: readonly Term[]): readonly Term[] | undefined {
  const terms = [...before];
  while (p.kind !== end) {
    const term = p.grammar.infix(p, true);
    if (term === undefined) return undefined;
    terms.push(term);
    if (!parseComma(p, end)) return undefined;
  }
  return terms;
}

/** Parses `key: value` pairs up to the end token and adds them to those given. */
export function parsePairs(
  p: Cursor,
  end: Kind,
  before: readonly (readonly [Term, Term])[],
): readonly (readonly [Term, Term])[] | undefined {
  const pairs = [...before];
  while (p.kind !== end) {
    const key = p.grammar.infix(p, true);
    if (key === undefined) return undefined;
    if (p.kind !== kinds.colon) return void p.unexpected('expected ":"');
    p.scan();
    const value = p.grammar.infix(p, true);
    if (value === undefined) return undefined;
    pairs.push([key, value]);
    if (!parseComma(p, end)) return undefined;
  }
  return pairs;
}

function parseComma(p: Cursor, end: Kind): boolean {
  if (p.kind === end) return true;
  if (p.kind === kinds.comma) {
    p.scan();
    return true;
  }
  p.unexpected(`expected "," or "${nameOfKind(end)}"`);
  return false;
}
