/**
 * The tree of a Rego module. It follows OPA's own tree node for node, because OPA's error texts, trace lines and `parse` output show
 * that tree (https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar). Every node is plain and readonly; a pass that
 * changes something builds a new node. `span` is undefined only on nodes that a pass made up and that OPA gives no location.
 *
 * `kind` is unique over all nodes, so one switch or table can dispatch on any of them.
 */
import type { Source, Span } from "../source/source.ts";

interface Located {
  readonly span: Span | undefined;
}

export interface NullTerm extends Located {
  readonly kind: "null";
}

export interface BooleanTerm extends Located {
  readonly kind: "boolean";
  readonly value: boolean;
}

/** A number as it was written. */
export interface NumberTerm extends Located {
  readonly kind: "number";
  readonly text: string;
}

export interface StringTerm extends Located {
  readonly kind: "string";
  readonly value: string;
}

/** A variable. Wildcards are named `$0`, `$1`, … in the order they are read; generated ones `__local0__`, … */
export interface VarTerm extends Located {
  readonly kind: "var";
  readonly name: string;
}

/** A reference: head first, then one term per step; `a.b` has a string as its second term. */
export interface RefTerm extends Located {
  readonly kind: "ref";
  readonly path: readonly [Term, ...Term[]];
}

export interface ArrayTerm extends Located {
  readonly kind: "array";
  readonly items: readonly Term[];
}

export interface ObjectTerm extends Located {
  readonly kind: "object";
  readonly entries: readonly (readonly [key: Term, value: Term])[];
}

export interface SetTerm extends Located {
  readonly kind: "set";
  readonly items: readonly Term[];
}

export interface ArrayComprehension extends Located {
  readonly kind: "array-comprehension";
  readonly head: Term;
  readonly body: Body;
}

export interface SetComprehension extends Located {
  readonly kind: "set-comprehension";
  readonly head: Term;
  readonly body: Body;
}

export interface ObjectComprehension extends Located {
  readonly kind: "object-comprehension";
  readonly key: Term;
  readonly value: Term;
  readonly body: Body;
}

/** A call used as a term. Infix operators are calls of their builtin: `a + b` is `plus(a, b)`. */
export interface CallTerm extends Located {
  readonly kind: "call";
  readonly operator: RefTerm;
  readonly args: readonly Term[];
}

/** A template string: string terms, constant terms, and one expression per pair of braces. */
export interface TemplateTerm extends Located {
  readonly kind: "template";
  readonly parts: readonly (Term | Expr)[];
  readonly multiline: boolean;
}

export type ScalarTerm = NullTerm | BooleanTerm | NumberTerm | StringTerm;
export type Comprehension = ArrayComprehension | SetComprehension | ObjectComprehension;
export type Term = ScalarTerm | VarTerm | RefTerm | ArrayTerm | ObjectTerm | SetTerm | Comprehension | CallTerm | TemplateTerm;

/** `with target as value`. */
export interface With extends Located {
  readonly kind: "with";
  readonly target: Term;
  readonly value: Term;
}

interface ExprBase extends Located {
  /** Position in its body, from 0. */
  readonly index: number;
  readonly negated: boolean;
  /** Made by a pass, not written by the author. */
  readonly generated: boolean;
  readonly with: readonly With[];
}

/** A term that must be defined and not false. */
export interface TermExpr extends ExprBase {
  readonly kind: "term-expr";
  readonly term: Term;
}

/** A call as a statement: `x = 1` is `eq(x, 1)`, `x := 1` is `assign(x, 1)` until a pass rewrites it. One argument more than the arity captures the result. */
export interface CallExpr extends ExprBase {
  readonly kind: "call-expr";
  readonly operator: RefTerm;
  readonly args: readonly Term[];
  /** Was `:=` before a pass rewrote it to `=`: its left side gives nothing to its right. */
  readonly fromAssignment?: true;
}

/** `some x, y` (variables) or `some k, v in xs` (one call of `internal.member_2` or `internal.member_3`). */
export interface SomeExpr extends ExprBase {
  readonly kind: "some-expr";
  readonly symbols: readonly Term[];
}

export interface EveryExpr extends ExprBase {
  readonly kind: "every-expr";
  readonly key: Term | undefined;
  readonly value: Term;
  readonly domain: Term;
  readonly body: Body;
}

/** `not` as `import future.keywords.not` gives it: a nested query. Plain negation is `negated` on any other expression. */
export interface NotExpr extends ExprBase {
  readonly kind: "not-expr";
  readonly body: Body;
  readonly explicitBody: boolean;
}

export type Expr = TermExpr | CallExpr | SomeExpr | EveryExpr | NotExpr;
export type Body = readonly Expr[];

/** A rule's head. `reference` is the whole name (`p.q[x]`); a set rule has `key`, other rules `value`; functions have `args`. */
export interface Head extends Located {
  readonly kind: "head";
  readonly name: string;
  readonly reference: readonly [Term, ...Term[]];
  readonly args: readonly Term[] | undefined;
  readonly key: Term | undefined;
  readonly value: Term | undefined;
  /** Written with `:=`. */
  readonly assign: boolean;
  /** The value was not written: `true` was supplied. */
  readonly generatedValue: boolean;
}

export interface Rule extends Located {
  readonly kind: "rule";
  readonly isDefault: boolean;
  readonly head: Head;
  readonly body: Body;
  /** The body was not written: `true` was supplied. */
  readonly generatedBody: boolean;
  readonly else: Rule | undefined;
  readonly annotations: readonly Annotations[];
}

export interface Package extends Located {
  readonly kind: "package";
  /** Starts with the variable `data`, then strings. */
  readonly path: readonly [Term, ...Term[]];
}

export interface Import extends Located {
  readonly kind: "import";
  readonly path: RefTerm;
  readonly alias: string | undefined;
}

export interface Comment extends Located {
  readonly kind: "comment";
  /** What follows the `#`, a trailing CR removed. */
  readonly text: string;
}

/** A `# METADATA` block, already parsed from YAML into plain JSON; see rego.metadata.* for its fields. */
export interface Annotations extends Located {
  readonly kind: "annotations";
  readonly scope: "rule" | "document" | "package" | "subpackages";
  readonly fields: { readonly [name: string]: unknown };
  /** Row of the last line of the block. */
  readonly endRow: number;
}

/** `v0-as-v1` is a v0 file that says `import rego.v1`. */
export type Dialect = "v0" | "v0-as-v1" | "v1";

export interface Module extends Located {
  readonly kind: "module";
  readonly source: Source;
  readonly dialect: Dialect;
  readonly package: Package;
  readonly imports: readonly Import[];
  readonly rules: readonly Rule[];
  readonly comments: readonly Comment[];
  readonly annotations: readonly Annotations[];
}

/** Any node. */
export type Node = Term | With | Expr | Head | Rule | Package | Import | Comment | Annotations | Module;
