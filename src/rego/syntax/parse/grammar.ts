/** What the parse functions and the cursor that they move share: the shape of complaints, of states to go back to, and of the grammar. */
import type { Span } from "../../source/source.ts";
import type { Body, Expr, Term } from "../ast.ts";
import type { Kind } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** An error as it is met: its text, and where it points. */
export interface Complaint {
  readonly message: string;
  readonly span: Span | undefined;
  /** Whether the source line and a caret are shown below it. */
  readonly excerpt: boolean;
}

/** What an attempt can be taken back to. */
export interface State {
  readonly index: number;
  readonly blank: number;
  readonly kind: Kind;
  readonly errors: readonly Complaint[];
  readonly hints: readonly string[];
  readonly wildcards: number;
}

/** The parse functions, by what they read. */
export interface Grammar {
  readonly term: (p: Cursor) => Term | undefined;
  /** An infix expression; in a list a comma ends it. */
  readonly infix: (p: Cursor, inList: boolean) => Term | undefined;
  readonly literal: (p: Cursor, index: number) => Expr | undefined;
  readonly body: (p: Cursor, end: Kind) => Body | undefined;
}
