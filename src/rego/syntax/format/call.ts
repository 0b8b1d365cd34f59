/** Writes calls: operators between their operands, other calls with their arguments in parentheses. */
import type { CallExpr, RefTerm, Term } from "../ast.ts";
import { typeNameOf } from "../names.ts";
import { infixOf, printReference } from "../print.ts";
import { writeIterable } from "./iterable.ts";
import { closingRow } from "./place.ts";
import { type Comments, losingComments, type Placed, type Writer } from "./writer.ts";

// The types that operators want, for the error about a wrong number of operands.
const wanted: { readonly [name: string]: readonly string[] } = {
  "internal.member_2": ["any", "any"],
  "internal.member_3": ["any", "any", "any"],
  and: ["set[any]", "set[any]"],
  or: ["set[any]", "set[any]"],
  minus: ["any<number, set[any]>", "any<number, set[any]>"],
  div: ["number", "number"],
  mul: ["number", "number"],
  plus: ["number", "number"],
  rem: ["number", "number"],
};

function hasArity(w: Writer, name: string, operator: RefTerm, args: readonly Term[], span: Term["span"]): boolean {
  const want = wanted[name] ?? ["any", "any"];
  if (args.length === want.length) return true;
  const notes = [`have: (${args.map(typeNameOf).join(",")})`, `want: (${want.join(",")})`];
  w.faults.push({ code: "rego_type_error", message: `${printReference(operator.path)}: arity mismatch`, span, notes });
  return false;
}

function isMembership(name: string): boolean {
  return name === "internal.member_2" || name === "internal.member_3";
}

/** Writes a call that is a term. */
export function writeCall(
  w: Writer,
  { term, parens }: Placed & { readonly term: Extract<Term, { readonly kind: "call" }> },
  comments: Comments,
): Comments {
  const { operator, args } = term;
  const name = printReference(operator.path);
  if (isMembership(name)) return hasArity(w, name, operator, args, term.span) ? writeMembership(w, args, true, comments) : comments;
  const sign = infixOf(operator);
  if (sign === undefined) return writePlainCall(w, operator, args, comments);
  if (parens) w.write("(");
  if (!hasArity(w, name, operator, args, term.span)) return comments;
  const left = writeOperands(w, args, [` ${sign} `], comments);
  if (parens) w.write(")");
  return left;
}

/** Writes operands with the given signs between them. */
function writeOperands(w: Writer, args: readonly Term[], signs: readonly string[], comments: Comments): Comments {
  let left = comments;
  for (const [i, arg] of args.entries()) {
    if (i > 0) w.write(signs[i - 1] ?? "");
    // OPA writes a membership inside without parentheses, and so makes another expression of it where they are needed.
    const sign = signs[Math.max(i - 1, 0)]?.trim() ?? "";
    const parens = isMembershipTerm(arg) && needsParens(arg, sign, i > 0);
    if (parens) w.write("(");
    left = w.layout.plain(w, { term: arg, place: w.places(arg.span), parens: true }, left);
    if (parens) w.write(")");
  }
  return left;
}

// How tightly operators bind, from loose to tight; those of one group alike.
const groups: readonly (readonly string[])[] = [
  ["=", ":="],
  ["in"],
  ["==", "!=", "<", ">", "<=", ">="],
  ["|"],
  ["&"],
  ["+", "-"],
  ["*", "/", "%"],
];

function bindingOf(sign: string): number {
  return groups.findIndex((group) => group.includes(sign));
}

function isMembershipTerm(term: Term): boolean {
  return term.kind === "call" && term.args.length === 2 && isMembership(printReference(term.operator.path));
}

/** Says whether an operand would be read otherwise without parentheses: operators associate to the left. */
function needsParens(operand: Term, sign: string, isRight: boolean): boolean {
  if (operand.kind !== "call" || operand.args.length !== 2) return false;
  const own = isMembershipTerm(operand) ? "in" : infixOf(operand.operator);
  if (own === undefined) return false;
  return isRight ? bindingOf(own) <= bindingOf(sign) : bindingOf(own) < bindingOf(sign);
}

/** Writes `x in xs` or `k, x in xs`, the latter in parentheses where it stands inside something. */
export function writeMembership(w: Writer, args: readonly Term[], inside: boolean, comments: Comments): Comments {
  if (args.length === 2) return writeOperands(w, args, [" in "], comments);
  if (!inside) return writeOperands(w, args, [", ", " in "], comments);
  w.write("(");
  try {
    return writeOperands(w, args, [", ", " in "], comments);
  } finally {
    w.write(")");
  }
}

/** Writes a call that is a whole expression; one operand more than the operator has is its result. */
export function writeCallExpr(w: Writer, { operator, args, span }: CallExpr, comments: Comments): Comments {
  const name = printReference(operator.path);
  if (isMembership(name)) return hasArity(w, name, operator, args, operator.span) ? writeMembership(w, args, false, comments) : comments;
  const sign = infixOf(operator);
  if (sign === undefined) return writePlainCall(w, operator, args, comments);
  const [left, right, result] = args;
  if (left !== undefined && right !== undefined && args.length < 4) {
    const [terms, signs] =
      result === undefined
        ? [[left, right], [sign]]
        : [
            [result, left, right],
            ["=", sign],
          ];
    return writeEquation(w, terms, signs, comments);
  }
  hasArity(w, name, operator, args, operator.span ?? span);
  return writePlainCall(w, operator, args, comments);
}

function writeEquation(w: Writer, terms: readonly Term[], signs: readonly string[], comments: Comments): Comments {
  let left = comments;
  for (const [i, term] of terms.entries()) {
    if (i > 0) w.write(` ${signs[i - 1]} `);
    const parens = needsParens(term, signs[Math.max(i - 1, 0)] ?? "", i > 0);
    if (parens) w.write("(");
    // The right side of a comparison alone hands on the comments that are left when it cannot be laid out.
    left = i === 1 && terms.length === 2 ? w.layout.term(w, term, left) : losingComments(() => w.layout.term(w, term, left));
    if (parens) w.write(")");
  }
  return left;
}

function writePlainCall(w: Writer, operator: RefTerm, args: readonly Term[], comments: Comments): Comments {
  const left = w.layout.ref(w, operator.path, comments);
  const from = w.places(operator.span);
  w.write("(");
  try {
    return writeIterable(w, args, { from, closing: closingRow("(", ")", from) }, left);
  } finally {
    w.write(")");
  }
}
