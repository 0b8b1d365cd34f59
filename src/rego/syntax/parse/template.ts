/**
 * Parses template strings: pieces of text and one expression in each pair of braces. In: a cursor at the first piece. Out: a term whose
 * parts are strings, constants and expressions. https://www.openpolicyagent.org/docs/latest/policy-language/#string-interpolation
 */
import type { Expr, Term } from "../ast.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import { decode, wellFormed } from "./scalar.ts";

/** Parses a template string; a raw one may span lines and knows no escape but `\{`. */
export function parseTemplate(p: Cursor, raw: boolean): Term | undefined {
  const { start } = p;
  if (!p.settings.templateStrings) return void p.error("template strings are not supported by current capabilities", p.here());
  const parts: (Term | Expr)[] = [];
  for (let opening = 2; ; opening = 0) {
    const piece = pieceOf(p, opening, raw);
    if (piece === undefined) return undefined;
    if (piece !== "") parts.push({ kind: "string", span: p.here(), value: piece });
    if (p.kind === kinds.templateEnd || p.kind === kinds.rawTemplateEnd) break;
    p.scan();
    const { commented } = p;
    const expr = parsePart(p);
    if (expr === undefined) return undefined;
    parts.push(!commented && expr.kind === "term-expr" && isConstant(expr.term) ? expr.term : expr);
    if (p.kind !== kinds.rightBrace) return void p.error("expected } to end template string expression", p.here());
    p.scanTemplate(raw);
  }
  return { kind: "template", span: { source: p.source, start, end: p.end }, parts, multiline: raw };
}

function pieceOf(p: Cursor, opening: number, raw: boolean): string | undefined {
  if (p.kind < kinds.templatePart || p.kind > kinds.rawTemplateEnd) return void p.error("expected template-string part", p.here());
  const { image } = p;
  const written = image.slice(opening, -1);
  const inner = raw ? written.replaceAll("\\{", "{") : written.replace(/\\([\s\S])/g, (both, next: string) => (next === "{" ? "{" : both));
  if (raw || !inner.includes("\\")) return wellFormed(inner);
  const mark = opening === 0 ? "}" : '"';
  return decode(inner) ?? void p.error(`illegal template-string part: ${mark}${inner}${image.slice(-1)}`, p.here());
}

function parsePart(p: Cursor): Expr | undefined {
  const expr = p.grammar.literal(p, 0);
  if (expr === undefined) return void p.error("invalid template-string expression", p.here());
  const fault = faultOf(expr);
  return fault === undefined ? expr : void p.error(`unexpected ${fault} in template-string expression`, expr.span ?? p.here());
}

function faultOf(expr: Expr): string | undefined {
  if (expr.negated) return "negation ('not')";
  if (expr.kind === "every-expr") return "'every'";
  if (expr.kind === "some-expr") return "'some'";
  if (expr.kind !== "call-expr" || expr.operator.path.length !== 1) return undefined;
  const [operator] = expr.operator.path;
  if (operator.kind !== "var") return undefined;
  if (operator.name === "eq") return "unification ('=')";
  return operator.name === "assign" ? "assignment (':=')" : undefined;
}

function isConstant(term: Term): boolean {
  return term.kind === "string" || term.kind === "number" || term.kind === "boolean" || term.kind === "null";
}
