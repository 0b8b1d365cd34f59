/** Makes Rego trees of every kind of node, without spans, for laws about the syntax. */
import fc from "fast-check";
import type { Body, CallTerm, Expr, Head, Module, RefTerm, Rule, Term, VarTerm, With } from "../../../src/rego/syntax/ast.ts";

const span = undefined;
const name = fc.constantFrom("x", "y", "zed", "input", "data", "__proto__", "constructor", "v1");
const plainName = fc.constantFrom("x", "y", "zed", "__proto__", "constructor", "v1");

const scalar: fc.Arbitrary<Term> = fc.oneof(
  fc.constant<Term>({ kind: "null", span }),
  fc.boolean().map((value): Term => ({ kind: "boolean", span, value })),
  // No negative number: at the start of a line it would continue the line before.
  fc.constantFrom("0", "1", "1.50", "1e3", "12345678901234567890").map((text): Term => ({ kind: "number", span, text })),
  // Not every text: OPA prints control characters as Go does, and quotes in references bare, which cannot be read again.
  fc
    .array(fc.constantFrom("a", " ", "é", "\n", "\\", "{", "}", "日", "😀", "`", "$"), { maxLength: 4 })
    .map((letters): Term => ({ kind: "string", span, value: letters.join("") })),
);

const variable: fc.Arbitrary<VarTerm> = plainName.map((each) => ({ kind: "var", span, name: each }));

function refTo(head: string, ...steps: readonly string[]): RefTerm {
  return { kind: "ref", span, path: [{ kind: "var", span, name: head }, ...steps.map((value): Term => ({ kind: "string", span, value }))] };
}

const infix = fc.constantFrom("plus", "minus", "mul", "div", "rem", "and", "or", "equal", "neq", "lt", "gt", "lte", "gte");

/** Trees up to a small depth. */
export const trees = fc.letrec<{
  term: Term;
  composite: Term;
  ref: Term;
  call: CallTerm;
  expr: Expr;
  body: Body;
  with: With;
}>((tie) => ({
  term: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, variable, tie("ref"), tie("composite"), tie("call")),
  ref: fc
    .tuple(name, fc.array(tie("term"), { minLength: 1, maxLength: 3 }))
    .map(([head, steps]): Term => ({ kind: "ref", span, path: [{ kind: "var", span, name: head }, ...steps] })),
  composite: fc.oneof(
    fc.array(tie("term"), { maxLength: 3 }).map((items): Term => ({ kind: "array", span, items })),
    fc.array(tie("term"), { maxLength: 3 }).map((items): Term => ({ kind: "set", span, items })),
    fc.array(fc.tuple(tie("term"), tie("term")), { maxLength: 3 }).map((entries): Term => ({ kind: "object", span, entries })),
    fc.tuple(tie("term"), tie("body")).map(([head, body]): Term => ({ kind: "array-comprehension", span, head, body })),
    fc.tuple(tie("term"), tie("body")).map(([head, body]): Term => ({ kind: "set-comprehension", span, head, body })),
    fc
      .tuple(tie("term"), tie("term"), tie("body"))
      .map(([key, value, body]): Term => ({ kind: "object-comprehension", span, key, value, body })),
  ),
  call: fc.oneof(
    fc
      .tuple(infix, tie("term"), tie("term"))
      .map(([operator, left, right]): CallTerm => ({ kind: "call", span, operator: refTo(operator), args: [left, right] })),
    fc
      .array(tie("term"), { minLength: 1, maxLength: 3 })
      .map((args): CallTerm => ({ kind: "call", span, operator: refTo("lib", "f"), args })),
  ),
  with: fc
    .tuple(fc.constantFrom(refTo("input", "x"), refTo("data", "y"), refTo("input")), tie("term"))
    .map(([target, value]): With => ({ kind: "with", span, target, value })),
  expr: fc
    .tuple(
      fc.boolean(),
      fc.array(tie("with"), { maxLength: 1 }),
      fc.oneof(
        tie("term").map((term) => ({ kind: "term", term }) as const),
        fc.tuple(fc.constantFrom("eq", "assign"), tie("term"), tie("term")).map((parts) => ({ kind: "equation", parts }) as const),
        fc.array(variable, { minLength: 1, maxLength: 2 }).map((symbols) => ({ kind: "some", symbols }) as const),
        fc.tuple(variable, variable, tie("term"), tie("body")).map((parts) => ({ kind: "every", parts }) as const),
      ),
    )
    .map(([negated, withs, what]): Expr => exprOf(negated, withs, what)),
  body: fc.array(tie("expr"), { minLength: 1, maxLength: 2 }).map((exprs): Body => exprs.map((expr, index) => ({ ...expr, index }))),
}));

type What =
  | { readonly kind: "term"; readonly term: Term }
  | { readonly kind: "equation"; readonly parts: readonly [string, Term, Term] }
  | { readonly kind: "some"; readonly symbols: readonly VarTerm[] }
  | { readonly kind: "every"; readonly parts: readonly [VarTerm, VarTerm, Term, Body] };

function exprOf(negated: boolean, withs: readonly With[], what: What): Expr {
  const base = { span, index: 0, negated, generated: false, with: withs };
  switch (what.kind) {
    case "term":
      if (what.term.kind === "call") return { kind: "call-expr", ...base, operator: what.term.operator, args: what.term.args };
      return { kind: "term-expr", ...base, term: what.term };
    case "equation": {
      const [operator, left, right] = what.parts;
      return { kind: "call-expr", ...base, operator: refTo(operator), args: [left, right] };
    }
    case "some":
      return { kind: "some-expr", ...base, negated: false, with: [], symbols: what.symbols };
    case "every": {
      const [key, value, domain, body] = what.parts;
      return { kind: "every-expr", ...base, negated: false, key, value, domain, body };
    }
  }
}

const head: fc.Arbitrary<Head> = fc
  .tuple(plainName, fc.option(fc.array(variable, { minLength: 1, maxLength: 2 }), { nil: undefined }), trees.term)
  .map(([each, args, value]) => ({
    kind: "head",
    span,
    name: each,
    reference: [{ kind: "var", span, name: each }],
    args,
    key: undefined,
    value,
    assign: true,
    generatedValue: false,
  }));

/** A set alone after `if` would be read as a block, and a block that begins with a union as a comprehension. */
function isAmbiguous([expr, ...more]: Body): boolean {
  if (expr?.kind === "term-expr") return more.length === 0 && expr.term.kind === "set";
  const [operator] = expr?.kind === "call-expr" ? expr.operator.path : [];
  return operator?.kind === "var" && operator.name === "or";
}

const ruleBody = trees.body.filter((body) => !isAmbiguous(body));

/** Rules with a value and a body. */
export const rules: fc.Arbitrary<Rule> = fc.tuple(head, ruleBody).map(([each, body]) => ({
  kind: "rule",
  span,
  isDefault: false,
  head: each,
  body,
  generatedBody: false,
  else: undefined,
  annotations: [],
}));

/** Modules of a few rules. */
export const modules: fc.Arbitrary<Module> = fc.array(rules, { minLength: 1, maxLength: 3 }).map((each) => ({
  kind: "module",
  span,
  source: { name: "p.rego", text: "" },
  dialect: "v1",
  package: {
    kind: "package",
    span,
    path: [
      { kind: "var", span, name: "data" },
      { kind: "string", span, value: "p" },
    ],
  },
  imports: [],
  rules: each,
  comments: [],
  annotations: [],
}));
