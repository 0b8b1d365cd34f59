/**
 * A place in a YAML text that moves forward: characters come out as code units (0 past the end), lines and columns are counted as
 * the reader goes. Line breaks are LF, CR, CRLF, NEL, LS and PS (https://yaml.org/spec/1.1/#id871856).
 */
import { type Mark, YamlError } from "./tokens.ts";

const LF = 0x0a;
const CR = 0x0d;

/** Tells whether a unit breaks a line. */
export function isBreak(unit: number): boolean {
  return unit === LF || unit === CR || unit === 0x85 || unit === 0x2028 || unit === 0x2029;
}

/** Tells whether a unit is a space or a tab. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** Tells whether a unit breaks a line or is the end of the text. */
export function isBreakOrEnd(unit: number): boolean {
  return unit === 0 || isBreak(unit);
}

/** Tells whether a unit is a space, a tab, a line break or the end of the text. */
export function isBlankOrEnd(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0 || isBreak(unit);
}

/** Tells whether a unit is a letter, a digit, `_` or `-`. */
export function isWordUnit(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a) || unit === 0x5f || unit === 0x2d
  );
}

/** Tells whether a unit is a decimal digit. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

const FORBIDDEN = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** A reading position. */
export class Cursor {
  readonly text: string;
  at = 0;
  index = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    const bad = FORBIDDEN.exec(text);
    if (bad) throw new YamlError(characterProblem(bad[0].charCodeAt(0), text.length === bad.index + 1), markOf(text, bad.index));
    this.text = text;
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  /** Returns the unit some places ahead, 0 past the end. */
  peek(ahead = 0): number {
    const place = this.at + ahead;
    return place < this.text.length ? this.text.charCodeAt(place) : 0;
  }

  mark(): Mark {
    return { index: this.index, line: this.line, column: this.column };
  }

  /** Moves past one character that is no line break. */
  skip(): void {
    const unit = this.peek();
    this.at += unit >= 0xd800 && unit <= 0xdbff ? 2 : 1;
    this.index++;
    this.column++;
  }

  /** Moves past one character and returns it. */
  read(): string {
    const from = this.at;
    this.skip();
    return this.text.slice(from, this.at);
  }

  /** Moves past the characters of a line for which `test` holds and returns them. */
  readWhile(test: (unit: number) => boolean): string {
    const from = this.at;
    while (test(this.peek())) this.skip();
    return this.text.slice(from, this.at);
  }

  /** Moves past a line break and returns it in its normal form; "" when there is none. */
  readBreak(): string {
    const unit = this.peek();
    if (!isBreak(unit)) return "";
    const length = unit === CR && this.peek(1) === LF ? 2 : 1;
    this.at += length;
    this.index += length;
    this.line++;
    this.column = 0;
    return unit === 0x2028 || unit === 0x2029 ? String.fromCharCode(unit) : "\n";
  }

  /** Tells whether `---` or `...` stands here as a marker of documents. */
  isDocumentMarker(unit: number): boolean {
    return this.column === 0 && this.peek() === unit && this.peek(1) === unit && this.peek(2) === unit && isBlankOrEnd(this.peek(3));
  }
}

function markOf(text: string, index: number): Mark {
  const lines = text.slice(0, index).split("\n");
  return { index, line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}

// A lone low surrogate stands for a byte that is not UTF-8.
function characterProblem(unit: number, atEnd: boolean): string {
  if (unit < 0xdc80 || unit > 0xdcff) return "control characters are not allowed";
  const byte = unit - 0xdc00;
  if (byte < 0xc0 || byte >= 0xf8) return "invalid leading UTF-8 octet";
  return atEnd ? "incomplete UTF-8 octet sequence" : "invalid trailing UTF-8 octet";
}
