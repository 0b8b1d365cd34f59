/**
 * What a planned policy is made of: closures that hold their successor, and cells that they read and write. Rego forbids recursion, so a
 * rule has at most one live activation and each of its variables can be one fixed cell (https://www.openpolicyagent.org/docs/latest/policy-language/).
 */
import type { Value } from "../values/value.ts";

/** A variable, or a value on its way from one closure to the next. */
export interface Cell {
  v: Value | undefined;
}

/** Gives a value, or `undefined` for Rego's undefined. */
export type Expr = () => Value | undefined;

/** An expression used as a condition; it may bind cells on its way. */
export type Test = () => boolean;

/** Continues a body; true means that somebody above has seen enough. */
export type Step = () => boolean;

/** Makes a step out of the step that follows. */
export type Link = (next: Step) => Step;

/** Makes a loop out of a condition on each element and the step that follows where it holds: one closure less per element. */
export type GuardedLink = (next: Step, guard: Test | undefined) => Step;

/** Takes a value apart and binds cells; false when the value does not fit. */
export type Match = (value: Value) => boolean;

/** A value kept for one generation of the runner's clock. */
export interface Memo {
  at: number;
  v: Value | undefined;
}

/** Returns an empty cell. */
export function createCell(): Cell {
  return { v: undefined };
}
