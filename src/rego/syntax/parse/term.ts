/**
 * Parses one term: a scalar, a variable or reference, a call, a collection or comprehension, or an expression in parentheses.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#scalar-values
 */
import type { RefTerm, Term } from "../ast.ts";
import { kinds } from "../tokens.ts";
import { parseArray, parseSetOrObject } from "./collection.ts";
import type { Cursor } from "./cursor.ts";
import { parseRef, rootOf } from "./ref.ts";
import { parseNumber, parseString } from "./scalar.ts";
import { parseTemplate } from "./template.ts";

/** Parses a term, or recalls it if it was parsed here before. */
export function parseTerm(p: Cursor): Term | undefined {
  if (!p.enter()) return undefined;
  const known = p.recall();
  if (known !== undefined) {
    p.leave();
    return known.term;
  }
  const at = p.start;
  const term = p.kind === kinds.minus ? parseMinus(p) : finish(p, parsePrimary(p));
  p.remember(at, term);
  p.leave();
  return term;
}

function parsePrimary(p: Cursor): Term | undefined {
  switch (p.kind) {
    case kinds.ident:
    case kinds.contains:
      return p.variable();
    case kinds.string:
      return parseString(p);
    case kinds.number:
    case kinds.dot:
      return parseNumber(p);
    case kinds.null:
      return { kind: "null", span: p.here() };
    case kinds.true:
    case kinds.false:
      return { kind: "boolean", span: p.here(), value: p.kind === kinds.true };
    case kinds.leftBracket:
      return parseArray(p);
    case kinds.leftBrace:
      return parseSetOrObject(p);
    case kinds.leftParen:
      return parseParenthesized(p);
    case kinds.templatePart:
    case kinds.templateEnd:
      return parseTemplate(p, false);
    case kinds.rawTemplatePart:
    case kinds.rawTemplateEnd:
      return parseTemplate(p, true);
    default:
      return void p.unexpected();
  }
}

/** `-x` is `minus(0, x)` for a variable, reference or call; before anything else the sign must belong to a number. */
function parseMinus(p: Cursor): Term | undefined {
  const sign = p.here();
  const before = p.save();
  p.scan();
  if (p.kind !== kinds.ident && p.kind !== kinds.contains) {
    p.restore(before);
    return finish(p, parseNumber(p));
  }
  const term = finish(p, p.variable());
  if (term === undefined) return undefined;
  // OPA gives this operator no place.
  const operator: RefTerm = { kind: "ref", span: undefined, path: [{ kind: "var", span: undefined, name: "minus" }] };
  return { kind: "call", span: p.since(sign.start), operator, args: [{ kind: "number", span: sign, text: "0" }, term] };
}

function parseParenthesized(p: Cursor): Term | undefined {
  const { start } = p;
  p.scan();
  const term = p.grammar.infix(p, false);
  if (term === undefined) return undefined;
  if (p.kind !== kinds.rightParen) return void p.error("non-terminated expression", p.here());
  // The parentheses show in the text of the term; its place stays that of what is inside.
  const span = p.spanned(term.span?.start ?? start, start, p.end);
  const isRoot = term.kind === "ref" && term.path.length === 1;
  return isRoot ? { ...term, span, path: [{ ...term.path[0], span }] } : { ...term, span };
}

/** Reads what may follow a term at once: `.name`, `[…]`, `(…)`. */
function finish(p: Cursor, head: Term | undefined): Term | undefined {
  if (head === undefined) return undefined;
  const { start } = p;
  p.scanToBlank();
  switch (p.kind) {
    case kinds.leftParen:
    case kinds.dot:
    case kinds.leftBracket:
      return parseRef(p, head, start);
    case kinds.whitespace:
      p.scan();
      return rootOf(head);
    default:
      return rootOf(head);
  }
}
