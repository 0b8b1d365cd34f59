/**
 * Checks the targets of `with` and moves values that need evaluation before the expression, so that they are evaluated without the
 * replacement. https://www.openpolicyagent.org/docs/latest/policy-language/#with-keyword
 */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Body, Expr, RefTerm, Rule, Term, With } from "../../syntax/ast.ts";
import { printReference } from "../../syntax/print.ts";
import type { Compilation, CompileScope, QueryCompilation, RuleAddress } from "../compilation.ts";
import { ruleAt } from "../compilation.ts";
import { compileError, typeError } from "../errors/errors.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import type { PartMapper } from "../nodes/build.ts";
import { bindToLocal, indexed, mapElseChain, mapExpression, mapParts, mapSame, withModifiers, withParts } from "../nodes/build.ts";
import { dottedName } from "../nodes/builtin-calls.ts";
import { requiresEvaluation } from "../nodes/walk.ts";
import type { RuleNode } from "../rule-tree.ts";
import { childAt, dataNode, nodeAt } from "../rule-tree.ts";

/** Rewrites all rules. */
export function rewriteWithValues(compilation: Compilation): void {
  const rewriter = createRewriter(compilation, compilation.names);
  const mapper: PartMapper = {
    term: (term) => mapParts(term, mapper),
    expression: (expression) => mapExpression(expression, mapper),
    body(body) {
      const rewritten = rewriter(body);
      if (!("body" in rewritten)) {
        compilation.report(rewritten.error);
        return body;
      }
      return mapSame(rewritten.body, mapper.expression);
    },
  };
  for (const state of compilation.modules) state.rules = state.rules.map((rule) => mapElseChain(rule, (link) => rewriteRule(mapper, link)));
}

/** Rewrites a query: its own expressions only, as OPA has it. */
export function rewriteQueryWithValues(query: QueryCompilation): void {
  const rewritten = createRewriter(query, query.freshNames())(query.body);
  if ("body" in rewritten) query.body = rewritten.body;
  else query.report(rewritten.error);
}

function rewriteRule(mapper: PartMapper, rule: Rule): Rule {
  const { head } = rule;
  const change = (term: Term): Term => mapper.term(term);
  const args = head.args && mapSame(head.args, change);
  const key = head.key && change(head.key);
  const value = head.value && change(head.value);
  const body = mapper.body(rule.body);
  if (args === head.args && key === head.key && value === head.value) return body === rule.body ? rule : { ...rule, body };
  return { ...rule, head: { ...head, args, key, value }, body };
}

type Rewritten = { readonly body: Body } | { readonly error: Diagnostic };

function createRewriter(scope: CompileScope, names: NameGenerator): (body: Body) => Rewritten {
  // Expressions drawn out of one share its modifiers: their values move once.
  const done = new Map<With, With>();

  const modifier = (from: With, result: Expr[]): With | Diagnostic => {
    const known = done.get(from);
    if (known) return known;
    const checked = checkModifier(scope, from);
    if ("code" in checked) return checked;
    let { next } = checked;
    if (checked.move) {
      const { local, expression } = bindToLocal(names, next.value);
      result.push(expression);
      next = withParts(next, next.target, local);
    }
    done.set(from, next).set(next, next);
    return next;
  };

  return (body) => {
    if (body.every((expression) => expression.with.length === 0)) return { body };
    const result: Expr[] = [];
    for (const expression of body) {
      const modifiers: With[] = [];
      for (const each of expression.with) {
        const next = modifier(each, result);
        if ("code" in next) return { error: next };
        modifiers.push(next);
      }
      result.push(expression.with.length === 0 ? expression : withModifiers(expression, modifiers));
    }
    return { body: indexed(result) };
  };
}

interface CheckedModifier {
  readonly next: With;
  /** The value needs evaluation before the expression. */
  readonly move: boolean;
}

function checkModifier(scope: CompileScope, from: With): CheckedModifier | Diagnostic {
  const value = builtinAsReference(scope, from.value);
  const unsafe = unsafeName(scope, from.target);
  if (unsafe) return unsafe;
  const { target } = from;
  const [root] = target.kind === "ref" ? target.path : [];
  const rootName = root?.kind === "var" ? root.name : undefined;
  if (target.kind === "ref" && rootName === "data") return checkDataTarget(scope, withParts(from, target, value), target);
  if (rootName === "input") return { next: withParts(from, target, value), move: requiresEvaluation(value) };
  if (isBuiltinName(scope, target)) return checkBuiltinTarget(scope, withParts(from, builtinAsReference(scope, target), value));
  return typeError(target.span, "with keyword target must reference existing input, data, or a function");
}

function checkDataTarget(scope: CompileScope, modifier: With, { path, span }: RefTerm): CheckedModifier | Diagnostic {
  let node: RuleNode<RuleAddress> | undefined = dataNode(scope.tree);
  for (const step of path.slice(1, -1)) {
    const child: RuleNode<RuleAddress> | undefined = node && childAt(node, step);
    if (!child) break;
    if (child.rules.length > 0) return compileError(span, "with keyword cannot partially replace virtual document(s)");
    node = child;
  }
  const last = path.length > 1 ? path.at(-1) : undefined;
  const replaced = last && node ? childAt(node, last) : undefined;
  const { value } = modifier;
  if (replaced && isFunctionNode(replaced)) {
    const answer = isFunctionValue(scope, value);
    if (answer === true) return { next: modifier, move: false };
    if (answer !== false) return answer;
  }
  const valueNode = value.kind === "ref" ? nodeAt(scope.tree, value.path) : undefined;
  if (valueNode && isFunctionNode(valueNode)) return { next: modifier, move: false };
  return { next: modifier, move: requiresEvaluation(value) };
}

function isFunctionNode({ rules }: RuleNode<RuleAddress>): boolean {
  return rules.some((address) => (ruleAt(address).head.args?.length ?? 0) > 0);
}

const IRREPLACEABLE: ReadonlySet<string> = new Set(["eq", "rego.metadata.chain", "rego.metadata.rule"]);
const REPLACING = "with keyword replacing built-in function:";

function checkBuiltinTarget(scope: CompileScope, modifier: With): CheckedModifier | Diagnostic {
  const { target, value } = modifier;
  const path = target.kind === "ref" ? target.path : [target];
  const name = dottedName(path) ?? "";
  const builtin = scope.builtins.get(name);
  if (IRREPLACEABLE.has(name)) return compileError(target.span, `${REPLACING} replacement of ${JSON.stringify(name)} invalid`);
  if (name.startsWith("internal.")) {
    return compileError(target.span, `${REPLACING} replacement of internal function ${JSON.stringify(printReference(path))} invalid`);
  }
  if (builtin?.relation) return compileError(target.span, `${REPLACING} target must not be a relation`);
  if (name === "print") return compileError(target.span, `${REPLACING} target must not be a void function`);
  const answer = isFunctionValue(scope, value);
  if (answer === true) return { next: modifier, move: false };
  if (answer !== false) return answer;
  return { next: modifier, move: requiresEvaluation(value) };
}

/** Tells whether a replacement is itself a function or another path with rules, which is not evaluated beforehand. */
function isFunctionValue(scope: CompileScope, value: Term): boolean | Diagnostic {
  if (value.kind === "ref" && nodeAt(scope.tree, value.path)) return true;
  return unsafeName(scope, value) ?? isBuiltinName(scope, value);
}

function unsafeName(scope: CompileScope, term: Term): Diagnostic | undefined {
  const name = nameOf(term);
  if (name === undefined || !scope.unsafeBuiltins.has(name)) return undefined;
  return compileError(term.span, `${REPLACING} target must not be unsafe: ${JSON.stringify(name)}`);
}

function isBuiltinName(scope: CompileScope, term: Term): boolean {
  const name = nameOf(term);
  return name !== undefined && scope.builtins.has(name);
}

function nameOf(term: Term): string | undefined {
  if (term.kind === "var") return term.name;
  return term.kind === "ref" ? dottedName(term.path) : undefined;
}

/** A bare name of a builtin is a variable to the parser. */
function builtinAsReference(scope: CompileScope, term: Term): Term {
  if (term.kind !== "var" || !scope.builtins.has(term.name)) return term;
  return { kind: "ref", path: [{ ...term, span: undefined }], span: term.span };
}
