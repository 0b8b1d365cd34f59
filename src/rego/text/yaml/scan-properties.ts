/** Scans what may stand before a node or a document: anchors, aliases, tags and directives. In: a cursor at the first character; out: a token. */
import { type Cursor, isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWordUnit } from "./cursor.ts";
import { type Mark, scannerError, type Token } from "./tokens.ts";

const AFTER_ANCHOR: ReadonlySet<number> = new Set([..."?:,]}%@`"].map((letter) => letter.charCodeAt(0)));
const URI_UNITS: ReadonlySet<number> = new Set([...";/?:@&=+$,.!~*'()[]%"].map((letter) => letter.charCodeAt(0)));
const [PERCENT, BANG, HASH, DOT] = [0x25, 0x21, 0x23, 0x2e];

function isLetterOfName(unit: number): boolean {
  return isWordUnit(unit);
}

/** Scans `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, kind: "alias" | "anchor"): Token {
  const start = cursor.mark();
  cursor.skip();
  const name = cursor.readWhile(isLetterOfName);
  if (name === "" || !(isBlankOrEnd(cursor.peek()) || AFTER_ANCHOR.has(cursor.peek()))) {
    scannerError(cursor.mark(), "did not find expected alphabetic or numeric character");
  }
  return { kind, name, start };
}

/** Scans `!<uri>`, `!suffix`, `!!suffix`, `!handle!suffix` or `!`. */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.mark();
  let handle = "";
  let suffix = "";
  if (cursor.peek(1) === 0x3c) {
    cursor.skip();
    cursor.skip();
    suffix = scanTagUri(cursor, "");
    if (cursor.peek() !== 0x3e) scannerError(cursor.mark(), "did not find the expected '>'");
    cursor.skip();
  } else {
    handle = scanTagHandle(cursor, false);
    if (handle.length > 1 && handle.endsWith("!")) suffix = scanTagUri(cursor, "");
    else {
      suffix = scanTagUri(cursor, handle);
      handle = "!";
      if (suffix === "") [handle, suffix] = ["", "!"];
    }
  }
  if (!isBlankOrEnd(cursor.peek())) scannerError(cursor.mark(), "did not find expected whitespace or line break");
  return { kind: "tag", handle, suffix, start };
}

function scanTagHandle(cursor: Cursor, directive: boolean): string {
  if (cursor.peek() !== BANG) scannerError(cursor.mark(), "did not find expected '!'");
  let handle = cursor.read() + cursor.readWhile(isWordUnit);
  if (cursor.peek() === BANG) handle += cursor.read();
  else if (directive && handle !== "!") scannerError(cursor.mark(), "did not find expected '!'");
  return handle;
}

// `head` is a handle that turned out to be the beginning of the name: `!local`.
function scanTagUri(cursor: Cursor, head: string): string {
  let uri = head.slice(1);
  let found = head !== "";
  for (;;) {
    const unit = cursor.peek();
    if (!isWordUnit(unit) && !URI_UNITS.has(unit)) break;
    uri += unit === PERCENT ? scanEscapes(cursor) : cursor.read();
    found = true;
  }
  if (!found) scannerError(cursor.mark(), "did not find expected tag URI");
  return uri;
}

// One character as percent-escaped UTF-8.
function scanEscapes(cursor: Cursor): string {
  const octets: number[] = [];
  let length = 1;
  for (let i = 0; i < length; i++) {
    const digits = cursor.text.slice(cursor.at + 1, cursor.at + 3);
    if (cursor.peek() !== PERCENT || !/^[0-9A-Fa-f]{2}$/.test(digits)) scannerError(cursor.mark(), "did not find URI escaped octet");
    const octet = Number.parseInt(digits, 16);
    if (i === 0) {
      length = octet < 0x80 ? 1 : octet >> 5 === 6 ? 2 : octet >> 4 === 14 ? 3 : octet >> 3 === 30 ? 4 : 0;
      if (length === 0) scannerError(cursor.mark(), "found an incorrect leading UTF-8 octet");
    } else if (octet >> 6 !== 2) scannerError(cursor.mark(), "found an incorrect trailing UTF-8 octet");
    octets.push(octet);
    for (let k = 0; k < 3; k++) cursor.skip();
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
}

/** Scans `%YAML 1.1` or `%TAG ! prefix` with its line. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.mark();
  cursor.skip();
  const name = cursor.readWhile(isWordUnit);
  if (name === "") scannerError(cursor.mark(), "could not find expected directive name");
  if (!isBlankOrEnd(cursor.peek())) scannerError(cursor.mark(), "found unexpected non-alphabetical character");
  const token = scanDirectiveValue(cursor, name, start);
  while (isBlank(cursor.peek())) cursor.skip();
  if (cursor.peek() === HASH) while (!isBreakOrEnd(cursor.peek())) cursor.skip();
  if (!isBreakOrEnd(cursor.peek())) scannerError(cursor.mark(), "did not find expected comment or line break");
  cursor.readBreak();
  return token;
}

function scanDirectiveValue(cursor: Cursor, name: string, start: Mark): Token {
  if (name !== "YAML" && name !== "TAG") scannerError(cursor.mark(), "found unknown directive name");
  while (isBlank(cursor.peek())) cursor.skip();
  if (name === "YAML") {
    const major = scanVersionNumber(cursor);
    if (cursor.peek() !== DOT) scannerError(cursor.mark(), "did not find expected digit or '.' character");
    cursor.skip();
    return { kind: "version-directive", major, minor: scanVersionNumber(cursor), start };
  }
  const handle = scanTagHandle(cursor, true);
  if (!isBlank(cursor.peek())) scannerError(cursor.mark(), "did not find expected whitespace");
  while (isBlank(cursor.peek())) cursor.skip();
  const prefix = scanTagUri(cursor, "");
  if (!isBlankOrEnd(cursor.peek())) scannerError(cursor.mark(), "did not find expected whitespace or line break");
  return { kind: "tag-directive", handle, prefix, start };
}

function scanVersionNumber(cursor: Cursor): number {
  let digits = "";
  while (isDigit(cursor.peek())) {
    if (digits.length === 2) scannerError(cursor.mark(), "found extremely long version number");
    digits += cursor.read();
  }
  if (digits === "") scannerError(cursor.mark(), "did not find expected version number");
  return Number(digits);
}
