/** Writes the expressions of a body with their `with` modifiers. */
import type { Body, EveryExpr, Expr, NotExpr, SomeExpr, With } from "../ast.ts";
import { writeCallExpr, writeMembership } from "./call.ts";
import { writeBodyInside } from "./comprehension.ts";
import { lineEndsIn } from "./place.ts";
import { type Comments, losingComments, toleratingComments, type Writer } from "./writer.ts";

/** Writes a body, one expression a line; a blank line between two stays. */
export function writeBody(w: Writer, body: Body, comments: Comments): Comments {
  let left = w.insertComments(comments, w.places(body[0]?.span).row);
  for (const [i, expr] of body.entries()) {
    const before = w.places(body[i - 1]?.span);
    if (i > 0 && w.places(expr.span).row > before.row + lineEndsIn(before.text) + 1) w.blankLine();
    w.startLine();
    left = toleratingComments(() => writeExpr(w, expr, left));
    w.endLine();
  }
  return left;
}

/** Writes an expression. */
export function writeExpr(w: Writer, expr: Expr, comments: Comments): Comments {
  const left = w.insertComments(comments, w.places(expr.span).row);
  if (!w.inline) w.startLine();
  if (expr.negated) w.write("not ");
  return writeWiths(w, expr, writeKind(w, expr, left));
}

function writeKind(w: Writer, expr: Expr, comments: Comments): Comments {
  switch (expr.kind) {
    case "some-expr":
      return losingComments(() => writeSome(w, expr, comments));
    case "every-expr":
      return losingComments(() => writeEvery(w, expr, comments));
    case "not-expr":
      return losingComments(() => writeNot(w, expr, comments));
    case "call-expr":
      return writeCallExpr(w, expr, comments);
    case "term-expr":
      return w.layout.term(w, expr.term, comments);
  }
}

/** A first modifier on the line where the expression ends stays there; those on further lines are indented. */
function writeWiths(w: Writer, expr: Expr, comments: Comments): Comments {
  let left = comments;
  let row = endRow(w, expr);
  const { level } = w;
  try {
    for (const each of expr.with) {
      const own = w.places(each.span).row;
      const breaks = own > row;
      if (breaks) {
        w.level = level + 1;
        w.endLine();
        w.startLine();
        row = own;
      }
      left = writeWith(w, each, left, breaks);
    }
    return left;
  } finally {
    w.level = level;
  }
}

/** The row on which the expression ends, its modifiers apart. */
function endRow(w: Writer, expr: Expr): number {
  const { row, text } = w.places(expr.span);
  const [first] = expr.with;
  const length = first?.span === undefined || expr.span === undefined ? text.length : first.span.start - expr.span.start;
  return row + lineEndsIn(text.slice(0, length > 0 ? length : text.length).trimEnd());
}

function writeWith(w: Writer, { target, value, span }: With, comments: Comments, indented: boolean): Comments {
  const left = losingComments(() => {
    const rest = w.insertComments(comments, w.places(span).row);
    if (!indented) w.write(" ");
    w.write("with ");
    return w.layout.term(w, target, rest);
  });
  w.write(" as ");
  return toleratingComments(() => w.layout.term(w, value, left));
}

function writeSome(w: Writer, { symbols, span }: SomeExpr, comments: Comments): Comments {
  let { row } = w.places(span);
  let left = w.insertComments(comments, row);
  w.write("some ");
  for (const [i, symbol] of symbols.entries()) {
    if (symbol.kind === "call") left = writeMembership(w, symbol.args, false, left);
    if (symbol.kind !== "var") continue;
    const own = w.places(symbol.span).row;
    if (own > row) {
      w.endLine();
      w.startLine();
      w.write("\t");
      row = own;
    } else if (i > 0) w.write(" ");
    left = w.layout.term(w, symbol, left);
    if (i < symbols.length - 1) w.write(",");
  }
  return left;
}

function writeEvery(w: Writer, expr: EveryExpr, comments: Comments): Comments {
  const place = w.places(expr.span);
  let left = w.insertComments(comments, place.row);
  w.write("every ");
  if (expr.key !== undefined) {
    left = w.layout.term(w, expr.key, left);
    w.write(", ");
  }
  left = w.layout.term(w, expr.value, left);
  w.write(" in ");
  left = w.layout.term(w, expr.domain, left);
  w.write(" {");
  left = toleratingComments(() => writeBodyInside(w, expr.body, { place, from: place, open: "{", close: "}" }, left));
  closeBlock(w, expr);
  return left;
}

function writeNot(w: Writer, expr: NotExpr, comments: Comments): Comments {
  const place = w.places(expr.span);
  const left = w.insertComments(comments, place.row);
  const [only] = expr.body;
  w.write("not ");
  if (only !== undefined && !expr.explicitBody && expr.body.length === 1) return toleratingComments(() => writeExpr(w, only, left));
  w.write("{");
  const rest = toleratingComments(() => writeBodyInside(w, expr.body, { place, from: place, open: "{", close: "}" }, left));
  closeBlock(w, expr);
  return rest;
}

function closeBlock(w: Writer, { body, span }: EveryExpr | NotExpr): void {
  if (body.length === 1 && w.places(body[0]?.span).row === w.places(span).row) w.write(" ");
  w.write("}");
}
