/**
 * Replaces names of the package's rules and of imports by full `data…` references. A name that its body, or a scope around it, declares is
 * local and stays. https://www.openpolicyagent.org/docs/latest/policy-language/#packages
 */
import type { Span } from "../../source/source.ts";
import type { Body, EveryExpr, Expr, Import, Package, RefTerm, Rule, Term } from "../../syntax/ast.ts";
import { printImport } from "../../syntax/print.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import { compileError } from "../errors/errors.ts";
import { declaredInBody, ScopeStack } from "../locals/declared-vars.ts";
import type { PartMapper } from "../nodes/build.ts";
import {
  entryOf,
  mapElseChain,
  mapExpression,
  mapParts,
  mapSame,
  withEntries,
  withHead,
  withItems,
  withKeyAndValue,
  withPath,
} from "../nodes/build.ts";
import { VarCollector } from "../nodes/vars.ts";
import { walkTerms } from "../nodes/walk.ts";

/**
 * What a name stands for in a module. Every use of the name shares the steps of the path, and their location is that of the last use: so it is
 * in OPA, whose type errors are located by the head of a reference.
 */
interface Global {
  readonly path: readonly Term[];
  used: boolean;
}

type Globals = ReadonlyMap<string, Global>;

/** Resolves the names in all modules; strict mode reports imports that nothing uses. */
export function resolveNames(compilation: Compilation): void {
  const exported = exportsOf(compilation);
  for (const state of compilation.modules) {
    const { module } = state;
    const globals = globalsOf(module.package, exported.get(packageKey(module.package)), module.imports);
    const resolver = createResolver(globals);
    state.rules = state.rules.map((rule) => {
      let failed = false;
      return mapElseChain(rule, (link) => {
        const shadowed = failed ? undefined : shadowedByArgument(link);
        if (!shadowed) return failed ? link : resolveRule(resolver, link);
        failed = compilation.report(compileError(link.span, `args must not shadow ${shadowed} (use a different variable name)`));
        return link;
      });
    });
    if (compilation.strict && !reportUnused(compilation, module.imports, globals)) return;
  }
}

/** Resolves the names in a query by the package and the imports that it was given. */
export function resolveQueryNames(query: QueryCompilation): void {
  const known = query.package;
  const names = known ? [...query.policy.modules.values()].filter((module) => packageKey(module.package) === packageKey(known)) : [];
  const exported = new Set(names.flatMap(({ rules }) => rules.flatMap(nameOf)));
  const globals = globalsOf(known, exported, query.imports);
  const resolver = createResolver(globals);
  query.body = resolver.body(query.body);
}

function exportsOf({ modules }: Compilation): Map<string, Set<string>> {
  const exported = new Map<string, Set<string>>();
  for (const { module, rules } of modules) {
    const key = packageKey(module.package);
    const names = exported.get(key) ?? new Set<string>();
    for (const name of rules.flatMap(nameOf)) names.add(name);
    exported.set(key, names);
  }
  return exported;
}

function nameOf({ head }: Rule): readonly string[] {
  const [first] = head.reference;
  return first.kind === "var" ? [first.name] : [];
}

function packageKey({ path }: Package): string {
  return JSON.stringify(path.map((step) => (step.kind === "string" ? step.value : "")));
}

function globalsOf(home: Package | undefined, exported: ReadonlySet<string> | undefined, imports: readonly Import[]): Globals {
  const globals = new Map<string, Global>();
  const front = home?.path.map(ownStep) ?? [];
  for (const name of (home && exported) ?? []) {
    globals.set(name, { path: [...front, { kind: "string", value: name, span: undefined }], used: false });
  }
  for (const each of imports) {
    if (isFeatureImport(each)) continue;
    const name = importName(each);
    if (name !== undefined) globals.set(name, { path: each.path.path.map(ownStep), used: false });
  }
  return globals;
}

/** A step that belongs to this pass, to be located as it goes. */
function ownStep(step: Term): Term {
  return { ...step };
}

/** Returns the name under which an import is used. */
export function importName({ alias, path: { path } }: Import): string | undefined {
  if (alias !== undefined) return alias;
  const last = path.at(-1);
  if (last?.kind === "var") return last.name;
  return last?.kind === "string" ? last.value : undefined;
}

/** Tells whether an import asks for a feature of the language (`rego.v1`, `future.keywords`). */
export function isFeatureImport({ path: { path } }: Import): boolean {
  const [root] = path;
  return root.kind === "var" && (root.name === "future" || root.name === "rego");
}

function reportUnused(compilation: Compilation, imports: readonly Import[], globals: Globals): boolean {
  for (const each of imports) {
    if (isFeatureImport(each)) continue;
    const global = globals.get(importName(each) ?? "");
    if (!global || global.used) continue;
    if (!compilation.report(compileError(each.span, `${printImport(each)} unused`))) return false;
  }
  return true;
}

/** Returns the root document that an argument would hide. */
function shadowedByArgument({ head }: Rule): string | undefined {
  let shadowed: string | undefined;
  walkTerms(head.args ?? [], {
    term(term) {
      const [root] = term.kind === "ref" && term.path.length === 1 ? term.path : [];
      if (root?.kind === "var" && (root.name === "input" || root.name === "data")) shadowed ??= root.name;
      return shadowed !== undefined || term.kind === "set" || term.kind === "call" || term.kind.endsWith("comprehension");
    },
  });
  return shadowed;
}

/** Names of arguments. Sets, comprehensions and calls are no patterns: their names are not arguments. */
function argumentNames({ head }: Rule): Set<string> {
  const names = new Set<string>();
  walkTerms(head.args ?? [], {
    term(term) {
      if (term.kind === "var") names.add(term.name);
      return term.kind === "set" || term.kind === "call" || term.kind.endsWith("comprehension");
    },
  });
  return names;
}

interface Resolver extends PartMapper {
  readonly scopes: ScopeStack;
}

function resolveRule(resolver: Resolver, rule: Rule): Rule {
  const { scopes } = resolver;
  return scopes.within(argumentNames(rule), () =>
    scopes.within(declaredInBody(rule.body), () => {
      const { head } = rule;
      const [name, ...steps] = head.reference;
      const reference = [name, ...steps.map((step) => resolver.term(step))] as const;
      const key = head.key && resolver.term(head.key);
      const value = head.value && resolver.term(head.value);
      const args = head.args && mapSame(head.args, inOrder);
      const body = mapSame(rule.body, (expression) => resolver.expression(expression));
      return { ...rule, head: { ...head, reference, args, key, value }, body };
    }),
  );
}

/** Arguments declare names and use none: they are only put into Rego's order. */
function inOrder(term: Term): Term {
  switch (term.kind) {
    case "array":
      return mapParts(term, { term: inOrder, body: (body) => body, expression: (expression) => expression });
    case "object":
      return withEntries(
        term,
        mapSame(term.entries, ([key, value]) => [key, inOrder(value)]),
      );
    case "set":
      return withItems(term, term.items);
    default:
      return term;
  }
}

function createResolver(globals: Globals): Resolver {
  const scopes = new ScopeStack();

  const globalOf = (name: string): Global | undefined => {
    const global = globals.get(name);
    if (!global || scopes.has(name)) return undefined;
    global.used = true;
    return global;
  };

  const place = (global: Global, at: Term): readonly Term[] => {
    for (const step of global.path) (step as { span: Span | undefined }).span = at.span;
    return global.path;
  };

  const resolver: Resolver = {
    scopes,
    body: (body) => scopes.within(declaredInBody(body), () => mapSame(body, (expression) => resolver.expression(expression))),
    expression(expression) {
      if (expression.kind === "every-expr") return everyExpression(expression);
      // `some x` declares names and uses none.
      if (expression.kind === "some-expr" && expression.symbols[0]?.kind !== "call") return expression;
      if (expression.kind === "not-expr")
        return mapExpression(expression, { ...resolver, body: (body) => mapSame(body, resolver.expression) });
      return mapExpression(expression, resolver);
    },
    term(term) {
      switch (term.kind) {
        case "var": {
          const global = globalOf(term.name);
          return global ? { kind: "ref", path: place(global, term) as RefTerm["path"], span: term.span } : term;
        }
        case "ref":
          return reference(term);
        // Sets and objects are put into Rego's order here, once for all passes. What is there twice is resolved once.
        case "set": {
          const set = withItems(term, term.items);
          return withItems(
            set,
            mapSame(set.items, (item) => resolver.term(item)),
          );
        }
        case "object": {
          const object = withEntries(term, term.entries);
          return withEntries(
            object,
            mapSame(object.entries, (entry) => entryOf(entry, resolver.term(entry[0]), resolver.term(entry[1]))),
          );
        }
        case "array-comprehension":
        case "set-comprehension":
          return inScopeOf(term.body, () => withHead(term, resolver.term(term.head), mapSame(term.body, resolver.expression)));
        case "object-comprehension":
          return inScopeOf(term.body, () =>
            withKeyAndValue(term, resolver.term(term.key), resolver.term(term.value), mapSame(term.body, resolver.expression)),
          );
        default:
          return mapParts(term, resolver);
      }
    },
  };

  function inScopeOf<T>(body: Body, run: () => T): T {
    return scopes.within(declaredInBody(body), run);
  }

  function everyExpression(expression: EveryExpr): Expr {
    const locals = new VarCollector(new Set<string>());
    if (expression.key) locals.term(expression.key);
    locals.term(expression.value);
    return scopes.within(locals.found, () => {
      const { key, value } = expression;
      return mapExpression(expression, {
        // Key and value declare names.
        term: (term) => (term === key || term === value ? term : resolver.term(term)),
        body: (body) => mapSame(body, resolver.expression),
        expression: resolver.expression,
      });
    });
  }

  function reference(ref: RefTerm): RefTerm {
    const [head] = ref.path;
    const global = head.kind === "var" ? globalOf(head.name) : undefined;
    const path = mapSame(ref.path, (step) => (step === head && (global || head.kind === "var") ? step : resolver.term(step)));
    return withPath(ref, global ? [...place(global, head), ...path.slice(1)] : path);
  }

  return resolver;
}
