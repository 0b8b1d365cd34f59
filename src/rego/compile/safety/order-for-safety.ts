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
  /** What is unsafe although OPA takes it: an error only when OPA finds no other. */
  readonly forgotten: readonly UnsafeExpression[];
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
  readonly hasClosures: boolean;
  /** Variables of the body that its closures use. */
  readonly closedOver: ReadonlySet<string>;
  /** Variables that it uses outside of its closures. */
  readonly needed: ReadonlySet<string>;
  unsafe: Set<string>;
  /** A variable of it has become safe since it was last looked at. */
  changed: boolean;
}

/** An expression and the variables that it needs or binds itself. */
interface OwnVars {
  readonly expression: Expr;
  readonly vars: ReadonlySet<string>;
  readonly hasClosures: boolean;
}

function orderBody(context: Context, globals: SafeVars, body: Body): OrderedBody {
  const own = body.map((expression) => ownVars(context, expression));
  const bodyVars = new Set<string>();
  for (const { vars } of own) for (const name of vars) bodyVars.add(name);
  const given = [...bodyVars].filter((name) => globals.has(name));
  const safe = new Set(given);
  const strict = own.map((each) => waitingEntry(each, bodyVars, safe));
  let entries = strict;
  let ordered = scan(context, entries, safe, false);
  const isLoose = ordered.length < body.length;
  if (isLoose) {
    const assumed = new Set(given);
    entries = own.map((each) => waitingEntry(each, bodyVars, assumed));
    ordered = scan(context, entries, assumed, true);
  }
  if ((ordered.length < body.length || mayMissEvery(ordered, body)) && body.length <= EXACT_LIMIT) {
    const assumed = new Set(given);
    const exact = own.map((each) => waitingEntry(each, bodyVars, assumed));
    const found = scanAsOpa(context, exact, assumed);
    if (found.length < body.length) {
      entries = exact;
      ordered = found;
    }
  }
  const unsafe = new Map<Expr, Set<string>>();
  for (const entry of entries) if (entry.unsafe.size > 0) unsafe.set(entry.expression, entry.unsafe);
  const forgotten = new Map<Expr, Set<string>>();
  if (isLoose && unsafe.size === 0) for (const entry of strict) if (entry.unsafe.size > 0) forgotten.set(entry.expression, entry.unsafe);
  const closed = orderClosures(context, globals, ordered, { unsafe, forgotten });
  const same = closed.length === body.length && closed.every((expression, i) => expression === body[i]);
  return { body: same ? body : indexed(closed), unsafe: listed(unsafe), forgotten: listed(forgotten) };
}

function listed(vars: ReadonlyMap<Expr, ReadonlySet<string>>): readonly UnsafeExpression[] {
  return [...vars].map(([expression, names]) => ({ expression, vars: names }));
}

function ownVars(context: Context, expression: Expr): OwnVars {
  const collector = new VarCollector(new Set<string>(), context.filter);
  collector.expression(expression);
  // A modifier's function head is not looked at, so a closure could hide there.
  return { expression, vars: collector.found, hasClosures: collector.metClosure || expression.with.length > 0 };
}

/** `safe` is what is bound outside of the body. */
function waitingEntry({ expression, vars, hasClosures }: OwnVars, bodyVars: ReadonlySet<string>, safe: ReadonlySet<string>): Waiting {
  const unsafe = new Set<string>();
  for (const name of vars) if (!safe.has(name)) unsafe.add(name);
  const closedOver = new Set<string>();
  if (hasClosures) for (const name of varsInClosures(expression)) if (bodyVars.has(name) && !safe.has(name)) closedOver.add(name);
  return { expression, hasClosures, closedOver, needed: new Set(unsafe), unsafe, changed: true };
}

/** Scans until nothing is added; entries that were added end with an empty `unsafe`. `forgets` takes what OPA takes. */
function scan(context: Context, entries: readonly Waiting[], safe: Set<string>, forgets: boolean): readonly Waiting[] {
  const ordered: Waiting[] = [];
  const stays = (entry: Waiting, onSafe: (name: string) => void): boolean => {
    const outputs = outputsOfExpression(entry.expression, context.arityOf, safe);
    if (!joins(entry, outputs, safe, forgets ? nothing : entry.needed)) return true;
    ordered.push(entry);
    for (const name of outputs) {
      if (safe.has(name)) continue;
      safe.add(name);
      onSafe(name);
    }
    return false;
  };
  // Most bodies are in order: what waits for what is only asked when something is left.
  let rest = entries.filter((entry) => stays(entry, () => undefined));
  if (rest.length === 0) return ordered;
  const waitingFor = waitersByName(rest);
  const announce = (name: string): void => {
    for (const each of waitingFor.get(name) ?? []) each.changed = true;
  };
  for (let before = -1; before < ordered.length && rest.length > 0; ) {
    before = ordered.length;
    rest = rest.filter((entry) => {
      if (!entry.changed) return true;
      entry.changed = false;
      return stays(entry, announce);
    });
  }
  return ordered;
}

/** Says, for every variable, in which entries it occurs, closures included. */
function waitersByName(entries: readonly Waiting[]): ReadonlyMap<string, readonly Waiting[]> {
  const waiters = new Map<string, Waiting[]>();
  for (const entry of entries) {
    for (const name of varsOfExpression(entry.expression)) {
      const list = waiters.get(name);
      if (list) list.push(entry);
      else waiters.set(name, [entry]);
    }
  }
  return waiters;
}

/** Longer bodies are rare and scanning them as OPA does is quadratic. */
const EXACT_LIMIT = 1000;

/** An `every` that had to wait is the one expression for which OPA may find no place although there is one. */
function mayMissEvery(ordered: readonly Waiting[], body: Body): boolean {
  return ordered.some(({ expression }, i) => expression !== body[i]) && body.some(({ kind }) => kind === "every-expr");
}

/**
 * Scans a body as OPA does it, to the letter: outputs of a call stay in a set from which the next equation or `every` starts. So some
 * expressions join that should not, and their variables are not blamed beside those of a call that waits; and an `every` over what the call
 * before it binds counts as a closure over its own output. Asked only for which expressions are unsafe: its order can put an expression before
 * what binds its variables.
 */
function scanAsOpa(context: Context, entries: readonly Waiting[], safe: Set<string>): readonly Waiting[] {
  const ordered: Waiting[] = [];
  const leftover = new Set<string>();
  let rest = entries;
  for (let before = -1; before < ordered.length && rest.length > 0; ) {
    before = ordered.length;
    rest = rest.filter((entry) => {
      const outputs = outputsOfExpression(entry.expression, context.arityOf, safe, leftover);
      if (!joins(entry, outputs, safe, nothing)) return true;
      ordered.push(entry);
      for (const name of outputs) safe.add(name);
      return false;
    });
  }
  return ordered;
}

// OPA forgets what an expression needs outside of its closures when these use variables of the body.
const nothing: ReadonlySet<string> = new Set();

function joins(entry: Waiting, outputs: ReadonlySet<string>, safe: ReadonlySet<string>, needed: ReadonlySet<string>): boolean {
  if (entry.closedOver.size > 0) {
    // A closure over the very variable that its expression binds: `x = [x | …]`.
    if (sameNames(entry.closedOver, outputs)) return false;
    entry.unsafe = new Set([...entry.closedOver, ...needed]);
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
function orderClosures(context: Context, globals: SafeVars, body: readonly Waiting[], found: UnsafeVars): readonly Expr[] {
  if (!body.some(({ hasClosures }) => hasClosures)) return body.map(({ expression }) => expression);
  const bound = new Set<string>();
  const known: SafeVars = { has: (name) => bound.has(name) || globals.has(name) };
  const collector = new VarCollector(bound, context.filter);
  return body.map(({ expression, hasClosures }, i) => {
    const previous = body[i - 1];
    if (previous) collector.expression(previous.expression);
    return hasClosures ? new ClosureOrderer(context, { bound, known, ...found, expression }).expression(expression) : expression;
  });
}

/** Unsafe variables by their expressions. */
interface UnsafeVars {
  readonly unsafe: Map<Expr, Set<string>>;
  readonly forgotten: Map<Expr, Set<string>>;
}

/** The expression whose closures are being ordered. */
interface ClosurePlace extends UnsafeVars {
  /** What is bound before the expression; `every` adds its variables. */
  readonly bound: Set<string>;
  readonly known: SafeVars;
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
    const { known, unsafe, forgotten, expression } = this.#place;
    if (needed.size > 0) {
      const collector = new VarCollector(new Set<string>(), this.#context.filter);
      collector.body(body);
      for (const name of needed) if (!collector.found.has(name) && !known.has(name)) addUnsafe(unsafe, expression, [name]);
    }
    const inner = orderBody(this.#context, known, body);
    for (const each of inner.forgotten) addUnsafe(forgotten, each.expression, each.vars);
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
