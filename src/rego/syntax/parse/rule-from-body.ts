/**
 * Reads a statement that is no rule with a body as a rule without one: `x := 1`, `p.q`, `p[x]`, `f(x) = y`. In: the statement. Out: a
 * rule, or OPA's text of why it cannot be one. https://www.openpolicyagent.org/docs/latest/policy-language/#rules
 */
import type { Body, CallExpr, Expr, Head, RefTerm, Rule, Term } from "../ast.ts";
import { builtinNames } from "../builtin-names.table.ts";
import { typeNameOf } from "../names.ts";
import { infixOf, printReference } from "../print.ts";
import { ruleOf, trueBody } from "./rule-parts.ts";

type Span = Rule["span"];

/** Returns the rule that a statement defines, or why it defines none. */
export function ruleFromBody(body: Body): Rule | string {
  const [expr] = body;
  if (expr === undefined || body.length > 1) return "multiple expressions cannot be used for rule head";
  if (expr.with.length > 0) return "expressions using with keyword cannot be used for rule head";
  if (expr.negated) return "negated expressions cannot be used for rule head";
  return ruleFromExpr(expr);
}

function ruleFromExpr(expr: Expr): Rule | string {
  switch (expr.kind) {
    case "some-expr":
      return "'some' declarations cannot be used for rule head";
    case "term-expr":
      return ruleFromTerm(expr.term);
    case "call-expr":
      return ruleFromCallExpr(expr);
    default:
      return "expression cannot be used for rule head";
  }
}

function ruleFromTerm(term: Term): Rule | string {
  if (term.kind !== "ref") return `${typeNameOf(term)} cannot be used for rule name`;
  const [root, key] = term.path;
  if (term.path.length === 1 || key === undefined) return "refs cannot be used for rule head";
  if (root.kind !== "var") return invalidHead(term);
  const { span } = term;
  if (term.path.length > 2) {
    const value: Term = { kind: "boolean", span, value: true };
    return rule(headOf(term.path, { span, value, generatedValue: true }), span, span);
  }
  return rule(headOf([root], { span, key, name: root.name }), span, span);
}

function ruleFromCallExpr(expr: CallExpr): Rule | string {
  const sign = infixOf(expr.operator);
  if (sign === "=" || sign === ":=") return ruleFromEquation(expr, sign === ":=");
  const name = printReference(expr.operator.path);
  // `in` is the sign of a builtin, and so a name of it, where it is no keyword.
  if (name === "in" || builtinNames.has(name)) return "rule name conflicts with built-in function";
  if (expr.args.length === 0) return "rule argument list must take at least one argument";
  const { span } = expr.operator;
  if (expr.operator.path[0].kind !== "var") return invalidHead(expr.operator);
  const value: Term = { kind: "boolean", span, value: true };
  return rule(headOf(expr.operator.path, { span, args: expr.args, value }), span, span);
}

function ruleFromEquation({ args, span }: CallExpr, assign: boolean): Rule | string {
  const [left, value] = args;
  if (left === undefined || value === undefined) return "assignment requires two operands";
  const head = headOfEquation(left, value, { span, assign });
  return typeof head === "string" ? head : rule(head, span, value.span);
}

function headOfEquation(left: Term, value: Term, rest: { readonly span: Span; readonly assign: boolean }): Head | string {
  if (left.kind === "var") return headOf([left], { ...rest, value });
  if (left.kind === "call") {
    // OPA falls back to reading the call as a name, and names its type in the error.
    if (left.operator.path[0].kind !== "var") return "call cannot be used for rule name";
    return headOf(left.operator.path, { ...rest, value, args: left.args });
  }
  if (left.kind !== "ref") return `${typeNameOf(left)} cannot be used for rule name`;
  const [root, key] = left.path;
  if (root.kind !== "var") return invalidHead(left);
  return left.path.length === 2 && key !== undefined
    ? headOf(left.path, { ...rest, value, key, name: root.name })
    : headOf(left.path, { ...rest, value });
}

function invalidHead(ref: RefTerm): string {
  return `invalid rule head: ${printReference(ref.path)}`;
}

interface HeadParts {
  readonly span: Span;
  readonly name?: string;
  readonly args?: readonly Term[];
  readonly key?: Term;
  readonly value?: Term;
  readonly assign?: boolean;
  readonly generatedValue?: boolean;
}

function headOf(reference: Head["reference"], parts: HeadParts): Head {
  const [root] = reference;
  return {
    kind: "head",
    span: parts.span,
    name: parts.name ?? (reference.length === 1 && root.kind === "var" ? root.name : ""),
    reference,
    args: parts.args?.length === 0 ? undefined : parts.args,
    key: parts.key,
    value: parts.value,
    assign: parts.assign ?? false,
    generatedValue: parts.generatedValue ?? false,
  };
}

function rule(head: Head, span: Span, bodySpan: Span): Rule {
  return ruleOf(head, trueBody(bodySpan), span, { generatedBody: true });
}
