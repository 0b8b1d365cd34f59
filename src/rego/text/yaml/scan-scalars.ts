/** Scans scalars: block (`|`, `>`), quoted and plain, with YAML's folding of line breaks. In: a cursor at the first character; out: a token. */
import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit } from "./cursor.ts";
import { TextBuilder } from "./text-builder.ts";
import { scannerError, type Token } from "./tokens.ts";

const [SPACE, TAB, HASH, PLUS, DASH, DOT, ZERO, COLON] = [0x20, 0x09, 0x23, 0x2b, 0x2d, 0x2e, 0x30, 0x3a];
const [SINGLE, DOUBLE, BACKSLASH] = [0x27, 0x22, 0x5c];
const FLOW_INDICATORS: ReadonlySet<number> = new Set([...",?[]{}"].map((letter) => letter.charCodeAt(0)));

/** Scans `|` or `>` with its header and its lines; `parentIndent` is the column of the collection around it. */
export function scanBlockScalar(cursor: Cursor, literal: boolean, parentIndent: number): Token {
  const start = cursor.mark();
  cursor.skip();
  const { chomping, increment } = scanHeader(cursor);
  const breaks = new Breaks(cursor, parentIndent, increment === 0 ? 0 : Math.max(parentIndent, 0) + increment);
  const text = new TextBuilder();
  let leading = "";
  let trailing = breaks.scan();
  let blankBefore = false;
  while (cursor.column === breaks.indent && cursor.peek() !== 0) {
    const blank = isBlank(cursor.peek());
    if (!literal && !blankBefore && !blank && leading.startsWith("\n")) text.add(trailing === "" ? " " : "");
    else text.add(leading);
    text.add(trailing);
    blankBefore = blank;
    text.add(cursor.readWhile((unit) => !isBreakOrEnd(unit)));
    leading = cursor.readBreak();
    trailing = breaks.scan();
  }
  if (chomping >= 0) text.add(leading);
  if (chomping > 0) text.add(trailing);
  return { kind: "scalar", text: text.take(), style: "block", start };
}

function scanHeader(cursor: Cursor): { readonly chomping: number; readonly increment: number } {
  let chomping = scanChomping(cursor);
  let increment = 0;
  if (isDigit(cursor.peek())) {
    if (cursor.peek() === ZERO) scannerError(cursor.mark(), "found an indentation indicator equal to 0");
    increment = cursor.peek() - ZERO;
    cursor.skip();
    chomping ||= scanChomping(cursor);
  }
  while (isBlank(cursor.peek())) cursor.skip();
  if (cursor.peek() === HASH) while (!isBreakOrEnd(cursor.peek())) cursor.skip();
  if (!isBreakOrEnd(cursor.peek())) scannerError(cursor.mark(), "did not find expected comment or line break");
  cursor.readBreak();
  return { chomping, increment };
}

function scanChomping(cursor: Cursor): number {
  const unit = cursor.peek();
  if (unit !== PLUS && unit !== DASH) return 0;
  cursor.skip();
  return unit === PLUS ? 1 : -1;
}

/** Empty lines of a block scalar; the first ones also find out how far it is indented. */
class Breaks {
  indent: number;
  readonly #cursor: Cursor;
  readonly #parentIndent: number;

  constructor(cursor: Cursor, parentIndent: number, indent: number) {
    this.#cursor = cursor;
    this.#parentIndent = parentIndent;
    this.indent = indent;
  }

  scan(): string {
    const cursor = this.#cursor;
    const breaks = new TextBuilder();
    let deepest = 0;
    for (;;) {
      while (this.#isInside() && cursor.peek() === SPACE) cursor.skip();
      deepest = Math.max(deepest, cursor.column);
      if (this.#isInside() && cursor.peek() === TAB) {
        scannerError(cursor.mark(), "found a tab character where an indentation space is expected");
      }
      if (!isBreak(cursor.peek())) break;
      breaks.add(cursor.readBreak());
    }
    if (this.indent === 0) this.indent = Math.max(deepest, this.#parentIndent + 1, 1);
    return breaks.take();
  }

  #isInside(): boolean {
    return this.indent === 0 || this.#cursor.column < this.indent;
  }
}

/** Collects blanks and line breaks between words and gives what they fold to. */
class Space {
  #blanks = "";
  #leading = "";
  readonly #trailing = new TextBuilder();
  broken = false;

  read(cursor: Cursor): void {
    if (isBlank(cursor.peek())) {
      if (this.broken) cursor.skip();
      else this.#blanks += cursor.readWhile(isBlank);
    } else if (this.broken) this.#trailing.add(cursor.readBreak());
    else {
      this.#blanks = "";
      this.#leading = cursor.readBreak();
      this.broken = true;
    }
  }

  /** Returns the folded text and forgets it. */
  take(): string {
    let text = this.#blanks;
    if (this.broken) {
      const trailing = this.#trailing.take();
      if (!this.#leading.startsWith("\n")) text = this.#leading + trailing;
      else text = trailing === "" ? " " : trailing;
    }
    this.#blanks = this.#leading = "";
    this.broken = false;
    return text;
  }

  /** Notes an escaped line break, which folds to nothing. */
  escapeBreak(cursor: Cursor): void {
    cursor.readBreak();
    this.broken = true;
  }
}

/** Scans `'…'` or `"…"`. */
export function scanQuotedScalar(cursor: Cursor, single: boolean): Token {
  const start = cursor.mark();
  const quote = single ? SINGLE : DOUBLE;
  cursor.skip();
  const text = new TextBuilder();
  for (;;) {
    if (cursor.isDocumentMarker(DASH) || cursor.isDocumentMarker(DOT)) {
      scannerError(cursor.mark(), "found unexpected document indicator");
    }
    if (cursor.peek() === 0) scannerError(cursor.mark(), "found unexpected end of stream");
    const space = new Space();
    if (single) scanSingleQuotedWord(cursor, text);
    else scanDoubleQuotedWord(cursor, text, space);
    if (cursor.peek() === quote) break;
    while (isBlank(cursor.peek()) || isBreak(cursor.peek())) space.read(cursor);
    text.add(space.take());
  }
  cursor.skip();
  return { kind: "scalar", text: text.take(), style: "quoted", start };
}

function scanSingleQuotedWord(cursor: Cursor, text: TextBuilder): void {
  for (;;) {
    text.add(cursor.readWhile((unit) => unit !== SINGLE && !isBlankOrEnd(unit)));
    if (cursor.peek() !== SINGLE || cursor.peek(1) !== SINGLE) return;
    cursor.skip();
    text.add(cursor.read());
  }
}

function scanDoubleQuotedWord(cursor: Cursor, text: TextBuilder, space: Space): void {
  for (;;) {
    text.add(cursor.readWhile((unit) => unit !== DOUBLE && unit !== BACKSLASH && !isBlankOrEnd(unit)));
    if (cursor.peek() !== BACKSLASH) return;
    if (isBreak(cursor.peek(1))) {
      cursor.skip();
      space.escapeBreak(cursor);
      return;
    }
    text.add(scanEscape(cursor));
  }
}

// https://yaml.org/spec/1.1/#id872840
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["0", "\0"],
  ["a", "\x07"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\x1b"],
  [" ", " "],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["N", "\u0085"],
  ["_", "\u00a0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
]);
const CODE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

function scanEscape(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.at + 1);
  const simple = ESCAPES.get(letter);
  const length = CODE_LENGTHS.get(letter) ?? 0;
  if (simple === undefined && length === 0) scannerError(cursor.mark(), "found unknown escape character");
  cursor.skip();
  cursor.skip();
  if (simple !== undefined) return simple;
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (digits.length < length || !/^[0-9A-Fa-f]+$/.test(digits)) scannerError(cursor.mark(), "did not find expected hexdecimal number");
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) scannerError(cursor.mark(), "found invalid Unicode character escape code");
  for (let i = 0; i < length; i++) cursor.skip();
  return String.fromCodePoint(code);
}

/** Scans a plain scalar, over several lines when they are indented enough; tells whether it ended behind a line break. */
export function scanPlainScalar(
  cursor: Cursor,
  parentIndent: number,
  inFlow: boolean,
): { readonly token: Token; readonly crossedLine: boolean } {
  const start = cursor.mark();
  const indent = parentIndent + 1;
  const space = new Space();
  const text = new TextBuilder();
  const words: Words = { inFlow, text, space };
  for (;;) {
    if (cursor.isDocumentMarker(DASH) || cursor.isDocumentMarker(DOT)) break;
    if (cursor.peek() === HASH) break;
    scanPlainWord(cursor, words);
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break;
    while (isBlank(cursor.peek()) || isBreak(cursor.peek())) {
      if (space.broken && cursor.column < indent && cursor.peek() === TAB) {
        scannerError(cursor.mark(), "found a tab character that violates indentation");
      }
      space.read(cursor);
    }
    if (!inFlow && cursor.column < indent) break;
  }
  return { token: { kind: "scalar", text: text.take(), style: "plain", start }, crossedLine: space.broken };
}

interface Words {
  readonly inFlow: boolean;
  readonly text: TextBuilder;
  /** What stands before the word. */
  readonly space: Space;
}

function scanPlainWord(cursor: Cursor, { inFlow, text, space }: Words): void {
  const isPart = inFlow ? isFlowPart : isBlockPart;
  let part = cursor.readWhile(isPart);
  if (part === "" && !isPlainColon(cursor)) return;
  text.add(space.take());
  for (;;) {
    text.add(part);
    if (!isPlainColon(cursor)) return;
    text.add(cursor.read());
    part = cursor.readWhile(isPart);
  }
}

function isBlockPart(unit: number): boolean {
  return unit !== COLON && !isBlankOrEnd(unit);
}

function isFlowPart(unit: number): boolean {
  return isBlockPart(unit) && !FLOW_INDICATORS.has(unit);
}

function isPlainColon(cursor: Cursor): boolean {
  return cursor.peek() === COLON && !isBlankOrEnd(cursor.peek(1));
}
