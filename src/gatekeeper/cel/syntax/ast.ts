/**
 * The tree of a CEL expression after macros are expanded: seven kinds of node, as in cel-go's AST. Every node remembers the offset (in
 * UTF-16 units) that messages about it point at: a call's operator or bracket, a selection's dot, else the node's first character.
 * https://github.com/google/cel-spec/blob/master/proto/cel/expr/syntax.proto
 */
import type { CelValue } from "../values/value.ts";

interface At {
  readonly at: number;
}

/** A constant. */
export interface Literal extends At {
  readonly kind: "literal";
  readonly value: CelValue;
}

/** A name; a leading dot is part of it. */
export interface Ident extends At {
  readonly kind: "ident";
  readonly name: string;
}

/** `operand.field`, or `has(operand.field)` when `test` is set. */
export interface Select extends At {
  readonly kind: "select";
  readonly operand: Expr;
  readonly field: string;
  readonly test: boolean;
}

/** A call of a function or operator; `target` is set in `target.name(…)`. */
export interface Call extends At {
  readonly kind: "call";
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

/** `[a, ?b]`. */
export interface List extends At {
  readonly kind: "list";
  readonly elements: readonly Element[];
}

/** One element of a list. */
export interface Element {
  readonly value: Expr;
  readonly optional: boolean;
}

/** `{a: b, ?c: d}`. */
export interface MapLiteral extends At {
  readonly kind: "map";
  readonly entries: readonly Entry[];
}

/** One entry of a map; `at` is the colon. */
export interface Entry extends At {
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

/** `Name{field: value}`. */
export interface Struct extends At {
  readonly kind: "struct";
  readonly name: string;
  readonly fields: readonly Field[];
}

/** One field of a struct; `at` is the colon. */
export interface Field extends At {
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

/** What macros such as `all` and `map` become: a fold over a range. */
export interface Comprehension extends At {
  readonly kind: "comprehension";
  readonly range: Expr;
  readonly variable: string;
  /** The second variable; the first then is the index or key. */
  readonly secondVariable: string | undefined;
  readonly accumulator: string;
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** Any node. */
export type Expr = Literal | Ident | Select | Call | List | MapLiteral | Struct | Comprehension;

/** Names of the operators as functions, spelled as cel-go spells them. */
export const OPERATORS = {
  conditional: "_?_:_",
  and: "_&&_",
  or: "_||_",
  not: "!_",
  negate: "-_",
  index: "_[_]",
  optionalIndex: "_[?_]",
  optionalSelect: "_?._",
  notStrictlyFalse: "@not_strictly_false",
  add: "_+_",
  equals: "_==_",
  in: "@in",
} as const;

/** Lists the children of a node in the order of the source. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "literal":
    case "ident":
      return [];
    case "select":
      return [expr.operand];
    case "call":
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case "list":
      return expr.elements.map((element) => element.value);
    case "map":
      return expr.entries.flatMap((entry) => [entry.key, entry.value]);
    case "struct":
      return expr.fields.map((field) => field.value);
    case "comprehension":
      return [expr.range, expr.initial, expr.condition, expr.step, expr.result];
  }
}
