/**
 * Writes lists of terms and of entries: what stood on one line stays on one, what stood on several is written one element group a line, with
 * a comma at the end.
 */
import type { Expr, Term } from "../ast.ts";
import { infixOf } from "../print.ts";
import { isTerm, walkNode } from "../walk.ts";
import { comparePlaces, type Place } from "./place.ts";
import { type Comments, losingComments, UnexpectedComment, type Writer } from "./writer.ts";

/** An element of a list: a term, or the key and value of an entry. */
export type Element = Term | readonly [Term, Term];

/** Where a list begins, and the row on which it ends. */
export interface Extent {
  readonly from: Place;
  readonly closing: number;
}

function firstTerm(element: Element): Term {
  return "kind" in element ? element : element[0];
}

/** Says whether the place of an element, or of anything in it, is made up: then its neighbours keep their order. Entries never count. */
function isAdrift(w: Writer, element: Element | Expr): boolean {
  if (!("kind" in element)) return false;
  let adrift = false;
  walkNode(element, (each) => {
    if (isTerm(each) && w.places(each.span).madeUp) adrift = true;
    if (each.kind === "var" && each.name.startsWith("__local")) adrift = true;
    return !adrift;
  });
  return adrift;
}

/** Groups elements by the rows on which they stood. */
export function groupByRow<T extends Element | Expr>(w: Writer, elements: readonly T[], from: Place): readonly (readonly T[])[] {
  if (elements.some((element) => isAdrift(w, element))) return [elements];
  const placeOf = (element: T): Place => w.places("kind" in element ? element.span : element[0].span);
  const lines: T[][] = [];
  let line: T[] = [];
  let last = from;
  for (const [i, element] of elements.toSorted((a, b) => comparePlaces(placeOf(a), placeOf(b))).entries()) {
    const place = placeOf(element);
    if (place.row > last.row && i > 0) {
      lines.push(line);
      line = [];
    }
    last = place;
    line.push(element);
  }
  return [...lines, line];
}

/** Writes a list, without its brackets. */
export function writeIterable(w: Writer, elements: readonly Element[], extent: Extent, comments: Comments): Comments {
  const { from, closing } = extent;
  const lines = groupByRow(w, elements, from);
  let spread = lines.length > 1;
  if (!spread) {
    const inside = comments.find(({ row }) => row > from.row && row < closing);
    // A comment inside what stood on few lines: there is no line to put it on.
    if (inside !== undefined) throw new UnexpectedComment(comments, `unexpected new comment (${inside.text}) on line ${inside.row}`);
    const [first] = elements;
    const cut = first === undefined ? -1 : from.text.indexOf(w.places(firstTerm(first).span).text);
    const lineEnd = from.text.indexOf("\n");
    spread = lineEnd > 0 && lineEnd < cut;
  }
  return losingComments(() => (spread ? writeSpread(w, lines, closing, comments) : writeLine(w, lines[0] ?? [], comments)));
}

function writeSpread(w: Writer, lines: readonly (readonly Element[])[], closing: number, comments: Comments): Comments {
  let left = comments;
  w.delayed = true;
  w.endLine();
  w.level++;
  w.startLine();
  for (const [i, line] of lines.entries()) {
    left = writeLine(w, line, left);
    w.write(",");
    w.endLine();
    if (i < lines.length - 1) w.startLine();
  }
  left = w.insertComments(left, closing);
  w.level--;
  w.startLine();
  return left;
}

function writeLine(w: Writer, elements: readonly Element[], comments: Comments): Comments {
  let left = comments;
  for (const [i, element] of elements.entries()) {
    if (i > 0) w.write(", ");
    left = "kind" in element ? writeItem(w, element, left) : writeEntry(w, element, left);
  }
  return left;
}

/** Writes a term that stands after a bracket or comma: a union in parentheses keeps them, since without them it would read as a comprehension. */
export function writeItem(w: Writer, term: Term, comments: Comments): Comments {
  if (!isUnionInParens(w, term)) return w.layout.term(w, term, comments);
  w.write("(");
  try {
    return w.layout.term(w, term, comments);
  } finally {
    w.write(")");
  }
}

function writeEntry(w: Writer, [key, value]: readonly [Term, Term], comments: Comments): Comments {
  const parens = isUnionInParens(w, key);
  if (parens) w.write("(");
  const left = w.layout.term(w, key, comments);
  if (parens) w.write(")");
  w.write(": ");
  return writeItem(w, value, left);
}

function isUnionInParens(w: Writer, term: Term): boolean {
  if (term.kind !== "call" || infixOf(term.operator) !== "|") return false;
  // One written as `or(…)` needs them as well, which OPA forgets.
  return w.places(term.span).text.startsWith("(") || w.places(term.operator.span).text !== "|";
}
