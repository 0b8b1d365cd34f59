/**
 * Turns an offset into the row and column that people read. Rows and columns start at 1; a column counts code points, a tab
 * counts as one, as OPA does. The table of line starts is built once per source, on the first question.
 */
import type { Source, Span } from "./source.ts";

/** A row and a column, both from 1. */
export interface Position {
  readonly row: number;
  readonly col: number;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

/** Returns the offset at which each line of the source starts. */
export function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/**
 * Returns the row and column of an offset. OPA's scanner counts the character that it stands on: a line feed is column 0 of the
 * next row, and the end of the text has the place of the last character.
 */
export function positionAt(source: Source, offset: number): Position {
  const { text } = source;
  // Before the text is where nothing is: an empty module is faulted at row 0.
  if (offset < 0) return { row: 0, col: 0 };
  const at = Math.min(offset, text.length - 1);
  const starts = lineStartsOf(source);
  const row = rowOf(starts, text.charCodeAt(at) === 10 ? at + 1 : at);
  return { row, col: columnAt(source, starts[row - 1] ?? 0, at + 1) };
}

function rowOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Returns the row and column at which a span starts. */
export function positionOf(span: Span): Position {
  return positionAt(span.source, span.start);
}

// A line may be the whole of a large text: its code points are counted in stretches, each once.
const STRETCH = 1024;
const stretches = new WeakMap<Source, Map<number, number[]>>();

function columnAt(source: Source, from: number, to: number): number {
  const { text } = source;
  if (to - from < STRETCH) return codePoints(text, from, to);
  const ofLines = stretches.get(source) ?? new Map<number, number[]>();
  stretches.set(source, ofLines);
  const sums = ofLines.get(from) ?? [0];
  ofLines.set(from, sums);
  const whole = Math.floor((to - from) / STRETCH);
  for (let i = sums.length; i <= whole; i++) {
    const end = from + i * STRETCH;
    sums.push((sums[i - 1] ?? 0) + codePoints(text, end - STRETCH, end, from));
  }
  return (sums[whole] ?? 0) + codePoints(text, from + whole * STRETCH, to, from);
}

function codePoints(text: string, from: number, to: number, start = from): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    // A low half that follows a high half belongs to the code point already counted.
    if (unit >= 0xdc00 && unit <= 0xdfff && i > start && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) continue;
    count++;
  }
  return count;
}
