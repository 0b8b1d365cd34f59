/**
 * Renames the local variables of every rule: arguments first, then declarations in bodies, then what the head shares with its body. An else
 * branch sees the arguments of its rule.
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Body, Head, Rule, Term } from "../../syntax/ast.ts";
import { isWildcard } from "../../syntax/names.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import { compileError } from "../errors/errors.ts";
import { declaredInBody } from "../locals/declared-vars.ts";
import { LocalScope } from "../locals/local-scope.ts";
import { LocalRenamer } from "../locals/rename-locals.ts";
import type { PartMapper } from "../nodes/build.ts";
import { isScalar, mapExpression, mapParts, mapSame, withEntries } from "../nodes/build.ts";
import { safetyFilter, VarCollector, varsOfBody, varsOfTerm } from "../nodes/vars.ts";
import { walkElseChain } from "../nodes/walk.ts";

/** Renames the locals of all rules. */
export function rewriteLocals(compilation: Compilation): void {
  for (const state of compilation.modules) {
    state.rules = state.rules.map((rule) => rewriteRule(compilation, rule));
  }
}

/** Renames the locals of a query. */
export function rewriteQueryLocals(query: QueryCompilation): void {
  const scope = new LocalScope(query.freshNames());
  const renamer = new LocalRenamer(scope, query.strict, []);
  query.body = renamer.statements(query.body, new Set());
  query.report(...renamer.errors);
  for (const [name, original] of scope.originals) query.originalNames.set(name, original);
}

function rewriteRule(compilation: Compilation, rule: Rule): Rule {
  const { head } = rule;
  const unusedArguments = new Set<string>();
  if (compilation.strict) new VarCollector(unusedArguments).terms(head.args ?? []);
  const scope = new LocalScope(compilation.names);
  const args = head.args && renameArguments(compilation, scope, head.args);
  const links: Rule[] = [];
  let first: Rule = { ...rule, head: { ...head, args } };
  for (let link: Rule | undefined = first; link; link = link.else) {
    const rewritten = rewriteLink({ compilation, link, argumentScope: scope, unusedArguments });
    if (!rewritten) return rule;
    links.push(rewritten);
  }
  first = relink(links, rule);
  if (compilation.strict) reportUnusedArguments(compilation, rule, unusedArguments);
  return first;
}

function relink(links: readonly Rule[], rule: Rule): Rule {
  let next: Rule | undefined;
  for (let i = links.length - 1; i >= 0; i--) next = { ...(links[i] as Rule), else: next };
  return next ?? rule;
}

function reportUnusedArguments(compilation: Compilation, { head }: Rule, unused: ReadonlySet<string>): void {
  for (const name of unused) {
    if (isWildcard(name)) continue;
    const message = `unused argument ${name}. (hint: use _ (wildcard variable) instead)`;
    if (!compilation.report(compileError(head.span, message))) return;
  }
}

function renameArguments(compilation: Compilation, scope: LocalScope, args: readonly Term[]): readonly Term[] {
  const errors: Diagnostic[] = [];
  const rename = (term: Term): Term => {
    switch (term.kind) {
      case "var": {
        const known = scope.renamedTo(term.name);
        if (known !== undefined) scope.see(term.name);
        const renamed = known ?? scope.fresh();
        if (known === undefined) scope.insert(term.name, renamed, "argument");
        return { ...term, name: renamed };
      }
      case "object":
        return withEntries(
          term,
          mapSame(term.entries, ([key, value]) => [key, rename(value)]),
        );
      case "call":
        errors.push(compileError(term.span, "rule arguments cannot contain calls"));
        return term;
      case "array":
      case "ref":
        return mapParts(term, { term: rename, body: (body) => body, expression: (expression) => expression });
      default:
        return term;
    }
  };
  const renamed = mapSame(args, rename);
  compilation.report(...errors);
  return renamed;
}

interface Link {
  readonly compilation: Compilation;
  readonly link: Rule;
  readonly argumentScope: LocalScope;
  readonly unusedArguments: Set<string>;
}

/** Renames the locals of a rule or else branch; nothing when the error limit was reached. */
function rewriteLink({ compilation, link, argumentScope, unusedArguments }: Link): Rule | undefined {
  const { strict } = compilation;
  const headHasVars = mayHaveVars(link.head);
  const head = headHasVars ? renameClosuresInHead(compilation, link.head) : link.head;
  const used = new Set<string>();
  if (headHasVars) collectHeadVars(head, used, unusedArguments);
  const scope = argumentScope.copy();
  renameBuiltinNames(compilation, link, scope);
  const renamer = new LocalRenamer(scope, strict, []);
  const body = renamer.statements(link.body, used);
  for (const [name, original] of scope.originals) compilation.originalNames.set(name, original);
  if (!compilation.report(...renamer.errors)) return undefined;
  for (const name of unusedArguments) if (scope.countOf(name) > 1) unusedArguments.delete(name);
  return { ...link, head: headHasVars ? renameHead(head, scope.top.renamed) : head, body };
}

/** Tells whether something in a head is not a scalar. */
function mayHaveVars({ args, key, value, reference }: Head): boolean {
  if (args?.some((arg) => !isScalar(arg))) return true;
  if (key && !isScalar(key)) return true;
  if (value && !isScalar(value)) return true;
  return reference.some((step, i) => i > 0 && !isScalar(step));
}

/** Comprehensions in a head are scopes of their own, renamed before the body so that they do not see its locals. */
function renameClosuresInHead(compilation: Compilation, head: Head): Head {
  const errors: Diagnostic[] = [];
  const mapper: PartMapper = {
    term(term) {
      switch (term.kind) {
        case "array-comprehension":
        case "set-comprehension":
        case "object-comprehension": {
          const scope = new LocalScope(compilation.names);
          const renamed = new LocalRenamer(scope, compilation.strict, errors).term(term);
          for (const [name, original] of scope.originals) compilation.originalNames.set(name, original);
          return renamed;
        }
        case "template": {
          const scope = new LocalScope(compilation.names);
          const renamer = new LocalRenamer(scope, compilation.strict, errors);
          const parts = mapSame(term.parts, (part) => ("index" in part ? scope.within(() => renamer.expression(part)) : part));
          for (const [name, original] of scope.originals) compilation.originalNames.set(name, original);
          return parts === term.parts ? term : { ...term, parts };
        }
        default:
          return mapParts(term, mapper);
      }
    },
    body: (body) => body,
    expression: (expression) => expression,
  };
  const args = head.args && mapSame(head.args, (arg) => mapper.term(arg));
  const key = head.key && mapper.term(head.key);
  const value = head.value && mapper.term(head.value);
  compilation.report(...errors);
  return { ...head, args, key, value };
}

function collectHeadVars({ reference, key, value }: Head, used: Set<string>, unusedArguments: Set<string>): void {
  const collector = new VarCollector(used);
  collector.path(reference, 1);
  if (key) collector.term(key);
  if (!value || isScalar(value)) return;
  for (const name of varsOfTerm(value)) {
    used.add(name);
    unusedArguments.delete(name);
  }
}

/**
 * A variable that has the name of a builtin and is bound in the body becomes a local, so that no later pass takes it for the builtin. Called
 * names and those in modifiers, which may mean functions, stay.
 */
function renameBuiltinNames({ builtins, names }: Compilation, link: Rule, scope: LocalScope): void {
  const suspects = [...varsOfBody(link.body, safetyFilter)].filter((name) => builtins.has(name));
  if (suspects.length === 0) return;
  const declared = declaredInBody(link.body);
  const inModifiers = varsInModifiers(link);
  for (const name of suspects.sort(compareStrings)) {
    if (declared.has(name) || inModifiers.has(name) || scope.renamedTo(name) !== undefined) continue;
    scope.insert(name, names.next(), "seen");
  }
}

function varsInModifiers(rule: Rule): ReadonlySet<string> {
  const collector = new VarCollector(new Set<string>());
  walkElseChain(rule, {
    expression(expression) {
      for (const { target, value } of expression.with) collector.terms([target, value]);
      return false;
    },
  });
  return collector.found;
}

/** Gives the head the new names of what it shares with the body. */
function renameHead(head: Head, renamed: ReadonlyMap<string, string>): Head {
  if (renamed.size === 0) return head;
  const mapper: PartMapper = {
    term(term) {
      if (term.kind !== "var") return mapParts(term, mapper);
      const name = renamed.get(term.name);
      return name === undefined || name === term.name ? term : { ...term, name };
    },
    body: (body: Body) => mapSame(body, mapper.expression),
    expression: (expression) => mapExpression(expression, mapper),
  };
  const change = (term: Term): Term => mapper.term(term);
  const [name, ...steps] = head.reference;
  return {
    ...head,
    args: head.args && mapSame(head.args, change),
    reference: [name, ...steps.map(change)],
    key: head.key && change(head.key),
    value: head.value && change(head.value),
  };
}
