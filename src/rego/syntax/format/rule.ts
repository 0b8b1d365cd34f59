/** Writes rules: head, body and `else` branches. */
import type { Body, Head, Rule, Term } from "../ast.ts";
import { isGround } from "../ground.ts";
import { printReference, printTerm } from "../print.ts";
import { writeIterable } from "./iterable.ts";
import { closingRow, closingRowAfter, lineEndsIn, type PlacedComment } from "./place.ts";
import { writeUnformatted } from "./term.ts";
import { type Comments, losingComments, toleratingComments, UnexpectedComment, type Writer } from "./writer.ts";

/** Writes rules with blank lines between them, but for one-liners that stood together. */
export function writeRules(w: Writer, rules: readonly Rule[], comments: Comments): Comments {
  let left = comments;
  for (const [i, rule] of rules.entries()) {
    const { row } = w.places(rule.span);
    left = toleratingComments(() => w.insertComments(left, row));
    left = toleratingComments(() => writeRule(w, rule, left));
    const next = rules[i + 1];
    const together = next !== undefined && isOneLiner(w, rule) && isOneLiner(w, next) && w.places(next.span).row === row + 1;
    if (!together) w.blankLine();
  }
  return left;
}

function isOneLiner(w: Writer, { body, isDefault, head, span }: Rule): boolean {
  return body.length <= 1 && !isDefault && span !== undefined && usesIf(w, head);
}

/** A set rule written as `p[x]` cannot have `if`: it would mean another thing. */
function usesIf({ style }: Writer, head: Head): boolean {
  return (style.v1 || style.useIf) && (style.useContains || head.value !== undefined);
}

/** A made-up body is not written. */
function isTrueBody([expr, ...more]: Body): boolean {
  if (expr?.kind !== "term-expr" || more.length > 0) return false;
  return isTrue(expr.term) && !expr.negated && expr.with.length === 0;
}

function isTrue(term: Term): boolean {
  return term.kind === "boolean" && term.value;
}

function writeRule(w: Writer, rule: Rule, comments: Comments): Comments {
  w.startLine();
  return writeBranch(w, rule, rule.head, comments);
}

function writeBranch(w: Writer, rule: Rule, head: Head, comments: Comments): Comments {
  if (rule.isDefault) w.write("default ");
  const bare = isTrueBody(rule.body) && rule.else === undefined;
  w.commentOnLastLine = bare;
  let left = comments;
  let stopped = false;
  try {
    left = writeHead(w, { head, bare, isDefault: rule.isDefault }, comments);
  } catch (stop) {
    if (!(stop instanceof UnexpectedComment)) throw stop;
    stopped = true;
    left = stop.left;
  }
  if (rule.body.length === 0 || bare) {
    w.endLine();
    return left;
  }
  w.commentOnLastLine = true;
  if (usesIf(w, head)) {
    w.write(" if");
    const [only, more] = rule.body;
    const place = w.places(head.span);
    if (only !== undefined && more === undefined && w.places(only.span).row === place.row + lineEndsIn(place.text)) {
      w.write(" ");
      return losingComments(() => {
        const rest = w.layout.expr(w, only, left);
        w.endLine();
        return rule.else === undefined ? rest : writeElse(w, rule, rule.else, rest);
      });
    }
  }
  w.write(" {");
  if (stopped && left.length > 0) w.write(" ");
  else w.endLine();
  return writeBlock(w, rule, head, left);
}

function writeBlock(w: Writer, rule: Rule, head: Head, comments: Comments): Comments {
  w.level++;
  const left = toleratingComments(() => w.layout.body(w, rule.body, comments));
  return losingComments(() => {
    const rest = w.insertComments(left, closingRowOf(w, rule, head));
    w.level--;
    w.startLine();
    w.write("}");
    return rule.else === undefined ? rest : writeElse(w, rule, rule.else, rest);
  });
}

function closingRowOf(w: Writer, { span }: Rule, { args, key }: Head): number {
  const place = w.places(span);
  if (args !== undefined && args.length > 0) return closingRowAfter("(", ")", place);
  return key === undefined ? closingRow("{", "}", place) : closingRowAfter("[", "]", place);
}

/** An `else` that began a line begins one again, else it follows the closing brace. */
function writeElse(w: Writer, rule: Rule, branch: Rule, comments: Comments): Comments {
  const place = w.places(rule.span);
  const own = w.places(branch.span);
  const line = place.text.split("\n")[own.row - place.row];
  const followed = own.row > place.row && line !== undefined && !line.trimStart().startsWith("else");
  const headPlace = w.places(branch.head.span);
  const hasCommentAbove = isAbove(comments[0], headPlace.row) || w.pending !== undefined;
  if (!hasCommentAbove && followed) w.write(" ");
  else {
    w.blankLine();
    w.startLine();
  }
  const left = losingComments(() => w.insertComments(comments, headPlace.row));
  if (hasCommentAbove && !followed) w.startLine();
  const reference: Head["reference"] = [{ kind: "var", span: branch.head.span, name: "else" }];
  return writeBranch(w, branch, { ...branch.head, name: "else", reference, args: undefined }, left);
}

function isAbove(comment: PlacedComment | undefined, row: number): boolean {
  return comment !== undefined && comment.row < row;
}

interface HeadOf {
  readonly head: Head;
  /** The rule has no written body. */
  readonly bare: boolean;
  readonly isDefault: boolean;
}

function writeHead(w: Writer, { head, bare, isDefault }: HeadOf, comments: Comments): Comments {
  const { args, key, value } = head;
  const reference = referenceOf(head);
  let left = comments;
  if (w.style.refHeads || reference.length === 1) left = losingComments(() => w.layout.ref(w, reference, left));
  else {
    const [root, step] = reference;
    // A comment inside a head that is an object cannot be laid out.
    if (step !== undefined && comments[0]?.row === w.places(step.span).row) return writeUnformatted(w, w.places(head.span), comments);
    w.write(`${printReference([root])}[${step === undefined ? "" : printTerm(step)}]`);
  }
  if (args !== undefined && args.length > 0) left = writeArgs(w, head, args, left);
  if (key !== undefined && value === undefined) {
    w.write(w.style.useContains ? " contains " : "[");
    left = w.layout.term(w, key, left);
    if (!w.style.useContains) w.write("]");
  }
  if (value === undefined || !(key !== undefined || !isTrue(value) || bare || isDefault)) return left;
  if (isImplied(w, head, value, bare)) return left;
  w.write(head.assign || w.style.v1 ? " := " : " = ");
  return w.layout.term(w, value, left, head.name === "else" ? w.places(head.span) : undefined);
}

/** A set rule is named up to its element. */
function referenceOf({ reference, key, value }: Head): Head["reference"] {
  const [root, ...steps] = reference;
  const open = steps.findIndex((step) => !isGround(step));
  if (key === undefined || value !== undefined || (open >= 0 && root.kind !== "call")) return reference;
  return [root, ...(open < 0 ? steps : steps.slice(0, open))];
}

/** A value `true` that was made up stays away, but where v1 wants a constant to show one. */
function isImplied(w: Writer, { key, args, span, name }: Head, value: Term, bare: boolean): boolean {
  const mustShow = w.style.v1 && bare && key === undefined && (args?.length ?? 0) === 0;
  return span === value.span && name !== "else" && isTrue(value) && !mustShow;
}

function writeArgs(w: Writer, { span }: Head, args: readonly Term[], comments: Comments): Comments {
  const from = w.places(span);
  w.write("(");
  try {
    return writeIterable(w, args, { from, closing: closingRow("(", ")", from) }, comments);
  } finally {
    w.write(")");
  }
}
