/** Parses bodies: literals parted by `;` or line ends. https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar */
import type { Body, Expr } from "../ast.ts";
import { type Kind, kinds, nameOfKind } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** Parses the literals up to an end token, which it does not take. */
export function parseBody(p: Cursor, end: Kind): Body | undefined {
  if (!p.enter()) return undefined;
  const body = parseQuery(p, end, false);
  p.leave();
  return body;
}

/** Parses literals up to the end token, or, as a statement, as long as `;` joins them. */
export function parseQuery(p: Cursor, end: Kind, isStatement: boolean): Body | undefined {
  if (p.kind === end) return void p.error("found empty body", p.here());
  const body: Expr[] = [];
  for (;;) {
    const expr = p.grammar.literal(p, body.length);
    if (expr === undefined) return undefined;
    body.push(expr);
    if (p.kind === kinds.semicolon) {
      p.scan();
      continue;
    }
    if (p.kind === end || isStatement) return body;
    if (!p.newline) {
      // One error is enough: this one would only follow from an earlier one.
      if (p.errors.length === 0) p.unexpected(`expected \\n or ; or ${nameOfKind(end)}`);
      return undefined;
    }
  }
}
