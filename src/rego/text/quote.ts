/**
 * Quotes text as Go's `strconv.Quote` does: the form of every string that OPA prints inside a term or a message.
 * In: a Rego string; out: its Go literal. https://pkg.go.dev/strconv#Quote
 */
import { isByteUnit } from "./bytes.ts";
import { isPrintable } from "./unicode.ts";

const NOTHING_TO_ESCAPE = /^[ !#-[\]-~]*$/;
const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
  [0x5c, "\\\\"],
]);

/** How to quote: between which quotes, and whether every character beyond ASCII is escaped. */
export interface QuoteStyle {
  readonly quote: '"' | "'";
  readonly asciiOnly: boolean;
}

const PLAIN: QuoteStyle = { quote: '"', asciiOnly: false };

/** Returns the Go literal of a text. */
export function quote(text: string): string {
  if (NOTHING_TO_ESCAPE.test(text)) return `"${text}"`;
  return quoteWith(text, PLAIN);
}

/** Returns the Go literal of a text in a given style (`strconv.QuoteToASCII`, `QuoteRune`). */
export function quoteWith(text: string, style: QuoteStyle): string {
  let out: string = style.quote;
  for (const letter of text) out += escaped(letter, style);
  return out + style.quote;
}

function escaped(letter: string, { quote: mark, asciiOnly }: QuoteStyle): string {
  const at = letter.codePointAt(0) ?? 0;
  if (letter === mark) return `\\${mark}`;
  const short = SHORT_ESCAPES.get(at);
  if (short !== undefined) return short;
  if (at < 0x7f && at >= 0x20) return letter;
  if (at < 0x20 || at === 0x7f) return `\\x${hex(at, 2)}`;
  if (at >= 0xd800 && at <= 0xdfff) return isByteUnit(at) ? `\\x${hex(at - 0xdc00, 2)}` : asciiOnly ? "\\ufffd" : "\ufffd";
  if (!asciiOnly && isPrintable(at)) return letter;
  return at < 0x10000 ? `\\u${hex(at, 4)}` : `\\U${hex(at, 8)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
