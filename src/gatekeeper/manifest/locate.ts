/**
 * Finds where a part of a manifest stands in its file, for messages: a path into the object, and an offset when the part is a text that has
 * places of its own (a policy, an expression). Row, column and the file's line out.
 */
import { placeInYaml } from "../../rego/index.ts";
import type { Manifest } from "./documents.ts";

/** A place in a file; row and column count from one, columns in characters. */
export interface FilePosition {
  readonly file: string;
  /** The how manieth document of the file, from one. */
  readonly document: number;
  readonly row: number;
  readonly col: number;
  readonly line: string;
}

/** Returns the place of an offset into the text at a path of a manifest; without an offset, the place of the field itself. */
export function locateInManifest({ place }: Manifest, path: readonly (string | number)[], offset?: number): FilePosition {
  const { text, source, row, index } = place;
  const found = placeInYaml(text, path);
  const at =
    found === undefined ? firstLine(text) : offset === undefined || found.depth < path.length ? found.start : found.offsetOf(offset);
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  return {
    file: source.name,
    document: index,
    row: row + countLines(text, start),
    col: columnIn(text.slice(start, at), at - start),
    line: text.slice(start, end < 0 ? text.length : end).replace(/\r$/, ""),
  };
}

/** Returns the column, in characters from one, of an offset into a line. */
export function columnIn(line: string, offset: number): number {
  let col = 1;
  for (let i = 0; i < offset; i++) if (!isSecondHalf(line, i)) col++;
  return col;
}

/** Tells whether a unit is the second of the two that a character is made of. */
function isSecondHalf(line: string, at: number): boolean {
  return (line.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0 && (line.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

function firstLine(text: string): number {
  return Math.max(0, text.search(/\S/));
}

function countLines(text: string, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Longest part of a line that is shown. */
const SHOWN = 160;

/** Returns the lines that show a place: `file:row:col`, the line, a caret below; of a long line the part around the place. */
export function showPosition({ file, row, col, line }: Omit<FilePosition, "document">): readonly string[] {
  let at = 0;
  for (let left = col - 1; left > 0 && at < line.length; at++) if (!isSecondHalf(line, at + 1)) left--;
  const from = line.length <= SHOWN ? 0 : Math.max(0, Math.min(at - SHOWN / 2, line.length - SHOWN));
  const shown = printable(line.slice(from, from + SHOWN));
  const before = printable(line.slice(from, at));
  return [`${file}:${row}:${col}`, `  ${shown}`, `  ${Array.from(before, (char) => (char === "\t" ? char : " ")).join("")}^`];
}

/** A text without the characters that would confuse a terminal. */
function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\p{Cs}]/gu, "\ufffd");
}
