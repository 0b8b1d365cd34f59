/** Splits a Go template into text, delimiters and what stands between (https://pkg.go.dev/text/template), trimming spaces where markers ask. */
import { toUtf8Bytes } from "../bytes.ts";
import { quote } from "../quote.ts";

/** Kinds of items; keywords are kinds of their own. */
export type ItemKind =
  | "error"
  | "bool"
  | "char"
  | "charConstant"
  | "complex"
  | "="
  | ":="
  | "EOF"
  | "field"
  | "identifier"
  | "{{"
  | "("
  | "number"
  | "|"
  | "rawString"
  | "}}"
  | ")"
  | "space"
  | "string"
  | "text"
  | "variable"
  | "."
  | "block"
  | "break"
  | "continue"
  | "define"
  | "else"
  | "end"
  | "if"
  | "nil"
  | "range"
  | "template"
  | "with";

/** A piece of a template; `position` counts UTF-16 units. */
export interface Item {
  readonly kind: ItemKind;
  readonly position: number;
  readonly value: string;
  readonly line: number;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
]);
const SPACES = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;
const SHOWN_LENGTH = 10;

/** How parse errors show an item. */
export function itemText({ kind, value }: Item): string {
  if (kind === "EOF") return "EOF";
  if (kind === "error") return value;
  if (KEYWORDS.has(kind) || kind === ".") return `<${value}>`;
  if (toUtf8Bytes(value).length <= SHOWN_LENGTH) return quote(value);
  return `${quote(Array.from(value).slice(0, SHOWN_LENGTH).join(""))}...`;
}

class LexicalError extends Error {}

/** Reads items one by one; after an error comes only the end. */
export class TemplateLexer {
  #input: string;
  #at = 0;
  #start = 0;
  #line = 1;
  #parens = 0;
  #isInside = false;

  constructor(input: string) {
    this.#input = input;
  }

  next(): Item {
    try {
      return this.#isInside ? this.#inside() : this.#text();
    } catch (error) {
      if (!(error instanceof LexicalError)) throw error;
      const item: Item = { kind: "error", position: this.#start, value: error.message, line: this.#line };
      this.#input = "";
      this.#at = 0;
      this.#start = 0;
      return item;
    }
  }

  // The line of an item is that of its start.
  #take(kind: ItemKind): Item {
    const value = this.#input.slice(this.#start, this.#at);
    const item: Item = { kind, position: this.#start, value, line: this.#line };
    this.#skip();
    return item;
  }

  #skip(): void {
    for (let i = this.#start; i < this.#at; i++) if (this.#input.charCodeAt(i) === 0x0a) this.#line++;
    this.#start = this.#at;
  }

  #peek(): string {
    const code = this.#input.codePointAt(this.#at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #accept(valid: string): boolean {
    const next = this.#input[this.#at];
    if (next === undefined || !valid.includes(next)) return false;
    this.#at++;
    return true;
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  #text(): Item {
    for (;;) {
      const found = this.#input.indexOf("{{", this.#at);
      if (found < 0) {
        this.#at = this.#input.length;
        return this.#take(this.#at > this.#start ? "text" : "EOF");
      }
      this.#at = found;
      if (found > this.#start) {
        const isTrimmed = this.#hasLeftMarker(found + 2);
        if (isTrimmed) while (this.#at > this.#start && SPACES.test(this.#input[this.#at - 1] ?? "")) this.#at--;
        const item = this.#take("text");
        this.#at = found;
        this.#skip();
        if (item.value !== "") return item;
      }
      const marker = this.#hasLeftMarker(found + 2) ? 2 : 0;
      this.#at = found + 2;
      if (!this.#input.startsWith("/*", this.#at + marker)) {
        const item = this.#take("{{");
        this.#isInside = true;
        this.#parens = 0;
        this.#at += marker;
        this.#skip();
        return item;
      }
      this.#at += marker;
      this.#skip();
      this.#comment();
    }
  }

  #hasLeftMarker(at: number): boolean {
    return this.#input[at] === "-" && SPACES.test(this.#input[at + 1] ?? "");
  }

  #hasRightMarker(at: number): boolean {
    return SPACES.test(this.#input[at] ?? "") && this.#input[at + 1] === "-" && this.#input.startsWith("}}", at + 2);
  }

  #comment(): void {
    const end = this.#input.indexOf("*/", this.#at + 2);
    if (end < 0) throw new LexicalError("unclosed comment");
    this.#at = end + 2;
    const isTrimmed = this.#hasRightMarker(this.#at);
    if (!isTrimmed && !this.#input.startsWith("}}", this.#at)) throw new LexicalError("comment ends before closing delimiter");
    this.#at += isTrimmed ? 4 : 2;
    if (isTrimmed) this.#acceptRun(" \t\r\n");
    this.#skip();
  }

  #rightDelimiter(isTrimmed: boolean): Item {
    if (isTrimmed) {
      this.#at += 2;
      this.#skip();
    }
    this.#at += 2;
    const item = this.#take("}}");
    if (isTrimmed) {
      this.#acceptRun(" \t\r\n");
      this.#skip();
    }
    this.#isInside = false;
    return item;
  }

  #inside(): Item {
    const isTrimmed = this.#hasRightMarker(this.#at);
    if (isTrimmed || this.#input.startsWith("}}", this.#at)) {
      if (this.#parens > 0) throw new LexicalError("unclosed left paren");
      return this.#rightDelimiter(isTrimmed);
    }
    const next = this.#peek();
    if (next === "") throw new LexicalError("unclosed action");
    if (SPACES.test(next)) return this.#space();
    if (/[-+0-9]/.test(next) || (next === "." && /[0-9]/.test(this.#input[this.#at + 1] ?? ""))) return this.#number();
    if (WORD.test(next)) return this.#identifier();
    this.#at += next.length;
    return this.#symbol(next);
  }

  #symbol(symbol: string): Item {
    switch (symbol) {
      case "=":
      case "|":
        return this.#take(symbol);
      case ":":
        if (!this.#accept("=")) throw new LexicalError("expected :=");
        return this.#take(":=");
      case '"':
        return this.#quoted('"', "string", "quoted string");
      case "'":
        return this.#quoted("'", "charConstant", "character constant");
      case "`": {
        const end = this.#input.indexOf("`", this.#at);
        if (end < 0) throw new LexicalError("unterminated raw quoted string");
        this.#at = end + 1;
        return this.#take("rawString");
      }
      case "$":
        return this.#word("variable", "variable");
      case ".":
        return this.#word("field", ".");
      case "(":
        this.#parens++;
        return this.#take("(");
      case ")":
        this.#parens--;
        if (this.#parens < 0) throw new LexicalError("unexpected right paren");
        return this.#take(")");
      default:
        if (!/[ -~]/.test(symbol)) throw new LexicalError(`unrecognized character in action: ${codePointText(symbol)}`);
        return this.#take("char");
    }
  }

  // A space before a trim marker belongs to the marker.
  #space(): Item {
    while (SPACES.test(this.#input[this.#at] ?? "")) this.#at++;
    if (this.#hasRightMarker(this.#at - 1)) {
      this.#at--;
      if (this.#at === this.#start) return this.#rightDelimiter(true);
    }
    return this.#take("space");
  }

  #skipWord(): void {
    for (let next = this.#peek(); next !== "" && WORD.test(next); next = this.#peek()) this.#at += next.length;
  }

  #identifier(): Item {
    this.#skipWord();
    this.#checkEnd();
    const word = this.#input.slice(this.#start, this.#at);
    if (KEYWORDS.has(word)) return this.#take(word as ItemKind);
    return this.#take(word === "true" || word === "false" ? "bool" : "identifier");
  }

  #word(kind: ItemKind, alone: ItemKind): Item {
    if (this.#isAtEnd()) return this.#take(alone);
    this.#skipWord();
    this.#checkEnd();
    return this.#take(kind);
  }

  #checkEnd(): void {
    if (!this.#isAtEnd()) throw new LexicalError(`bad character ${codePointText(this.#peek())}`);
  }

  #isAtEnd(): boolean {
    const next = this.#peek();
    return next === "" || " \t\r\n.,|:)(".includes(next) || this.#input.startsWith("}}", this.#at);
  }

  #quoted(end: string, kind: ItemKind, name: string): Item {
    for (;;) {
      let next = this.#input[this.#at];
      this.#at++;
      const isEscape = next === "\\";
      if (isEscape) {
        next = this.#input[this.#at];
        this.#at++;
      }
      if (next === undefined || next === "\n") throw new LexicalError(`unterminated ${name}`);
      if (!isEscape && next === end) return this.#take(kind);
    }
  }

  #number(): Item {
    if (!this.#scanNumber()) this.#badNumber();
    const sign = this.#input[this.#at];
    if (sign !== "+" && sign !== "-") return this.#take("number");
    if (!this.#scanNumber() || this.#input[this.#at - 1] !== "i") this.#badNumber();
    return this.#take("complex");
  }

  #badNumber(): never {
    throw new LexicalError(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#at))}`);
  }

  #scanNumber(): boolean {
    this.#accept("+-");
    let digits = "0123456789_";
    if (this.#accept("0")) {
      if (this.#accept("xX")) digits = "0123456789abcdefABCDEF_";
      else if (this.#accept("oO")) digits = "01234567_";
      else if (this.#accept("bB")) digits = "01_";
    }
    this.#acceptRun(digits);
    if (this.#accept(".")) this.#acceptRun(digits);
    if ((digits.length === 11 && this.#accept("eE")) || (digits.length === 23 && this.#accept("pP"))) {
      this.#accept("+-");
      this.#acceptRun("0123456789_");
    }
    this.#accept("i");
    const next = this.#peek();
    if (next === "" || !WORD.test(next)) return true;
    this.#at += next.length;
    return false;
  }
}

function codePointText(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const shown = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return quote(character).includes("\\") && character !== "\\" && character !== '"' ? shown : `${shown} '${character}'`;
}
