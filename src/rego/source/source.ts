/** A named text: what every position in the language points into. Source of truth for rows, columns and excerpts. */

/** A file's name (empty for an ad-hoc query) and its text, exactly as it was read. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** A piece of a source: UTF-16 offsets, end exclusive. Rows and columns are worked out late, in `position.ts`. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  /** Where the shown text starts, if not at `start`: OPA places `(a + b)` at `a` and yet shows the parentheses. */
  readonly textStart?: number;
}

/** Returns the text that a span covers. */
export function textOf(span: Span): string {
  return span.source.text.slice(span.textStart ?? span.start, span.end);
}
