/**
 * Collects the variables that occur below a node. What counts differs by question, so each asker says what to skip: heads of references,
 * called functions, keys of objects, closures (comprehensions, template strings, bodies of `every` and `not`), sets.
 */
import type { Body, Expr, Head, Module, Rule, Term, With } from "../../syntax/ast.ts";

/** What is left out. */
export interface VarFilter {
  readonly skipRefHead?: boolean;
  readonly skipCalledHead?: boolean;
  readonly skipObjectKeys?: boolean;
  readonly skipClosures?: boolean;
  readonly skipSets?: boolean;
  readonly skipTemplates?: boolean;
  /** Adds the variables that the bodies of plain `not` need from outside; set together with `skipClosures`. */
  readonly ofImplicitBody?: (body: Body) => Iterable<string>;
}

const EVERYTHING: VarFilter = {};

/** The variables that an expression itself needs: what its closures use is looked at when they are entered. */
export const safetyFilter: VarFilter = { skipCalledHead: true, skipClosures: true };

/** Adds variables to a set, walking terms, expressions and modifiers. */
export class VarCollector {
  readonly found: Set<string>;
  /** Whether a closure was left out, with `skipClosures`. */
  metClosure = false;
  readonly #filter: VarFilter;

  constructor(found: Set<string>, filter: VarFilter = EVERYTHING) {
    this.found = found;
    this.#filter = filter;
  }

  /** Adds the variables of a term. */
  term(term: Term): void {
    const filter = this.#filter;
    switch (term.kind) {
      case "var":
        this.found.add(term.name);
        return;
      case "ref":
        this.path(term.path, filter.skipRefHead ? 1 : 0);
        return;
      case "array":
        this.terms(term.items);
        return;
      case "set":
        if (!filter.skipSets) this.terms(term.items);
        return;
      case "object":
        for (const [key, value] of term.entries) {
          if (!filter.skipObjectKeys) this.term(key);
          this.term(value);
        }
        return;
      case "call":
        if (filter.skipCalledHead) this.path(term.operator.path, 1);
        else this.term(term.operator);
        this.terms(term.args);
        return;
      case "template":
        if (filter.skipClosures || filter.skipTemplates) return;
        for (const part of term.parts) if ("index" in part) this.expression(part);
        return;
      case "array-comprehension":
      case "set-comprehension":
        if (this.#skipsClosure()) return;
        this.term(term.head);
        this.body(term.body);
        return;
      case "object-comprehension":
        if (this.#skipsClosure()) return;
        this.term(term.key);
        this.term(term.value);
        this.body(term.body);
        return;
      default:
        return;
    }
  }

  #skipsClosure(): boolean {
    this.metClosure ||= this.#filter.skipClosures ?? false;
    return this.#filter.skipClosures ?? false;
  }

  /** Adds the variables of several terms. */
  terms(terms: readonly Term[]): void {
    for (const term of terms) this.term(term);
  }

  /** Adds the variables of a path from a position on. */
  path(path: readonly Term[], from: number): void {
    for (let i = from; i < path.length; i++) this.term(path[i] as Term);
  }

  /** Adds the variables of an expression. */
  expression(expression: Expr): void {
    const filter = this.#filter;
    switch (expression.kind) {
      case "term-expr":
        this.term(expression.term);
        break;
      case "call-expr":
        if (filter.skipCalledHead) this.path(expression.operator.path, 1);
        else this.term(expression.operator);
        this.terms(expression.args);
        break;
      case "some-expr":
        this.terms(expression.symbols);
        break;
      case "every-expr":
        if (this.#skipsClosure()) {
          this.term(expression.domain);
          return;
        }
        if (expression.key) this.term(expression.key);
        this.term(expression.value);
        this.term(expression.domain);
        this.body(expression.body);
        break;
      case "not-expr":
        if (!this.#skipsClosure()) this.body(expression.body);
        else if (filter.ofImplicitBody && !expression.explicitBody)
          for (const name of filter.ofImplicitBody(expression.body)) this.found.add(name);
        break;
    }
    for (const modifier of expression.with) this.modifier(modifier);
  }

  /** Adds the variables of a body. */
  body(body: Body): void {
    for (const expression of body) this.expression(expression);
  }

  /** Adds the variables of a modifier. */
  modifier({ target, value }: With): void {
    if (!this.#filter.skipCalledHead) {
      this.term(target);
      this.term(value);
      return;
    }
    // A target or value may name a function: the head is no variable then.
    if (target.kind === "ref") this.path(target.path, 1);
    if (value.kind === "ref") this.path(value.path, 1);
    else this.term(value);
  }

  /** Adds the variables of a head. */
  head(head: Head): void {
    this.terms(head.reference);
    this.terms(head.args ?? []);
    if (head.key) this.term(head.key);
    if (head.value) this.term(head.value);
  }

  /** Adds the variables of a rule and its else branches. */
  rule(rule: Rule): void {
    for (let at: Rule | undefined = rule; at; at = at.else) {
      this.head(at.head);
      this.body(at.body);
    }
  }
}

/** Returns the variables of one term. */
export function varsOfTerm(term: Term, filter?: VarFilter): Set<string> {
  const collector = new VarCollector(new Set(), filter);
  collector.term(term);
  return collector.found;
}

/** Returns the variables of one expression. */
export function varsOfExpression(expression: Expr, filter?: VarFilter): Set<string> {
  const collector = new VarCollector(new Set(), filter);
  collector.expression(expression);
  return collector.found;
}

/** Returns the variables of a body. */
export function varsOfBody(body: Body, filter?: VarFilter): Set<string> {
  const collector = new VarCollector(new Set(), filter);
  collector.body(body);
  return collector.found;
}

/** Returns the names of all variables in a body or in the rules of a module. */
export function namesIn(root: Body | Module): Set<string> {
  const collector = new VarCollector(new Set());
  if ("kind" in root) for (const rule of root.rules) collector.rule(rule);
  else collector.body(root);
  return collector.found;
}
