/**
 * Format strings taken apart: text, clauses such as `%.2f`, and what is wrong with them; and the words for a value that a clause cannot show.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Strings
 */
import { CelError } from "../values/value.ts";

/** The number of decimals where none is given. */
export const DEFAULT_PRECISION = 6;
/** Go would write any number of decimals; more than this is no number any more but a way to fill memory. */
const MAX_PRECISION = 1000;

/** One piece of a format string. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "clause"; readonly letter: string; readonly precision: number | undefined }
  | { readonly kind: "wrong"; readonly message: string };

/** Splits a format string; a wrong piece is the last. */
export function parseFormat(format: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf("%", at);
    if (percent < 0) return [...pieces, { kind: "text", text: format.slice(at) }];
    if (percent > at) pieces.push({ kind: "text", text: format.slice(at, percent) });
    if (format[percent + 1] === "%") {
      pieces.push({ kind: "text", text: "%" });
      at = percent + 2;
      continue;
    }
    const clause = parseClause(format, percent + 1);
    pieces.push(clause.piece);
    if (clause.piece.kind === "wrong") return pieces;
    at = clause.end;
  }
  return pieces;
}

function parseClause(format: string, start: number): { readonly piece: Piece; readonly end: number } {
  if (start >= format.length) return wrong("unexpected end of string");
  let at = start;
  let precision: number | undefined;
  if (format[at] === ".") {
    const digits = /^\d*/.exec(format.slice(at + 1))?.[0] ?? "";
    at += 1 + digits.length;
    if (at >= format.length) return wrong(`${PRECISION_TROUBLE}could not find end of precision specifier`);
    if (digits === "")
      return wrong(`${PRECISION_TROUBLE}error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax`);
    precision = Number(digits);
    if (precision > MAX_PRECISION) return wrong(`${PRECISION_TROUBLE}precision is larger than ${MAX_PRECISION}`);
  }
  const letter = String.fromCodePoint(format.codePointAt(at) ?? 0);
  if (!"sdfebxXo".includes(letter)) return wrong(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
  return { piece: { kind: "clause", letter, precision }, end: at + 1 };
}

const PRECISION_TROUBLE = "could not parse formatting clause: error while parsing precision: ";

function wrong(message: string): { readonly piece: Piece; readonly end: number } {
  return { piece: { kind: "wrong", message }, end: 0 };
}

/** What each clause can be used on, as cel-go words it. */
const PURPOSES: ReadonlyMap<string, string> = new Map([
  ["s", "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"],
  ["d", "decimal clause can only be used on integers"],
  ["f", "fixed-point clause can only be used on doubles"],
  ["e", "scientific clause can only be used on doubles"],
  ["b", "only integers and bools can be formatted as binary"],
  ["x", "only integers, byte buffers, and strings can be formatted as hex"],
  ["o", "octal clause can only be used on integers"],
]);

/** Words the refusal of a value. */
export function unfit(letter: string, type: string): CelError {
  return new CelError(`${PURPOSES.get(letter)}, was given ${type}`);
}
