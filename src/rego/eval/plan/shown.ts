/**
 * Works out, while a body is planned, what an explanation shows of values: the variables of an expression that are bound then, and for one that
 * fails the parts of its text. Nothing here is planned unless values are asked for.
 */
import type { Span } from "../../source/source.ts";
import type { Body, Expr as Expression, RefTerm, Rule, Term } from "../../syntax/ast.ts";
import { isRootName } from "../../syntax/names.ts";
import { printTerm } from "../../syntax/print.ts";
import type { Value } from "../../values/value.ts";
import type { Part, Shown } from "../probe.ts";
import { exprOf } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";
import { visitBody, visitTerm } from "./variables.ts";

const NOTHING: readonly Shown[] = [];

/** Returns the values of an expression's variables, and of the rules that it refers to. */
export function shownOf(body: Body, scope: Scope, planner: Planner): readonly Shown[] {
  if (planner.probe?.showsValues !== true) return NOTHING;
  const names = new Set<string>();
  visitBody(body, (name) => names.add(name));
  return [...variablesOf(names, scope), ...body.flatMap((expr) => rulesOf(expr, planner))];
}

/** Returns the values of the variables in a rule's head. */
export function shownOfHead({ head }: Rule, scope: Scope, planner: Planner): readonly Shown[] {
  if (planner.probe?.showsValues !== true) return NOTHING;
  const names = new Set<string>();
  for (const term of [...(head.args ?? []), ...head.reference, head.key, head.value])
    if (term !== undefined) visitTerm(term, (name) => names.add(name));
  return variablesOf(names, scope);
}

function variablesOf(names: ReadonlySet<string>, scope: Scope): readonly Shown[] {
  return [...names].flatMap((name) => {
    const read = readerOf(name, scope);
    return read === undefined ? [] : [{ name, read, cached: false }];
  });
}

function readerOf(name: string, scope: Scope): (() => Value | undefined) | undefined {
  if (isRootName(name)) return undefined;
  const inlined = scope.inlined.get(name);
  if (inlined !== undefined && (inlined.kind !== "expr" || inlined.cost <= 1)) return exprOf(inlined);
  const cell = scope.bound.has(name) ? scope.cells.get(name) : undefined;
  return cell === undefined ? undefined : () => cell.v;
}

function rulesOf(expr: Expression, planner: Planner): readonly Shown[] {
  if (expr.with.length > 0) return NOTHING;
  return referencesIn(expr).flatMap((ref) => {
    const front = ref.path.some((step) => step.kind === "var" && !isRootName(step.name)) ? undefined : planner.ruleFront(ref);
    if (front === undefined || front.rest.length > 0 || front.rules.arity !== undefined) return [];
    const read = quietly(planner, exprOf(front.rules.value()));
    return [{ name: printTerm(ref), read, cached: true }];
  });
}

function quietly(planner: Planner, read: () => Value | undefined): () => Value | undefined {
  return () => planner.probe?.quietly(read);
}

function operandsOf(expr: Expression): readonly Term[] {
  if (expr.kind === "term-expr") return expr.term.kind === "call" ? expr.term.args : [expr.term];
  return expr.kind === "call-expr" ? expr.args : [];
}

function referencesIn(expr: Expression): readonly RefTerm[] {
  return operandsOf(expr).flatMap((term) => (term.kind === "ref" ? [term] : []));
}

/** Returns the parts of an expression that fails, and of those that were made of the same text. */
export function partsOf(
  expr: Expression,
  body: Body,
  scope: Scope,
  planner: Planner,
): { readonly base: Span | undefined; readonly parts: readonly Part[] } {
  if (planner.probe?.showsValues !== true || expr.span === undefined) return { base: expr.span, parts: [] };
  const base = body.reduce((widest, other) => (other.span !== undefined && holds(other.span, widest) ? other.span : widest), expr.span);
  const others = body.filter((other) => other !== expr && other.span !== undefined && holds(base, other.span));
  return {
    base,
    parts: [
      ...operandsOf(expr).flatMap((term) => termParts(term, expr, !expr.negated, scope, planner)),
      ...others.flatMap((other) => operandsOf(other).flatMap((term) => termParts(term, other, false, scope, planner))),
    ],
  };
}

function holds(outer: Span, inner: Span): boolean {
  return outer.source === inner.source && outer.start <= inner.start && outer.end >= inner.end;
}

// What has no value is undefined in the expression that failed; in the others it may not have been looked at.
function termParts(term: Term, expr: Expression, certain: boolean, scope: Scope, planner: Planner): readonly Part[] {
  const { span } = term;
  switch (term.kind) {
    case "var": {
      const read = readerOf(term.name, scope);
      return span === undefined || (read === undefined && !certain) ? [] : [{ span, read: read ?? (() => undefined), certain }];
    }
    case "ref": {
      const inner = term.path.flatMap((step) =>
        step.kind === "var" && isRootName(step.name) ? [] : termParts(step, expr, certain, scope, planner),
      );
      const read = span === undefined || expr.with.length > 0 ? undefined : readerOfTerm(term, scope, planner);
      return span === undefined || read === undefined ? inner : [{ span, read, certain }, ...inner];
    }
    case "array":
    case "set":
      return term.items.flatMap((item) => termParts(item, expr, certain, scope, planner));
    case "object":
      return term.entries.flat().flatMap((item) => termParts(item, expr, certain, scope, planner));
    case "array-comprehension":
    case "set-comprehension":
    case "object-comprehension": {
      const read = span === undefined || expr.with.length > 0 ? undefined : readerOfTerm(term, scope, planner);
      return span === undefined || read === undefined ? [] : [{ span, read, certain }];
    }
    default:
      return [];
  }
}

function readerOfTerm(term: Term, scope: Scope, planner: Planner): (() => Value | undefined) | undefined {
  let isSettled = true;
  visitTerm(term, (name, inClosure) => {
    if (!inClosure && !isRootName(name) && readerOf(name, scope) === undefined) isSettled = false;
  });
  return isSettled ? quietly(planner, exprOf(planner.term(term, scope))) : undefined;
}
