/**
 * Strings as Go sees them: bytes. A Rego string is UTF-16 here; a byte that is no part of valid UTF-8 is the lone low surrogate U+DC00 + byte
 * (the essay in values/value.ts). A lone surrogate of any other kind stands for U+FFFD. Three forms: text, `Uint8Array`, and
 * "binary" text with one character (0..255) a byte, on which JavaScript's own string functions do what Go's do on bytes.
 */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
// Characters a call of fromCharCode: far below any engine's limit of arguments.
const CHUNK = 8192;
const ASCII = /^[\u0000-\u007f]*$/;

/** Returns the bytes of a text. */
export function toUtf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return text.isWellFormed() ? encoder.encode(text) : bytesOfBinary(binaryFromIllFormed(text));
}

/** Returns the text of some bytes; the bytes that are not valid UTF-8 become lone low surrogates. */
export function fromUtf8Bytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
}

/** Returns one character a byte. */
export function toBinary(text: string): string {
  if (!text.isWellFormed()) return binaryFromIllFormed(text);
  const bytes = encoder.encode(text);
  return bytes.length === text.length ? text : binaryFromBytes(bytes);
}

/** Returns the text that one character a byte stands for. */
export function fromBinary(binary: string): string {
  return ASCII.test(binary) ? binary : fromUtf8Bytes(bytesOfBinary(binary));
}

/** Returns a text in its one form after pieces were joined: bytes that became valid UTF-8 side by side turn into characters. */
export function joinBytes(text: string): string {
  return text.isWellFormed() ? text : fromUtf8Bytes(toUtf8Bytes(text));
}

/** Tells whether a UTF-16 unit stands for a byte, given that it is a lone surrogate. */
export function isByteUnit(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}

function bytesOfBinary(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function binaryFromBytes(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return binary;
}

const REPLACEMENT = "\u00ef\u00bf\u00bd";

function binaryFromIllFormed(text: string): string {
  let binary = "";
  for (const letter of text) {
    const at = letter.codePointAt(0) ?? 0;
    if (at < 0x80) binary += letter;
    else if (at < 0xd800 || at > 0xdfff) binary += binaryFromBytes(encoder.encode(letter));
    else binary += isByteUnit(at) ? String.fromCharCode(at - 0xdc00) : REPLACEMENT;
  }
  return binary;
}

// Go takes one byte at a time where UTF-8 breaks off (a TextDecoder would swallow a truncated sequence as one).
function decodeLoosely(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += decoder.decode(bytes.subarray(start, at)) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    start = ++at;
  }
  return text + decoder.decode(bytes.subarray(start));
}

/** Returns the length of the valid UTF-8 sequence at a position, or 0. https://datatracker.ietf.org/doc/html/rfc3629#section-4 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
