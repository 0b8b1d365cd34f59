/** An expression of a template, compiled: what it says, where it stands, and the program or the error it became. */
import type { Program } from "./program.ts";
import type { Issue } from "./syntax/issue.ts";

/** Where an expression stands below `source`. */
export type ExpressionPath = readonly (string | number)[];

/** One expression: a program, or the text of its error with the places it speaks of. */
export interface CompiledExpression {
  readonly text: string;
  readonly path: ExpressionPath;
  readonly outcome: { readonly program: Program } | { readonly error: string; readonly issues: readonly Issue[] };
}
