/**
 * What Go's `unicode` and `strconv` packages say about one code point: printable or not, its simple (one to one) case mappings, white
 * space. JavaScript's tables are newer and its case mapping may yield several code points; both differences end here.
 * https://pkg.go.dev/unicode, https://pkg.go.dev/strconv#IsPrint
 */
import { NEWER_THAN_UNICODE_15 } from "./unicode-newer.table.ts";

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const ASCII = /^[\u0000-\u007f]*$/;

/** Tells whether a text is ASCII only. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Tells whether Go prints a code point as itself (letters, marks, numbers, punctuation, symbols and the ASCII space). */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20;
  return PRINTABLE.test(String.fromCodePoint(codePoint)) && !isNewer(codePoint);
}

function isNewer(codePoint: number): boolean {
  let low = 0;
  let high = NEWER_THAN_UNICODE_15.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (codePoint < (NEWER_THAN_UNICODE_15[2 * middle] ?? 0)) high = middle - 1;
    else if (codePoint > (NEWER_THAN_UNICODE_15[2 * middle + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

/** Returns a text with every code point in upper case where one code point stands for it (`ß` stays); a stray byte becomes U+FFFD. */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : Array.from(text.toWellFormed(), upperOne).join("");
}

/** Returns a text with every code point in lower case, whatever stands beside it (no final sigma). */
export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : Array.from(text.toWellFormed(), lowerOne).join("");
}

function upperOne(letter: string): string {
  const upper = letter.toUpperCase();
  if (upper === letter) return letter;
  const [first = "", second] = upper;
  if (second === undefined) return known(letter, first);
  // Greek letters with iota below map to the capital with iota beside: eight positions on, or nine for the three short ones.
  const at = letter.codePointAt(0) ?? 0;
  if (at >= 0x1f80 && at <= 0x1faf) return (at & 8) === 0 ? String.fromCodePoint(at + 8) : letter;
  return at === 0x1fb3 || at === 0x1fc3 || at === 0x1ff3 ? String.fromCodePoint(at + 9) : letter;
}

function lowerOne(letter: string): string {
  const lower = letter.toLowerCase();
  if (lower === letter) return letter;
  const [first = "", second] = lower;
  // Only U+0130 has a lower case of two code points; its simple mapping is the first.
  return second === undefined ? known(letter, first) : first;
}

function known(letter: string, mapped: string): string {
  return isNewer(letter.codePointAt(0) ?? 0) || isNewer(mapped.codePointAt(0) ?? 0) ? letter : mapped;
}

const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Returns a text without the white space (Unicode's White_Space) at its ends. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text.charAt(start))) start++;
  while (end > start && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Returns the number of code points of a text; a byte that is no UTF-8 counts as one. */
export function countCodePoints(text: string): number {
  let pairs = 0;
  for (let i = 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // High halves never stand alone, so a low one after a high one is the second of a pair.
    if (unit >= 0xdc00 && unit <= 0xdfff && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++;
  }
  return text.length - pairs;
}
