/** Writes comprehensions, and bodies between braces or brackets. */
import type { Body, Comprehension } from "../ast.ts";
import { groupByRow, writeItem } from "./iterable.ts";
import { closingRow, type Place } from "./place.ts";
import { type Comments, losingComments, type Writer } from "./writer.ts";

/** Writes a comprehension. */
export function writeComprehension(w: Writer, term: Comprehension, place: Place, comments: Comments): Comments {
  const [open, close] = term.kind === "array-comprehension" ? ["[", "]"] : ["{", "}"];
  w.write(open);
  try {
    return writeInside(w, term, { place, open, close }, comments);
  } finally {
    w.write(close);
  }
}

interface Bracketed {
  readonly place: Place;
  readonly open: string;
  readonly close: string;
}

function writeInside(w: Writer, term: Comprehension, bracketed: Bracketed, comments: Comments): Comments {
  const { place } = bracketed;
  const head = term.kind === "object-comprehension" ? term.value : term.head;
  // The value of an object comprehension counts as standing at its key, lest it go to a line of its own. OPA takes the text of the key for
  // that of the value too, and so turns one string into another; we do not follow it there.
  const own = w.places(head.span);
  const keyPlace = term.kind === "object-comprehension" ? w.places(term.key.span) : own;
  const headPlace = head.kind === "string" ? { ...keyPlace, text: own.text } : keyPlace;
  let left = comments;
  if (term.kind === "object-comprehension") {
    if (headPlace.row - place.row > 1) {
      w.endLine();
      w.startLine();
    }
    left = writeItem(w, term.key, left);
    w.write(": ");
  }
  if (headPlace.row > place.row) {
    w.endLine();
    w.startLine();
  }
  const parens = head.kind === "call" && own.text.startsWith("(");
  left = w.layout.plain(w, { term: head, place: headPlace, parens }, left);
  w.write(" |");
  return writeBodyInside(w, term.body, { ...bracketed, from: headPlace }, left);
}

/** Writes a body after `|` or an opening brace; `from` is what stands before it. */
export function writeBodyInside(w: Writer, body: Body, bracketed: Bracketed & { readonly from: Place }, comments: Comments): Comments {
  const { place, open, close, from } = bracketed;
  const spread = w.places(body[0]?.span).row > from.row || groupByRow(w, body, from).length > 1;
  const closing = closingRow(open, close, place);
  if (!spread) {
    w.write(" ");
    let left = comments;
    for (const [i, expr] of body.entries()) {
      if (i > 0) w.write("; ");
      left = w.layout.expr(w, expr, left);
    }
    return losingComments(() => w.insertComments(left, closing));
  }
  w.endLine();
  w.level++;
  try {
    const left = w.layout.body(w, body, comments);
    return losingComments(() => w.insertComments(left, closing));
  } finally {
    w.level--;
    w.startLine();
  }
}
