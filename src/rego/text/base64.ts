/**
 * Base64 as Go reads and writes it: over bytes, padding required, line breaks skipped, and the position of the first wrong byte named.
 * Works on "binary" text, one character a byte (bytes.ts). https://pkg.go.dev/encoding/base64, https://datatracker.ietf.org/doc/html/rfc4648
 */

/** Bytes, one character each, or the position of the first wrong one. */
export type Base64Result = { readonly kind: "bytes"; readonly binary: string } | { readonly kind: "error"; readonly at: number };

const WELL_FORMED = /^[A-Za-z0-9+/]*={0,2}$/;

/** Returns the standard encoding of some bytes. */
export function encodeBase64(binary: string): string {
  return btoa(binary);
}

/** Returns the encoding of some bytes that may stand in a URL, with padding. */
export function encodeBase64Url(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_");
}

/** Decodes the standard alphabet. */
export function decodeBase64(text: string): Base64Result {
  const kept = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, "") : text;
  if (kept.length % 4 === 0 && WELL_FORMED.test(kept)) return { kind: "bytes", binary: atob(kept) };
  return { kind: "error", at: firstWrong(text, /[A-Za-z0-9+/]/) };
}

/** Decodes the alphabet of URLs. */
export function decodeBase64Url(text: string): Base64Result {
  if (/[+/]/.test(text)) return { kind: "error", at: firstWrong(text, /[A-Za-z0-9\-_]/) };
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

// Walks the text in groups of four as Go does; only called when something is wrong.
function firstWrong(text: string, alphabet: RegExp): number {
  let inGroup = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\n" || letter === "\r") continue;
    if (alphabet.test(letter)) inGroup = (inGroup + 1) % 4;
    else return letter === "=" ? afterPadding(text, at, inGroup) : at;
  }
  return text.length - inGroup;
}

function afterPadding(text: string, at: number, inGroup: number): number {
  if (inGroup < 2) return at;
  let next = endOfLines(text, at + 1);
  if (inGroup === 2) {
    if (next === text.length) return text.length;
    if (text.charAt(next) !== "=") return next - 1;
    next = endOfLines(text, next + 1);
  }
  return next;
}

function endOfLines(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === "\n" || text.charAt(at) === "\r") at++;
  return at;
}
