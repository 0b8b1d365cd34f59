/** Writes terms. A term that a comment makes unprintable is left exactly as it was written. */
import { quote } from "../../text/quote.ts";
import type { ArrayTerm, Expr, ObjectTerm, RefTerm, SetTerm, StringTerm, TemplateTerm, Term, VarTerm } from "../ast.ts";
import { compareTerms } from "../compare.ts";
import { escapeBraces, isVariableText, printTerm } from "../print.ts";
import { writeCall } from "./call.ts";
import { writeComprehension } from "./comprehension.ts";
import { writeIterable } from "./iterable.ts";
import { closingRow, lineEndsIn, type Place } from "./place.ts";
import { type Comments, losingComments, type Placed, UnexpectedComment, type Writer } from "./writer.ts";

/** Writes a term; `place` stands in for its own where the layout wants it elsewhere. */
export function writeTerm(w: Writer, term: Term, comments: Comments, place: Place = w.places(term.span)): Comments {
  if (comments.length === 0) return writePlain(w, { term, place, parens: false }, comments);
  const { length } = w.page;
  const { level } = w;
  try {
    return writePlain(w, { term, place, parens: false }, comments);
  } catch (stop) {
    if (!(stop instanceof UnexpectedComment)) throw stop;
    w.truncate(length);
    w.level = level;
    const inside = w.pending !== undefined && w.pending.row >= place.row && w.pending.row <= place.row + lineEndsIn(place.text);
    if (inside && place.text !== "") w.pending = undefined;
    throw new UnexpectedComment(writeUnformatted(w, place, comments), stop.message);
  }
}

/** Writes the text of a place as it is, and returns the comments that are not in it. */
export function writeUnformatted(w: Writer, { row, text }: Place, comments: Comments): Comments {
  const last = row + lineEndsIn(text);
  w.write(text);
  return comments.filter((comment) => {
    if (w.commentOnLastLine && comment.row === last) {
      w.write(` ${comment.written}`);
      return false;
    }
    return comment.row >= last;
  });
}

/** Writes a term without falling back on its text. */
export function writePlain(w: Writer, placed: Placed, comments: Comments): Comments {
  return losingComments(() => {
    const left = w.insertComments(comments, placed.place.row);
    if (!w.inline) w.startLine();
    const rest = writeKind(w, placed, left);
    if (!w.inline) w.startLine();
    return rest;
  });
}

function writeKind(w: Writer, { term, place, parens }: Placed, comments: Comments): Comments {
  switch (term.kind) {
    case "ref":
      return writeRef(w, term.path, comments);
    case "object":
    case "array":
    case "set":
      return writeCollection(w, term, place, comments);
    case "array-comprehension":
    case "set-comprehension":
    case "object-comprehension":
      return writeComprehension(w, term, place, comments);
    case "string":
      w.write(stringText(term, place));
      return comments;
    case "template":
      return writeTemplate(w, term, comments);
    case "var":
      w.write(nameOf(w, term));
      return comments;
    case "call":
      return writeCall(w, { term, place, parens }, comments);
    default:
      w.write(printTerm(term));
      return comments;
  }
}

function nameOf(w: Writer, { name }: VarTerm): string {
  return w.style.wildcardNames.get(name) ?? (name.startsWith("$") ? "_" : name);
}

/** A string keeps the escapes that its author chose; a name that becomes a string (`p.x` to `p["x"]`) is quoted. */
function stringText(term: StringTerm, { text }: Place): string {
  if (text.startsWith("`")) return text;
  const mark = text.charAt(text.length - 1);
  const at = mark === '"' || mark === "`" ? text.indexOf(mark) : -1;
  return at < 0 ? quote(term.value) : text.slice(at);
}

function writeCollection(w: Writer, term: ArrayTerm | SetTerm | ObjectTerm, place: Place, comments: Comments): Comments {
  if (term.kind === "set" && term.items.length === 0) {
    w.write("set()");
    return w.insertComments(comments, closingRow("(", ")", place));
  }
  const [open, close] = term.kind === "array" ? ["[", "]"] : ["{", "}"];
  const elements = term.kind === "object" ? distinctEntries(term) : term.kind === "set" ? distinctItems(term) : term.items;
  w.write(open);
  try {
    return writeIterable(w, elements, { from: place, closing: closingRow(open, close, place) }, comments);
  } finally {
    w.write(close);
  }
}

/** Of equal members only the first is there, of equal keys only the first with the last value. */
function distinctItems({ items }: SetTerm): readonly Term[] {
  const first = firstEquals(items);
  return items.filter((_, i) => first[i] === i);
}

function distinctEntries({ entries }: ObjectTerm): ObjectTerm["entries"] {
  const first = firstEquals(entries.map(([key]) => key));
  const kept = new Map<number, readonly [Term, Term]>();
  entries.forEach(([key, value], i) => {
    const at = first[i] ?? i;
    kept.set(at, [kept.get(at)?.[0] ?? key, value]);
  });
  return [...kept.values()];
}

/** Returns for each term the place of the first that equals it. */
function firstEquals(terms: readonly Term[]): readonly number[] {
  const first = terms.map((_, i) => i);
  const sorted = first.toSorted((a, b) => compareTerms(terms[a] as Term, terms[b] as Term) || a - b);
  sorted.forEach((at, i) => {
    const before = sorted[i - 1];
    if (before !== undefined && compareTerms(terms[before] as Term, terms[at] as Term) === 0) first[at] = first[before] ?? before;
  });
  return first;
}

/** Writes a reference: names after dots where they can stand so. */
export function writeRef(w: Writer, path: RefTerm["path"], comments: Comments): Comments {
  const [head, ...steps] = path;
  const place = w.places(head.span);
  let left = writePlain(w, { term: head, place, parens: head.kind === "call" && place.text.startsWith("(") }, comments);
  for (const step of steps) {
    if (step.kind === "string") w.write(needsBrackets(w, step) ? `[${quote(step.value)}]` : `.${step.value}`);
    else if (step.kind === "var") w.write(`[${nameOf(w, step)}]`);
    else left = writeIndex(w, step, left);
  }
  return left;
}

function writeIndex(w: Writer, step: Term, comments: Comments): Comments {
  w.write("[");
  let left = comments;
  try {
    left = writeTerm(w, step, comments);
  } catch (stop) {
    if (!(stop instanceof UnexpectedComment)) throw stop;
    left = stop.left;
    // Else the bracket would be part of the comment.
    w.write("\n");
  }
  w.write("]");
  return left;
}

function needsBrackets(w: Writer, { value, span }: StringTerm): boolean {
  if (!isVariableText(value)) return true;
  return w.style.keywords.has(value) && w.places(span).text.startsWith('"');
}

function writeTemplate(w: Writer, { parts, multiline }: TemplateTerm, comments: Comments): Comments {
  const mark = multiline ? "`" : '"';
  let left = comments;
  w.write(`$${mark}`);
  for (const [i, part] of parts.entries()) {
    if ("index" in part) left = writeTemplateExpr(w, part, parts[i + 1], left);
    else w.write(templateText(part, multiline));
  }
  w.write(mark);
  return left;
}

function writeTemplateExpr(w: Writer, expr: Expr, next: Term | Expr | undefined, comments: Comments): Comments {
  let left = comments;
  w.write("{");
  w.level++;
  if (w.pending !== undefined) {
    w.endLine();
    w.startLine();
  } else {
    const row = w.places(expr.span).row;
    const above = left.filter((comment) => comment.row < row);
    if (above.length > 0) {
      w.write(" ");
      w.inline = true;
      w.writeComments(above);
      left = left.slice(above.length);
    }
  }
  left = w.layout.expr(w, expr, left);
  if (next !== undefined) {
    const row = w.places(next.span).row;
    const above = left.filter((comment) => comment.row < row);
    if (above.length > 0) {
      w.endLine();
      w.writeComments(above);
      left = left.slice(above.length);
      w.startLine();
    }
  }
  w.write("}");
  w.level--;
  return left;
}

function templateText(part: Term, raw: boolean): string {
  if (part.kind !== "string") return printTerm(part);
  return escapeBraces(raw ? part.value : quote(part.value).slice(1, -1));
}
