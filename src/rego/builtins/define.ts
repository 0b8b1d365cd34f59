/**
 * What a builtin is: a row with its name, its signature in OPA's notation and its function.
 * A signature is text (`(haystack: string, needle: string) => output: number`), parsed by `types.ts` when a policy first calls the
 * builtin: two hundred signatures cost nothing at start. https://www.openpolicyagent.org/docs/latest/policy-reference/#built-in-functions
 */
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Failure } from "./failure.ts";

/** A value, nothing (Rego's undefined), or a failure. */
export type BuiltinResult = Value | undefined | Failure;

/** The function behind a builtin: the context first, then one argument per operand. Never throws for what a policy can pass. */
export type BuiltinFunction = (context: BuiltinContext, ...operands: Value[]) => BuiltinResult;

/** What else is true of a builtin. */
export interface BuiltinTraits {
  readonly infix?: string;
  readonly deprecated?: boolean;
  readonly nondeterministic?: boolean;
  /** Asks for the time of the evaluation, so that its answer holds for one evaluation only, though OPA calls it deterministic. */
  readonly readsTime?: boolean;
  /** May give many results (`walk`); the evaluator enumerates them. */
  readonly relation?: boolean;
  /** Capability that must be granted, e.g. the network. */
  readonly needs?: "network";
}

/** A row of the builtin table. */
export interface Builtin extends BuiltinTraits {
  readonly name: string;
  readonly signature: string;
  readonly call: BuiltinFunction;
}

/** Builtins by name. */
export type BuiltinTable = ReadonlyMap<string, Builtin>;

/** Makes a row. */
export function define(name: string, signature: string, call: BuiltinFunction, traits: BuiltinTraits = {}): Builtin {
  return { name, signature, call, ...traits };
}
