/** What compilation gives: a frozen policy whose modules went through every pass, and queries compiled against it. */
import type { BuiltinTable } from "../builtins/define.ts";
import type { Body, Dialect, Module } from "../syntax/ast.ts";
import type { Value } from "../values/value.ts";

/** A compiled policy; nothing in it changes any more. */
export interface CompiledPolicy {
  /** Modules by file name, rewritten by the passes: names resolved to `data…`, locals renamed, bodies ordered for safety. */
  readonly modules: ReadonlyMap<string, Module>;
  /** Generated variable → name its author wrote. */
  readonly originalNames: ReadonlyMap<string, string>;
  readonly builtins: BuiltinTable;
  readonly dialect: Dialect;
  /** Base documents under `data`. */
  readonly data: Value;
  /** What the type checker learned, for queries; opaque to everything but the passes. */
  readonly types: unknown;
  readonly printEnabled: boolean;
  readonly strict: boolean;
}

/** A query compiled against a policy. */
export interface CompiledQuery {
  readonly policy: CompiledPolicy;
  readonly text: string;
  /** The body after every query pass. */
  readonly body: Body;
  /** The body as it was parsed: result expressions take their text and location from it. */
  readonly source: Body;
  readonly originalNames: ReadonlyMap<string, string>;
}
