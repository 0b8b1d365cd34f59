/**
 * Parses references and calls: what follows a term without a blank between. In: a cursor at `.`, `[` or `(`, and the head before it.
 * Out: a reference or call term. https://www.openpolicyagent.org/docs/latest/policy-language/#references
 */
import type { RefTerm, SetTerm, Term } from "../ast.ts";
import { isRootName, typeNameOf } from "../names.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import { parseList } from "./list.ts";

/** Parses the rest of a reference that starts at an offset. */
export function parseRef(p: Cursor, head: Term, start: number): Term | undefined {
  if (!p.enter()) return undefined;
  const term = parseSteps(p, head, start);
  p.leave();
  return term;
}

function parseSteps(p: Cursor, head: Term, start: number): Term | undefined {
  if (!canHeadRef(head)) p.error(`illegal ref (head cannot be ${typeNameOf(head)})`, head.span ?? p.here());
  const path: [Term, ...Term[]] = [head];
  for (;;) {
    switch (p.kind) {
      case kinds.dot: {
        p.scanToBlank();
        if (p.kind !== kinds.ident && !p.isRefKeyword) return void p.unexpected("expected identifier");
        path.push({ kind: "string", span: p.here(), value: p.image });
        p.scanToBlank();
        break;
      }
      case kinds.leftBracket: {
        p.scan();
        const term = p.grammar.infix(p, false);
        if (term === undefined) return undefined;
        // The bracket that OPA names here is the wrong one.
        if (p.kind !== kinds.rightBracket) return void p.unexpected("expected [");
        path.push(term);
        p.scanToBlank();
        break;
      }
      case kinds.leftParen: {
        const operator: RefTerm = { kind: "ref", span: p.spanned(placeOf(head, start), start, p.start), path };
        return parseAfterCall(p, parseCall(p, operator, start), start);
      }
      default: {
        const end = p.lastEnd;
        if (p.kind === kinds.whitespace) p.scan();
        return { kind: "ref", span: p.spanned(placeOf(head, start), start, end), path };
      }
    }
  }
}

function parseAfterCall(p: Cursor, call: Term | undefined, start: number): Term | undefined {
  if (call === undefined) return undefined;
  switch (p.kind) {
    case kinds.whitespace:
      p.scan();
      break;
    case kinds.dot:
    case kinds.leftBracket: {
      const term = parseRef(p, call, start);
      return term && placed(p, term, call, start);
    }
  }
  return placed(p, call, call, start);
}

/** The text of a call or of a reference into one ends where the last token does. */
function placed(p: Cursor, term: Term, head: Term, start: number): Term {
  return { ...term, span: p.spanned(placeOf(head, start), start, p.lastEnd) };
}

function parseCall(p: Cursor, operator: RefTerm, start: number): Term | undefined {
  if (!p.enter()) return undefined;
  p.scan();
  const args = p.kind === kinds.rightParen ? [] : parseList(p, kinds.rightParen, []);
  p.leave();
  if (args === undefined) return undefined;
  const span = p.spanned(placeOf(operator, start), start, p.end);
  const none = args.length === 0;
  p.scanToBlank();
  if (none && isSetConstructor(operator)) return { kind: "set", span, items: [] } satisfies SetTerm;
  return { kind: "call", span, operator, args };
}

function isSetConstructor({ path }: RefTerm): boolean {
  return path.length === 1 && path[0].kind === "var" && path[0].name === "set";
}

function canHeadRef(head: Term): boolean {
  switch (head.kind) {
    case "null":
    case "boolean":
    case "number":
    case "string":
    case "template":
    case "ref":
      return false;
    default:
      return true;
  }
}

function placeOf(head: Term, start: number): number {
  return head.span?.start ?? start;
}

/** Returns the reference for a variable that names a root document, any other term as it is. */
export function rootOf(head: Term): Term {
  return head.kind === "var" && isRootName(head.name) ? { kind: "ref", span: head.span, path: [head] } : head;
}
