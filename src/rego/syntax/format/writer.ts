/**
 * The page that the formatter writes on: lines with their indentation, and comments that go to the end of a line or before it. It is the one thing that
 * changes while a module is formatted.
 */
import type { Expr, RefTerm, Term } from "../ast.ts";
import { newPlaces, opensMetadata, type Place, type PlacedComment, type Places } from "./place.ts";

/** What the output looks like; see `formatModule`. */
export interface Style {
  readonly v1: boolean;
  readonly useContains: boolean;
  readonly useIf: boolean;
  /** Whether heads are written as references throughout. */
  readonly refHeads: boolean;
  /** Words that must be bracketed in references where keywords may not stand bare. */
  readonly keywords: ReadonlySet<string>;
  /** How wildcards that are used twice are named. */
  readonly wildcardNames: ReadonlyMap<string, string>;
}

/** What is wrong with what is being formatted. */
export interface FormatFault {
  readonly code: "rego_format_error" | "rego_type_error";
  readonly message: string;
  readonly span: Term["span"];
  readonly notes: readonly string[];
}

/** Comments that are still to be written, in the order of the text. */
export type Comments = readonly PlacedComment[];

/**
 * Stops the formatting of a term: a comment stands where the layout has no room for one, and the term is then left as it was written. It
 * carries the comments that are left.
 */
export class UnexpectedComment extends Error {
  readonly left: Comments;
  constructor(left: Comments, message: string) {
    super(message);
    this.left = left;
  }
}

/** Runs, and forgets the comments left when it is stopped: what OPA's formatter does in most places. */
export function losingComments<T>(run: () => T): T {
  try {
    return run();
  } catch (stop) {
    throw stop instanceof UnexpectedComment ? new UnexpectedComment([], stop.message) : stop;
  }
}

/** Runs; when it is stopped, goes on with the comments that are left. */
export function toleratingComments(run: () => Comments): Comments {
  try {
    return run();
  } catch (stop) {
    if (stop instanceof UnexpectedComment) return stop.left;
    throw stop;
  }
}

/** A term, where it counts as standing, and whether an operator in it needs parentheses. */
export interface Placed {
  readonly term: Term;
  readonly place: Place;
  readonly parens: boolean;
}

/** The functions that write nodes, by what they write; each reaches the others through the writer. */
export interface Layout {
  readonly expr: (w: Writer, expr: Expr, comments: Comments) => Comments;
  readonly body: (w: Writer, body: readonly Expr[], comments: Comments) => Comments;
  readonly term: (w: Writer, term: Term, comments: Comments, place?: Place) => Comments;
  readonly ref: (w: Writer, path: RefTerm["path"], comments: Comments) => Comments;
  /** A term where its comments and its parentheses are settled already. */
  readonly plain: (w: Writer, placed: Placed, comments: Comments) => Comments;
}

// As much of a comment as an error shows.
const shownLength = 100;

/** A page being written. */
export class Writer {
  readonly style: Style;
  readonly layout: Layout;
  readonly places: Places = newPlaces();
  readonly faults: FormatFault[] = [];
  level = 0;
  inline = false;
  /** A comment that goes to the end of the current line. */
  pending: PlacedComment | undefined;
  delayed = false;
  /** Whether a comment on the last line of a term left as written stays with it. */
  commentOnLastLine = false;
  private text = "";

  constructor(style: Style, layout: Layout) {
    this.style = style;
    this.layout = layout;
  }

  /** All that was written. */
  get page(): string {
    return this.text;
  }

  /** Takes back what was written after a length. */
  truncate(length: number): void {
    this.text = this.text.slice(0, length);
  }

  write(text: string): void {
    this.text += text;
  }

  /** Starts a line with the indentation. */
  startLine(): void {
    this.inline = true;
    this.text += "\t".repeat(this.level);
  }

  /** Ends a line, with the comment that waits for its end. */
  endLine(): void {
    this.inline = false;
    if (this.pending !== undefined && !this.delayed) {
      this.text += ` ${this.pending.text}`;
      this.pending = undefined;
    }
    this.delayed = false;
    this.text += "\n";
  }

  blankLine(): void {
    if (this.inline) this.endLine();
    this.text += "\n";
  }

  writeLine(text: string): void {
    if (!this.inline) this.startLine();
    this.write(text);
    this.endLine();
  }

  /** Writes comments on lines of their own, blank lines between them kept. */
  writeComments(comments: Comments): void {
    let inMetadata = false;
    for (const [i, comment] of comments.entries()) {
      const before = comments[i - 1];
      const apart = before === undefined ? 0 : comment.row - before.row || comment.col - before.col;
      if (apart > 1) {
        this.blankLine();
        inMetadata = false;
      } else if (apart === 1 && inMetadata && opensMetadata(comment)) this.blankLine();
      inMetadata ||= opensMetadata(comment);
      this.writeLine(comment.text);
    }
  }

  /** Writes the comments above a row and keeps one on it for the end of the line; returns the others. */
  insertComments(comments: Comments, row: number): Comments {
    if (comments.length === 0) return comments;
    const before = comments.filter((comment) => comment.row < row);
    const after = comments.filter((comment) => comment.row > row);
    this.writeComments(before);
    const last = before[before.length - 1];
    if (last !== undefined && row - last.row > 1) this.blankLine();
    this.keepForEnd(
      comments.findLast((comment) => comment.row === row),
      after,
    );
    return after;
  }

  private keepForEnd(comment: PlacedComment | undefined, left: Comments): void {
    const { pending } = this;
    if (pending === undefined) {
      this.pending = comment;
      return;
    }
    if (comment === undefined) return;
    this.pending = undefined;
    const there = `there is already a comment (${shown(pending.text)}) registered for line ${pending.row}`;
    throw new UnexpectedComment(left, `unexpected new comment (${shown(comment.text)}) on line ${comment.row} because ${there}`);
  }
}

function shown(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength - 2)}...` : text;
}
