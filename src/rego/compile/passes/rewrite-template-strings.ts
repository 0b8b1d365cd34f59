/**
 * Pass `RewriteTemplateStrings`: `$"a {e} b"` becomes `internal.template_string(["a ", {x | x = e}, " b"])`, so that an undefined
 * expression is an empty set. A variable, or a rule that surely has a value, becomes a set of it. Other expressions may only use
 * variables that the body binds. https://www.openpolicyagent.org/docs/latest/policy-language/#template-strings
 */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Body, CallTerm, Expr, RefTerm, Rule, TemplateTerm, Term } from "../../syntax/ast.ts";
import { isGround } from "../../syntax/ground.ts";
import { printTerm } from "../../syntax/print.ts";
import type { Compilation, CompileScope, QueryCompilation } from "../compilation.ts";
import { ruleAt } from "../compilation.ts";
import { compileError } from "../errors/errors.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import type { PartMapper } from "../nodes/build.ts";
import {
  equation,
  isEmptyBody,
  isScalar,
  mapElseChain,
  mapExpression,
  mapParts,
  mapSame,
  variable,
  withBody,
  withRuleHead,
} from "../nodes/build.ts";
import { operatorNamed } from "../nodes/builtin-calls.ts";
import { maySpell } from "../nodes/spelling.ts";
import { safetyFilter, VarCollector, varsOfTerm } from "../nodes/vars.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkBody, walkElseChain, walkTerm, walkTerms } from "../nodes/walk.ts";
import { nodeAt } from "../rule-tree.ts";
import { outputsOfBody } from "../safety/outputs.ts";

const TEMPLATE_STRING = "internal.template_string";
const OPERATOR = operatorNamed(TEMPLATE_STRING);
const ROOTS: ReadonlySet<string> = new Set(["data", "input"]);

/** Rewrites the template strings of modules. */
export function rewriteTemplateStrings(compilation: Compilation): void {
  for (const state of compilation.modules) {
    const { rules } = state;
    if (!maySpell(state, '$"', "$`")) continue;
    rules.forEach((rule, at) => {
      if (holdsTemplate((visitor) => walkElseChain(rule, visitor))) {
        rules[at] = mapElseChain(rule, (branch) => rewriteRule(compilation, branch));
      }
    });
  }
}

/** Rewrites the template strings of a query. */
export function rewriteQueryTemplateStrings(query: QueryCompilation): void {
  if (!holdsTemplate((visitor) => walkBody(query.body, visitor))) return;
  const rewriting = startRewriting(query, query.freshNames());
  visitBody(rewriting, ROOTS, query.body);
  query.body = replacing(rewriting).body(query.body);
  query.report(...rewriting.errors);
}

function holdsTemplate(walk: (visitor: Visitor) => void): boolean {
  let found = false;
  walk({ term: ({ kind }) => (found ||= kind === "template") });
  return found;
}

// What was decided for each template string. A string that could not be rewritten is not in the table and is met again wherever OPA meets
// it again, with its errors.
interface Rewriting {
  readonly scope: CompileScope;
  readonly names: NameGenerator;
  readonly supported: boolean;
  readonly calls: Map<TemplateTerm, CallTerm>;
  readonly errors: Diagnostic[];
}

function startRewriting(scope: CompileScope, names: NameGenerator): Rewriting {
  const { features } = scope.options;
  const supported = (features === undefined || features.has("template_strings")) && scope.builtins.has(TEMPLATE_STRING);
  return { scope, names, supported, calls: new Map(), errors: [] };
}

function rewriteRule(compilation: Compilation, rule: Rule): Rule {
  const { head } = rule;
  const rewriting = startRewriting(compilation, compilation.names);
  const collector = new VarCollector(new Set(ROOTS));
  collector.terms(head.args ?? []);
  const safe = visitBody(rewriting, collector.found, rule.body);
  const parts = [...(head.args ?? []), ...(head.key ? [head.key] : []), ...(head.value ? [head.value] : [])];
  walkTerms(parts, visiting(rewriting, safe));
  compilation.report(...rewriting.errors);
  const mapper = replacing(rewriting);
  const args = head.args && mapSame(head.args, mapper.term);
  const newHead = { ...head, args, key: head.key && mapper.term(head.key), value: head.value && mapper.term(head.value) };
  return withBody(withRuleHead(rule, newHead), mapper.body(rule.body));
}

function replacing(rewriting: Rewriting): PartMapper {
  const mapper: PartMapper = {
    // OPA puts the call where the string was: a set is not sorted again.
    keepsOrder: true,
    term: (term) => mapParts((term.kind === "template" && rewriting.calls.get(term)) || term, mapper),
    body: (body) => mapSame(body, mapper.expression),
    expression: (expression) => mapExpression(expression, mapper),
  };
  return mapper;
}

// Gives the variables that are safe after the body.
function visitBody(rewriting: Rewriting, known: ReadonlySet<string>, body: Body): ReadonlySet<string> {
  const safe = outputsOfBody(body, (operator) => rewriting.scope.arityOf(operator), known).union(known);
  walkBody(body, visiting(rewriting, safe));
  return safe;
}

// Errors inside errors repeat: with each level of nesting twice as many.
const ENOUGH_ERRORS = 1000;

function visiting(rewriting: Rewriting, safe: ReadonlySet<string>): Visitor {
  const visitor: Visitor = {
    term(term) {
      if (rewriting.errors.length > ENOUGH_ERRORS) return true;
      if (term.kind === "template") {
        const call = rewriting.calls.get(term) ?? rewrite(rewriting, safe, term);
        if (!call) return false;
        walkTerm(call, visitor);
        return true;
      }
      if (!("body" in term)) return false;
      const before = rewriting.errors.length;
      const heads = term.kind === "object-comprehension" ? [term.key, term.value] : [term.head];
      const known = visitBody(rewriting, safe, term.body);
      rewriteAll(rewriting, known, heads);
      // Where nothing was refused, nothing is left; in heads that are more than one template string there may be.
      if (rewriting.errors.length > before) return false;
      walkTerms(heads, visitor);
      return true;
    },
    expression(expression) {
      if (expression.kind !== "every-expr") return false;
      rewriteAll(rewriting, safe, [expression.domain]);
      const collector = new VarCollector(new Set(safe));
      collector.terms(expression.key ? [expression.key, expression.value] : [expression.value]);
      visitBody(rewriting, collector.found, expression.body);
      return false;
    },
  };
  return visitor;
}

function rewriteAll(rewriting: Rewriting, safe: ReadonlySet<string>, terms: readonly Term[]): void {
  for (const term of terms) if (term.kind === "template" && !rewriting.calls.has(term)) rewrite(rewriting, safe, term);
}

function rewrite(rewriting: Rewriting, safe: ReadonlySet<string>, template: TemplateTerm): CallTerm | undefined {
  const before = rewriting.errors.length;
  if (!rewriting.supported) rewriting.errors.push(compileError(template.span, "template-strings are not supported"));
  const items = rewriting.supported ? partsOf(rewriting, safe, template) : [];
  if (rewriting.errors.length > before) return undefined;
  const list: Term = { kind: "array", items, span: undefined };
  const call: CallTerm = { kind: "call", operator: OPERATOR, args: [list], span: template.span };
  rewriting.calls.set(template, call);
  return call;
}

function partsOf(rewriting: Rewriting, safe: ReadonlySet<string>, template: TemplateTerm): readonly Term[] {
  if (template.parts.length === 0) return [{ kind: "string", value: "", span: template.span }];
  return template.parts.flatMap((part) => ("index" in part ? expressionPart(rewriting, safe, part) : [part]));
}

function expressionPart(rewriting: Rewriting, safe: ReadonlySet<string>, part: Expr): readonly Term[] {
  const written = termOf(rewriting, part);
  if (!written) return [];
  // A template string inside one that had an error is a call already when the outer one is met again.
  const term = (written.kind === "template" && rewriting.calls.get(written)) || written;
  if (term.kind === "var" || (term.kind === "ref" && isSurelyDefined(rewriting.scope, term))) {
    return [{ kind: "set", items: [term], span: undefined }];
  }
  const { originalNames } = rewriting.scope;
  const unsafe = [...varsOfTerm(term, safetyFilter)].filter((name) => !safe.has(name)).sort();
  for (const name of unsafe) {
    const written = printTerm(variable(originalNames.get(name) ?? name));
    rewriting.errors.push(compileError(term.span, `var ${written} is undeclared`));
  }
  const head = variable(rewriting.names.next(), term.span);
  const capture = { ...equation(head, term, term.span), generated: false, with: part.with };
  return [{ kind: "set-comprehension", head, body: [capture], span: term.span }];
}

// A call has no location here, nor have errors about it: OPA has it so.
function termOf(rewriting: Rewriting, part: Expr): Term | undefined {
  if (part.kind === "term-expr") return part.term;
  if (part.kind !== "call-expr") {
    rewriting.errors.push(compileError(part.span, `unexpected template-string expression type: ${part.kind}`));
    return undefined;
  }
  const builtin = rewriting.scope.builtinOf(part.operator.path);
  if (!builtin?.relation) return { kind: "call", operator: part.operator, args: part.args, span: undefined };
  const message = `illegal call to relation built-in '${builtin.name}' that may cause multiple outputs`;
  rewriting.errors.push(compileError(undefined, message));
  return undefined;
}

// A rule has a value for sure when it has a default, is a set, or is one constant.
function isSurelyDefined(scope: CompileScope, ref: RefTerm): boolean {
  if (ref.path.length < 2) return false;
  const rules = (nodeAt(scope.tree, ref.path)?.rules ?? []).map(ruleAt);
  const [first, ...others] = rules;
  if (!first || (first.head.args?.length ?? 0) > 0) return false;
  if (first.isDefault || !first.head.value) return true;
  return others.length === 0 ? isConstantRule(first) : others.some((rule) => rule.isDefault);
}

function isConstantRule({ body, head }: Rule): boolean {
  const { value } = head;
  if (!value || !isEmptyBody(body)) return false;
  if (value.kind === "array" || value.kind === "object" || value.kind === "set") return isGround(value);
  return value.kind === "var" || isScalar(value);
}
