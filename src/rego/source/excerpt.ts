/**
 * Shows the line of a source on which an error lies and a caret under the place, as OPA does: the place is first moved back over blanks,
 * tabs at the start of the line are left out, and the caret counts bytes. In: a source and an offset. Out: two lines.
 */
import type { Source } from "./source.ts";

/** A line and the index in it, in bytes, at which an error lies. */
export interface Excerpt {
  readonly line: string;
  readonly index: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Returns the line around an offset; undefined if the source is empty. */
export function excerptAt(source: Source, offset: number): Excerpt {
  const { text } = source;
  // OPA looks at bytes, and takes the bytes 0x85 and 0xA0 for blanks even inside a character; so we look at bytes too, near the place.
  const from = lastLineStart(text, offset);
  const bytes = encoder.encode(text.slice(from, lineEnd(text, offset)));
  const place = encoder.encode(text.slice(from, offset)).length;
  let at = Math.max(Math.min(place, bytes.length - 1), 0);
  while (at > 0 && isBlank(bytes[at] ?? 0)) at--;
  let begin = at;
  while (begin > 0 && !isLineEnd(bytes[begin] ?? 0)) begin--;
  if (isLineEnd(bytes[begin] ?? 0)) begin++;
  let end = at;
  while (end < bytes.length && !isLineEnd(bytes[end] ?? 0)) end++;
  const line = decoder.decode(bytes.subarray(Math.min(begin, end), end));
  return { line, index: at - Math.min(begin, end) };
}

/** Returns the two lines that stand below an error. */
export function excerptLines({ line, index }: Excerpt): readonly [string, string] {
  const shown = line.replace(/^\t+/, "");
  return [shown, `${" ".repeat(Math.max(index - (line.length - shown.length), 0))}^`];
}

/** The start of the last line up to the offset that holds more than blanks. */
function lastLineStart(text: string, offset: number): number {
  let at = Math.min(offset, text.length - 1);
  // The next-line character and the no-break space end in bytes that count as blanks, and so may others: look one character further.
  while (at > 0 && /[\s\u0080-\uffff]/.test(text.charAt(at))) at--;
  return Math.max(text.lastIndexOf("\n", at), 0);
}

/** The line feed after the offset, included. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 9 && byte <= 13) || byte === 0x85 || byte === 0xa0;
}

function isLineEnd(byte: number): boolean {
  return byte === 10 || byte === 13;
}
