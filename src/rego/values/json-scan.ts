/**
 * Decides whether `JSON.parse` loses nothing of a JSON text: no number whose text JavaScript would write otherwise, no escape of half
 * a surrogate pair, no nesting beyond the limit. Aware of strings, since image tags look like numbers (`nginx:1.0`).
 * Says nothing about whether the text is JSON.
 */

// Fifteen digits always fit a JavaScript number and come back as they were.
const SURE_DIGITS = 15;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

// A number of sixteen digits or more, with a fraction or an exponent, or -0; some texts inside strings look like that as well. No two
// ways through it share a start, so it takes linear time. One native search costs a third of the scan below.
const SUSPECT = /[:,[\s](?:-0(?![1-9])|-?(?:\d{16}|\d+[.eE][-+.\deE]*[,\]}\s]))/;

/** Tells whether `JSON.parse` yields exactly the values that the text denotes. */
export function isPlainJson(text: string, depthLimit: number): boolean {
  if (!text.isWellFormed()) return false;
  return isSurelyPlain(text, depthLimit) || isPlainByScan(text, depthLimit);
}

// Each level takes an opening and a closing character, so a short text cannot be too deep.
function isSurelyPlain(text: string, depthLimit: number): boolean {
  const first = text.charCodeAt(0);
  if ((first !== 0x7b && first !== 0x5b) || text.length > 2 * depthLimit) return false;
  return !text.includes("\\u") && !SUSPECT.test(text);
}

function isPlainByScan(text: string, depthLimit: number): boolean {
  let depth = 0;
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) {
      // A loop over units beats indexOf here: most strings are short.
      if ((i = endOfString(text, i + 1)) < 0) return false;
    } else if ((unit >= 0x30 && unit <= 0x39) || unit === 0x2d) {
      const end = endOfNumber(text, i);
      if (!isPlainNumber(text, i, end)) return false;
      i = end - 1;
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > depthLimit) return false;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return true;
}

// Returns the position of the closing quote, or -1 when the string is open or escapes a surrogate.
function endOfString(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) return i;
    if (unit !== BACKSLASH) continue;
    i++;
    // \ud8.. to \udf..: rare enough to leave to the careful reader.
    if (text.charCodeAt(i) === 0x75 && (text.charCodeAt(i + 1) | 0x20) === 0x64 && !(text.charCodeAt(i + 2) < 0x38)) return -1;
  }
  return -1;
}

// Returns the position after the characters that a number may hold.
function endOfNumber(text: string, from: number): number {
  let i = from;
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x30 && unit <= 0x39) continue;
    if (unit !== 0x2e && unit !== 0x2d && unit !== 0x2b && (unit | 0x20) !== 0x65) break;
  }
  return i;
}

function isPlainNumber(text: string, start: number, end: number): boolean {
  if (end - start <= SURE_DIGITS) {
    let i = text.charCodeAt(start) === 0x2d && text.charCodeAt(start + 1) !== 0x30 ? start + 1 : start;
    while (i < end && text.charCodeAt(i) >= 0x30 && text.charCodeAt(i) <= 0x39) i++;
    if (i === end) return true;
  }
  const written = text.slice(start, end);
  const number = Number(written);
  return String(number) === written && (Number.isSafeInteger(number) || !Number.isInteger(number));
}
