/**
 * Where a node stands, as the formatter needs it: row, column and the text shown. A node without a span gets a made-up place at the start, by
 * which the formatter knows to leave its neighbours in their order.
 */
import { positionOf } from "../../source/position.ts";
import { type Span, textOf } from "../../source/source.ts";
import type { Comment } from "../ast.ts";

/** A place in the text that is formatted. */
export interface Place {
  readonly row: number;
  readonly col: number;
  readonly text: string;
  readonly madeUp: boolean;
}

/** A comment with its place; its text has no blanks at the end, what was written may have some. */
export interface PlacedComment {
  readonly row: number;
  readonly col: number;
  readonly text: string;
  readonly written: string;
}

/** Finds places; each span is looked up once. */
export type Places = (span: Span | undefined) => Place;

const nowhere: Place = { row: 1, col: 1, text: "", madeUp: true };

/** Returns a finder of places. */
export function newPlaces(): Places {
  const known = new WeakMap<Span, Place>();
  return (span) => {
    if (span === undefined) return nowhere;
    const found = known.get(span);
    if (found !== undefined) return found;
    const place = { ...positionOf(span), text: textOf(span), madeUp: false };
    known.set(span, place);
    return place;
  };
}

/** Returns a comment as it is written, with its place. */
export function placeComment({ span, text }: Comment, places: Places): PlacedComment {
  const { row, col, text: written } = places(span);
  return { row, col, written, text: `#${text.replace(/[\s\u0085]+$/, "")}` };
}

/** Says whether a comment opens a METADATA block. */
export function opensMetadata({ col, text }: PlacedComment): boolean {
  return col === 1 && /^#\s*METADATA/.test(text);
}

/** Compares two places: a row apart counts more than a column. */
export function comparePlaces(a: Place, b: Place): number {
  return a.row - b.row || a.col - b.col;
}

/** Returns how many line ends a text holds. */
export function lineEndsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** No row at all: no comment stands at or before it. */
const noRow = -1;

/** Returns the row of the bracket that closes the first bracket opened in a text, or `noRow`. */
export function closingRow(open: string, close: string, { row, text }: Place): number {
  const end = closingIndex(open, close, { text, from: text.indexOf(open) });
  return end < 0 ? noRow : row + lineEndsIn(text.slice(text.indexOf(open), end));
}

/** Like `closingRow` for braces, after brackets of the head of a rule. */
export function closingRowAfter(open: string, close: string, { row, text }: Place): number {
  const past = closingIndex(open, close, { text, from: text.indexOf(open) });
  const begin = past < 0 ? text.length : past;
  const first = text.indexOf("{", begin);
  const end = first < 0 ? -1 : closingIndex("{", "}", { text, from: first });
  if (end < 0) return noRow;
  // The line ends between the brackets of the head and the brace are not counted, as OPA does not.
  return row + lineEndsIn(text.slice(text.indexOf(open), begin)) + lineEndsIn(text.slice(first, end));
}

function closingIndex(open: string, close: string, { text, from }: { readonly text: string; readonly from: number }): number {
  if (from < 0) return -1;
  let depth = 1;
  for (let at = from + 1; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === open) depth++;
    else if (letter === close && --depth === 0) return at;
  }
  return -1;
}
