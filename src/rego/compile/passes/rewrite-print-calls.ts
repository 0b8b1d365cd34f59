/**
 * Pass `RewritePrintCalls`. Without printing, `print` calls are erased and a body left empty becomes `true`. With printing,
 * `print("x:", input.x)` becomes `internal.print([{a | a = "x:"}, {b | b = input.x}])`: an undefined operand is then an empty set and
 * does not stop the body. https://www.openpolicyagent.org/docs/latest/policy-reference/#debugging
 */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Body, CallExpr, Expr, Rule, Term } from "../../syntax/ast.ts";
import { printTerm } from "../../syntax/print.ts";
import type { Compilation, CompileScope, QueryCompilation } from "../compilation.ts";
import { compileError } from "../errors/errors.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import { isGeneratedName } from "../locals/local-names.ts";
import type { PartMapper } from "../nodes/build.ts";
import { equation, indexed, mapElseChain, mapExpression, mapParts, mapSame, variable, withBody, withRuleHead } from "../nodes/build.ts";
import { isOperator, operatorNamed } from "../nodes/builtin-calls.ts";
import { maySpell } from "../nodes/spelling.ts";
import { safetyFilter, VarCollector, varsOfExpression, varsOfTerm } from "../nodes/vars.ts";
import { walkBody, walkElseChain, walkExpression } from "../nodes/walk.ts";
import { OutputTracker } from "../safety/outputs.ts";
import type { SafeVars } from "../safety/unify-vars.ts";

const INTERNAL_PRINT = operatorNamed("internal.print");

/** Erases or rewrites the print calls of modules. */
export function rewritePrintCalls(compilation: Compilation): void {
  for (const state of compilation.modules) {
    const { rules } = state;
    if (!maySpell(state, "print")) continue;
    rules.forEach((rule, at) => {
      if (!callsPrint(rule)) return;
      rules[at] = mapElseChain(rule, (branch) => (compilation.print ? rewriteRule(compilation, branch) : eraseInRule(branch)));
    });
  }
}

/** Erases or rewrites the print calls of a query. */
export function rewriteQueryPrintCalls(query: QueryCompilation): void {
  if (!bodyCallsPrint(query.body)) return;
  if (!query.print) {
    query.body = eraseInBody(query.body);
    return;
  }
  const { body, errors } = rewriteBody({ ...scopeOf(query), names: query.freshNames() }, ROOTS, query.body);
  query.body = body;
  query.report(...errors);
}

const ROOTS: ReadonlySet<string> = new Set(["data", "input"]);

function isPrintCall(expression: Expr): expression is CallExpr {
  return expression.kind === "call-expr" && isOperator(expression.operator, "print");
}

function callsPrint(rule: Rule): boolean {
  let found = false;
  walkElseChain(rule, { term: () => found, expression: (expression) => (found ||= isPrintCall(expression)) });
  return found;
}

function bodyCallsPrint(body: Body): boolean {
  let found = false;
  walkBody(body, { term: () => found, expression: (expression) => (found ||= isPrintCall(expression)) });
  return found;
}

// Erasing.

const eraser: PartMapper = {
  term: (term) => mapParts(term, eraser),
  body: eraseInBody,
  expression: (expression) => mapExpression(expression, eraser),
};

function eraseInRule(rule: Rule): Rule {
  return mapRule(rule, eraser);
}

function eraseInBody(body: Body): Body {
  if (!bodyCallsPrint(body)) return body;
  const kept = body.filter((expression) => !isPrintCall(expression)).map((expression) => mapExpression(expression, eraser));
  return kept.length > 0 ? indexed(kept) : [nothingLeft(body)];
}

function nothingLeft(body: Body): Expr {
  const span = body[0]?.span;
  const term: Term = { kind: "boolean", value: true, span };
  return { kind: "term-expr", term, span, index: 0, negated: false, generated: false, with: [] };
}

function mapRule(rule: Rule, mapper: PartMapper): Rule {
  const { head } = rule;
  const args = head.args && mapSame(head.args, mapper.term);
  const key = head.key && mapper.term(head.key);
  const value = head.value && mapper.term(head.value);
  const same = args === head.args && key === head.key && value === head.value;
  return withBody(withRuleHead(rule, same ? head : { ...head, args, key, value }), mapper.body(rule.body));
}

// Rewriting.

interface Rewriting {
  readonly names: NameGenerator;
  readonly arityOf: CompileScope["arityOf"];
}

interface Rewritten {
  readonly body: Body;
  readonly errors: readonly Diagnostic[];
}

function scopeOf(scope: CompileScope): Pick<Rewriting, "arityOf"> {
  return { arityOf: (operator) => scope.arityOf(operator) };
}

// After a body, the bodies inside it are visited again with only the arguments as known variables: that reaches what the first visit
// does not enter (bodies of `not`, heads of comprehensions).
function rewriteRule(compilation: Compilation, rule: Rule): Rule {
  const rewriting = { ...scopeOf(compilation), names: compilation.names };
  const collector = new VarCollector(new Set(ROOTS));
  collector.terms(rule.head.args ?? []);
  const visitor: PartMapper = {
    term: (term) => mapParts(term, visitor),
    body: (body) => {
      const rewritten = rewriteBody(rewriting, collector.found, body);
      if (!compilation.report(...rewritten.errors)) return rewritten.body;
      return mapSame(rewritten.body, (expression) => mapExpression(expression, visitor));
    },
    expression: (expression) => mapExpression(expression, visitor),
  };
  return mapRule(rule, visitor);
}

function rewriteBody(rewriting: Rewriting, known: ReadonlySet<string>, body: Body): Rewritten {
  const entered = rewriteClosuresOfBody(rewriting, known, body);
  if (entered.errors.length > 0) return entered;
  const before = new OutputTracker(rewriting.arityOf, known);
  const generated = new Set<string>();
  const rewritten: Expr[] = [];
  for (const [at, expression] of entered.body.entries()) {
    let next = expression;
    if (isPrintCall(expression)) {
      const errors = undeclared({ has: (name) => before.has(name) || generated.has(name) }, expression.args);
      if (errors.length > 0) return { body: [...rewritten, ...entered.body.slice(at)], errors };
      next = internalPrint(rewriting.names, expression, at);
    }
    rewritten.push(next);
    before.pass(next);
    for (const name of varsOfExpression(next)) if (isGeneratedName(name)) generated.add(name);
  }
  return { body: rewritten, errors: [] };
}

function rewriteClosuresOfBody(rewriting: Rewriting, known: ReadonlySet<string>, body: Body): Rewritten {
  const before = new OutputTracker(rewriting.arityOf, known);
  const rewritten: Expr[] = [];
  for (const [at, expression] of body.entries()) {
    let next = expression;
    if (containsClosure(expression)) {
      const inner = rewriteClosures(rewriting, before.bound.union(known), expression);
      next = inner.expression;
      if (inner.errors.length > 0) return { body: [...rewritten, next, ...body.slice(at + 1)], errors: inner.errors };
    }
    rewritten.push(next);
    before.pass(next);
  }
  return { body: rewritten, errors: [] };
}

function containsClosure(expression: Expr): boolean {
  let found = false;
  walkExpression(expression, {
    term: ({ kind }) => (found ||= kind.endsWith("comprehension")),
    expression: ({ kind }) => (found ||= kind === "every-expr"),
  });
  return found;
}

function rewriteClosures(rewriting: Rewriting, safe: Set<string>, expression: Expr): { expression: Expr; errors: readonly Diagnostic[] } {
  const errors: Diagnostic[] = [];
  const rewriteInner = (body: Body): Body => {
    const inner = rewriteBody(rewriting, safe, body);
    errors.push(...inner.errors);
    return inner.body;
  };
  const mapper: PartMapper = {
    // Of a comprehension only the body is entered.
    term: (term) => ("body" in term ? { ...term, body: rewriteInner(term.body) } : mapParts(term, mapper)),
    body: rewriteInner,
    expression: (part) => mapExpression(part, mapper),
  };
  if (expression.kind === "every-expr") {
    const collector = new VarCollector(safe);
    collector.terms(expression.key ? [expression.key, expression.value] : [expression.value]);
    return { expression: { ...expression, body: rewriteInner(expression.body) }, errors };
  }
  return { expression: mapExpression(expression, mapper), errors };
}

function undeclared(safe: SafeVars, args: readonly Term[]): readonly Diagnostic[] {
  return args.flatMap((arg) =>
    [...varsOfTerm(arg, safetyFilter)]
      .filter((name) => !safe.has(name))
      .sort()
      .map((name) => compileError(arg.span, `var ${printTerm(variable(name))} is undeclared`)),
  );
}

function internalPrint(names: NameGenerator, call: CallExpr, index: number): CallExpr {
  const { span } = call;
  const items = call.args.map((arg): Term => {
    const head = variable(names.next(), arg.span);
    const capture = { ...equation(head, arg, arg.span), generated: false };
    return { kind: "set-comprehension", head, body: [capture], span: arg.span };
  });
  const list: Term = { kind: "array", items, span };
  return {
    kind: "call-expr",
    operator: { ...INTERNAL_PRINT, span },
    args: [list],
    span,
    index,
    negated: false,
    generated: false,
    with: [],
  };
}
