/**
 * Macros: calls that the parser rewrites before anything is checked (https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros).
 * A macro is a row: its name, how many arguments it takes, whether it has a target, and the rewriting, which yields the new tree, a
 * message at a place, or nothing when the call is to stay a call.
 */
import type { Call, Element, Expr, Literal } from "./ast.ts";
import { OPERATORS } from "./ast.ts";
import type { Issue } from "./issue.ts";

/** The call a macro is asked to rewrite. */
export interface MacroCall {
  /** Where messages about generated nodes point: the call's bracket. */
  readonly at: number;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

/** What a macro answers. */
export type Expansion = { readonly expr: Expr } | { readonly issue: Issue } | undefined;

/** One macro. */
export interface Macro {
  readonly name: string;
  /** How many arguments, the target not counted. */
  readonly argumentCount: number | "any";
  readonly member: boolean;
  expand(call: MacroCall): Expansion;
}

/** The variable that folds accumulate into; no source text can name it. */
const ACCUMULATOR = "@result";

/** Makes the tree nodes that macros are built of, all placed at one offset. */
export interface Nodes {
  readonly accumulator: Expr;
  literal(value: Literal["value"]): Expr;
  ident(name: string): Expr;
  list(...values: readonly Expr[]): Expr;
  emptyMap(): Expr;
  call(name: string, ...args: readonly Expr[]): Call;
  member(target: Expr, name: string, ...args: readonly Expr[]): Call;
}

/** Yields a maker of nodes placed at `at`. */
export function nodesAt(at: number): Nodes {
  const element = (value: Expr): Element => ({ value, optional: false });
  return {
    accumulator: { kind: "ident", at, name: ACCUMULATOR },
    literal: (value) => ({ kind: "literal", at, value }),
    ident: (name) => ({ kind: "ident", at, name }),
    list: (...values) => ({ kind: "list", at, elements: values.map(element) }),
    emptyMap: () => ({ kind: "map", at, entries: [] }),
    call: (name, ...args) => ({ kind: "call", at, name, target: undefined, args }),
    member: (target, name, ...args) => ({ kind: "call", at, name, target, args }),
  };
}

/** Refuses a macro's arguments. */
export function refuse(at: number, message: string): { readonly issue: Issue } {
  return { issue: { at, message } };
}

/** The fold that binds `name` to `value` while `body` is worked out, which is how `cel.bind` and `optMap` are made. */
export function bindNode(at: number, binding: { readonly name: string; readonly value: Expr }, body: Expr): Expr {
  const nodes = nodesAt(at);
  return {
    kind: "comprehension",
    at,
    range: nodes.list(),
    variable: "#unused",
    secondVariable: undefined,
    accumulator: binding.name,
    initial: binding.value,
    condition: nodes.literal(false),
    step: nodes.ident(binding.name),
    result: body,
  };
}

/** How a quantifier or transformation folds; the body sees the accumulator. */
export interface FoldParts {
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** The three quantifiers. */
export type Quantifier = "all" | "exists" | "existsOne";

/** Yields the fold of a quantifier over `predicate`. */
export function quantifierFold(at: number, quantifier: Quantifier, predicate: Expr): FoldParts {
  const nodes = nodesAt(at);
  const so = nodes.accumulator;
  switch (quantifier) {
    case "all":
      return {
        initial: nodes.literal(true),
        condition: nodes.call(OPERATORS.notStrictlyFalse, so),
        step: nodes.call(OPERATORS.and, so, predicate),
        result: so,
      };
    case "exists":
      return {
        initial: nodes.literal(false),
        condition: nodes.call(OPERATORS.notStrictlyFalse, nodes.call(OPERATORS.not, so)),
        step: nodes.call(OPERATORS.or, so, predicate),
        result: so,
      };
    case "existsOne":
      return {
        initial: nodes.literal(0),
        condition: nodes.literal(true),
        step: nodes.call(OPERATORS.conditional, predicate, nodes.call(OPERATORS.add, so, nodes.literal(1)), so),
        result: nodes.call(OPERATORS.equals, so, nodes.literal(1)),
      };
  }
}

/** Yields the fold that starts from `initial` and applies `step`, only where `filter` holds when there is one. */
export function collectFold(at: number, initial: Expr, parts: { readonly step: Expr; readonly filter: Expr | undefined }): FoldParts {
  const nodes = nodesAt(at);
  const so = nodes.accumulator;
  const step = parts.filter === undefined ? parts.step : nodes.call(OPERATORS.conditional, parts.filter, parts.step, so);
  return { initial, condition: nodes.literal(true), step, result: so };
}

/** Reads the name of an iteration variable. */
export function variableName(expr: Expr, message: string): string | { readonly issue: Issue } {
  if (expr.kind !== "ident") return refuse(expr.at, message);
  if (expr.name === ACCUMULATOR || expr.name === "__result__") {
    return refuse(expr.at, "iteration variable overwrites accumulator variable");
  }
  return expr.name;
}
