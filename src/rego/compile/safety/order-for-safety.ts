/**
 * Orders the expressions of a body for evaluation from left to right.
 *
 * In: a body and the variables that are bound outside of it. Out: the body in an order in which every expression finds its inputs bound, or the
 * expressions for which there is none. An expression joins as soon as all its variables are safe: bound outside, by an earlier expression or by
 * itself. The body is scanned again and again, each scan keeping the order of the source, until a scan adds nothing; so a body that is in order
 * already stays as it is.
 *
 * What an expression binds depends only on which of its own variables are safe. Therefore one is looked at again only after a variable that
 * occurs in it has become safe, which turns the repeated scans from cubic into (in practice) linear work without changing their outcome.
 *
 * Closures (comprehensions, bodies of `every` and `not`) come last: what they use from the body must be bound before the expression they are in,
 * and they are ordered the same way, with the variables of the expressions before them as bound.
 */
import type { Body, Expr, Term } from "../../syntax/ast.ts";
import type { PartMapper } from "../nodes/build.ts";
import { indexed, mapExpression, mapParts, mapSame, withHead, withKeyAndValue } from "../nodes/build.ts";
import type { VarFilter } from "../nodes/vars.ts";
import { safetyFilter, VarCollector, varsOfExpression, varsOfTerm } from "../nodes/vars.ts";
import { walkExpression } from "../nodes/walk.ts";
import { varsFromOutside } from "./implicit-body-vars.ts";
import type { ArityOf } from "./outputs.ts";
import { outputsOfExpression } from "./outputs.ts";
import type { SafeVars } from "./unify-vars.ts";

/** An expression with variables that nothing binds. */
export interface UnsafeExpression {
  readonly expression: Expr;
  readonly vars: ReadonlySet<string>;
}

/** A body in order, or as far as it came. */
export interface OrderedBody {
  readonly body: Body;
  readonly unsafe: readonly UnsafeExpression[];
}

/** Orders a body. */
export function orderForSafety(arityOf: ArityOf, globals: SafeVars, body: Body): OrderedBody {
  const filter: VarFilter = { ...safetyFilter, ofImplicitBody: (inner) => varsFromOutside(inner, arityOf) };
  return orderBody({ arityOf, filter }, globals, body);
}

interface Context {
  readonly arityOf: ArityOf;
  readonly filter: VarFilter;
}

/** An expression that waits for its inputs. */
interface Waiting {
  readonly expression: Expr;
  /** All variables that occur in it, closures included. */
  readonly occurring: ReadonlySet<string>;
  /** Variables of the body that its closures use. */
  readonly closedOver: ReadonlySet<string>;
  unsafe: Set<string>;
  /** A variable of it has become safe since it was last looked at. */
  changed: boolean;
}

function orderBody(context: Context, globals: SafeVars, body: Body): OrderedBody {
  const own = body.map((expression) => varsOfExpression(expression, context.filter));
  const bodyVars = new Set<string>();
  for (const vars of own) for (const name of vars) bodyVars.add(name);
  const given = [...bodyVars].filter((name) => globals.has(name));
  const entriesOver = (safe: ReadonlySet<string>): readonly Waiting[] =>
    body.map((expression, i) => waitingEntry({ expression, vars: own[i] ?? new Set(), bodyVars, globals, safe }));
  const safe = new Set(given);
  let entries = entriesOver(safe);
  let ordered = scan(context, entries, safe);
  if (ordered.length < body.length && body.length <= BLAME_LIMIT) {
    const assumed = new Set(given);
    entries = entriesOver(assumed);
    ordered = scanForBlame(context, entries, assumed);
  }
  const unsafe = new Map<Expr, Set<string>>();
  for (const entry of entries) if (entry.unsafe.size > 0) unsafe.set(entry.expression, entry.unsafe);
  const closed = orderClosures(context, globals, ordered, unsafe);
  const same = closed.length === body.length && closed.every((expression, i) => expression === body[i]);
  return { body: same ? body : indexed(closed), unsafe: [...unsafe].map(([expression, vars]) => ({ expression, vars })) };
}

interface EntryParts {
  readonly expression: Expr;
  readonly vars: ReadonlySet<string>;
  readonly bodyVars: ReadonlySet<string>;
  readonly globals: SafeVars;
  readonly safe: ReadonlySet<string>;
}

function waitingEntry({ expression, vars, bodyVars, globals, safe }: EntryParts): Waiting {
  const unsafe = new Set<string>();
  for (const name of vars) if (!safe.has(name)) unsafe.add(name);
  const closedOver = new Set<string>();
  for (const name of varsInClosures(expression)) if (bodyVars.has(name) && !globals.has(name)) closedOver.add(name);
  return { expression, occurring: varsOfExpression(expression), closedOver, unsafe, changed: true };
}

/** Scans until nothing is added; entries that were added end with an empty `unsafe`. */
function scan(context: Context, entries: readonly Waiting[], safe: Set<string>): readonly Expr[] {
  const waitingFor = new Map<string, Waiting[]>();
  for (const entry of entries) {
    for (const name of entry.occurring) {
      const list = waitingFor.get(name);
      if (list) list.push(entry);
      else waitingFor.set(name, [entry]);
    }
  }
  const ordered: Expr[] = [];
  let rest = entries;
  for (let before = -1; before < ordered.length && rest.length > 0; ) {
    before = ordered.length;
    rest = rest.filter((entry) => {
      if (!entry.changed) return true;
      entry.changed = false;
      const outputs = outputsOfExpression(entry.expression, context.arityOf, safe);
      if (!joins(entry, outputs, safe)) return true;
      ordered.push(entry.expression);
      for (const name of outputs) {
        if (safe.has(name)) continue;
        safe.add(name);
        for (const each of waitingFor.get(name) ?? []) each.changed = true;
      }
      return false;
    });
  }
  return ordered;
}

/** Longer bodies are rare and blaming is quadratic. */
const BLAME_LIMIT = 1000;

/**
 * Scans a body known to be unsafe as OPA does it, to the letter: outputs of a call that waits are taken as bound by the next equation, so some
 * expressions join that should not, and their variables are not blamed beside those of the call. Whether anything is unsafe is not changed by
 * that: the call itself never joins.
 */
function scanForBlame(context: Context, entries: readonly Waiting[], safe: Set<string>): readonly Expr[] {
  const ordered: Expr[] = [];
  const leftover = new Set<string>();
  let rest = entries;
  for (let before = -1; before < ordered.length && rest.length > 0; ) {
    before = ordered.length;
    rest = rest.filter((entry) => {
      const outputs = outputsOfExpression(entry.expression, context.arityOf, safe, leftover);
      if (!joins(entry, outputs, safe)) return true;
      ordered.push(entry.expression);
      for (const name of outputs) safe.add(name);
      return false;
    });
  }
  return ordered;
}

function joins(entry: Waiting, outputs: ReadonlySet<string>, safe: ReadonlySet<string>): boolean {
  if (entry.closedOver.size > 0) {
    // A closure over the very variable that its expression binds: `x = [x | …]`.
    if (sameNames(entry.closedOver, outputs)) return false;
    entry.unsafe = new Set(entry.closedOver);
  }
  for (const name of entry.unsafe) if (outputs.has(name) || safe.has(name)) entry.unsafe.delete(name);
  return entry.unsafe.size === 0;
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const name of a) if (!b.has(name)) return false;
  return true;
}

/** The variables in the closures of an expression, whatever they are used for there. */
function varsInClosures(expression: Expr): ReadonlySet<string> {
  const collector = new VarCollector(new Set<string>());
  walkExpression(expression, {
    term(term) {
      if (term.kind !== "array-comprehension" && term.kind !== "set-comprehension" && term.kind !== "object-comprehension") return false;
      collector.term(term);
      return true;
    },
    expression(inner) {
      if (inner.kind !== "every-expr" && inner.kind !== "not-expr") return false;
      collector.body(inner.body);
      return true;
    },
  });
  return collector.found;
}

/** Orders the closures of expressions that are in order themselves; what is unsafe in them is added. */
function orderClosures(context: Context, globals: SafeVars, body: readonly Expr[], unsafe: Map<Expr, Set<string>>): readonly Expr[] {
  const bound = new Set<string>();
  const known: SafeVars = { has: (name) => bound.has(name) || globals.has(name) };
  const collector = new VarCollector(bound, context.filter);
  return body.map((expression, i) => {
    const previous = body[i - 1];
    if (previous) collector.expression(previous);
    return new ClosureOrderer(context, { bound, known, unsafe, expression }).expression(expression);
  });
}

/** The expression whose closures are being ordered. */
interface ClosurePlace {
  /** What is bound before the expression; `every` adds its variables. */
  readonly bound: Set<string>;
  readonly known: SafeVars;
  readonly unsafe: Map<Expr, Set<string>>;
  readonly expression: Expr;
}

class ClosureOrderer implements PartMapper {
  readonly #context: Context;
  readonly #place: ClosurePlace;

  constructor(context: Context, place: ClosurePlace) {
    this.#context = context;
    this.#place = place;
  }

  expression(expression: Expr): Expr {
    switch (expression.kind) {
      case "every-expr": {
        const collector = new VarCollector(this.#place.bound);
        if (expression.key) collector.term(expression.key);
        collector.term(expression.value);
        const body = this.#order(new Set(), expression.body);
        return body === expression.body ? expression : { ...expression, body };
      }
      case "not-expr": {
        const body = this.#order(new Set(), expression.body);
        return body === expression.body ? expression : { ...expression, body };
      }
      default:
        return mapExpression(expression, this);
    }
  }

  body(body: Body): Body {
    return mapSame(body, (expression) => this.expression(expression));
  }

  term(term: Term): Term {
    switch (term.kind) {
      case "array-comprehension":
      case "set-comprehension":
        return withHead(term, term.head, this.#order(varsOfTerm(term.head), term.body));
      case "object-comprehension":
        return withKeyAndValue(
          term,
          term.key,
          term.value,
          this.#order(new Set([...varsOfTerm(term.key), ...varsOfTerm(term.value)]), term.body),
        );
      default:
        return mapParts(term, this);
    }
  }

  /** `needed` are the variables of the comprehension's head: the body or the surroundings must have them. */
  #order(needed: ReadonlySet<string>, body: Body): Body {
    const { known, unsafe, expression } = this.#place;
    if (needed.size > 0) {
      const collector = new VarCollector(new Set<string>(), this.#context.filter);
      collector.body(body);
      for (const name of needed) if (!collector.found.has(name) && !known.has(name)) addUnsafe(unsafe, expression, [name]);
    }
    const inner = orderBody(this.#context, known, body);
    if (inner.unsafe.length === 0) return inner.body;
    for (const each of inner.unsafe) addUnsafe(unsafe, each.expression, each.vars);
    return body;
  }
}

function addUnsafe(unsafe: Map<Expr, Set<string>>, expression: Expr, names: Iterable<string>): void {
  const vars = unsafe.get(expression) ?? new Set<string>();
  for (const name of names) vars.add(name);
  unsafe.set(expression, vars);
}
