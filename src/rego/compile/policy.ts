/** What compilation gives: a frozen policy whose modules went through every pass, and queries compiled against it. */
import type { BuiltinTable } from "../builtins/define.ts";
import type { Body, Dialect, Expr, Module } from "../syntax/ast.ts";
import type { Value } from "../values/value.ts";
import type { CompileOptions, RuleAddress } from "./compilation.ts";
import type { RuleNode } from "./rule-tree.ts";

/** A compiled policy; nothing in it changes any more. */
export interface CompiledPolicy {
  /** Modules by file name, rewritten by the passes: names resolved to `data…`, locals renamed, bodies ordered for safety. */
  readonly modules: ReadonlyMap<string, Module>;
  /** Generated variable → name its author wrote. */
  readonly originalNames: ReadonlyMap<string, string>;
  /** The rules of all modules by path. */
  readonly tree: RuleNode;
  readonly builtins: BuiltinTable;
  readonly dialect: Dialect;
  /** Base documents under `data`. */
  readonly data: Value;
  /** What the type checker learned, for queries; opaque to everything but the passes. */
  readonly types: unknown;
  readonly printEnabled: boolean;
  readonly strict: boolean;
  readonly unsafeBuiltins: ReadonlySet<string>;
  /** For compiling queries: the options given, and where rules are. */
  readonly options: CompileOptions;
  readonly addresses: RuleNode<RuleAddress>;
}

/** An expression of a query whose value is part of each result. */
interface QueryResultExpression {
  /** As it stands in the compiled body; its span is the text that the author wrote. */
  readonly expression: Expr;
  /** The variable that holds its value; without one the value is `true`. */
  readonly variable: string | undefined;
}

/** A query compiled against a policy. */
export interface CompiledQuery {
  readonly policy: CompiledPolicy;
  readonly text: string;
  /** The body after every query pass. */
  readonly body: Body;
  /** The body as it was parsed: result expressions take their text and location from it. */
  readonly source: Body;
  /** The expressions whose values a result lists, in the order of evaluation. */
  readonly results: readonly QueryResultExpression[];
  readonly originalNames: ReadonlyMap<string, string>;
}
