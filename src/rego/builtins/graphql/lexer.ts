/**
 * Splits GraphQL source into tokens (https://spec.graphql.org/October2021/#sec-Lexical-Tokens), with the tokens, columns (in characters) and
 * error texts of OPA's library.
 */
import { toUtf8Bytes } from "../../text/bytes.ts";
import { GraphqlError, type Position } from "./document.ts";

/** Kinds of tokens, spelled as errors name them. */
export type TokenKind = string;

/** A token; an invalid one carries the error it is reported with when it is consumed. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly position: Position;
  readonly error?: GraphqlError;
}

const PUNCTUATION = "!$&():=@[]{}|";
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "/": "/", "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const BLANKS = new Set(["\t", " ", ",", "\uFEFF"]);

class LexicalError extends Error {}

/** Reads tokens one by one. */
export class Lexer {
  readonly #text: readonly string[];
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(source: string) {
    this.#text = Array.from(source);
  }

  /** Returns the next token; `<EOF>` for ever at the end. */
  read(): Token {
    this.#skipBlanks();
    const start = this.#at;
    try {
      return this.#readFrom(start);
    } catch (error) {
      if (!(error instanceof LexicalError)) throw error;
      const position = { line: this.#line, column: this.#at - this.#lineStart + 1 };
      return { kind: "<Invalid>", value: "", position, error: new GraphqlError(error.message, position) };
    }
  }

  #readFrom(start: number): Token {
    const character = this.#text[start];
    if (character === undefined) return this.#token("<EOF>", start, "");
    if (PUNCTUATION.includes(character)) {
      this.#at++;
      return this.#token(character, start, "");
    }
    if (character === "." && this.#text[start + 1] === "." && this.#text[start + 2] === ".") {
      this.#at += 3;
      return this.#token("...", start, "");
    }
    if (character === "#") return this.#readComment(start);
    if (/[_A-Za-z]/.test(character)) return this.#readName(start);
    if (/[-0-9]/.test(character)) return this.#readNumber(start);
    if (character === '"') return this.#text[start + 1] === '"' && this.#text[start + 2] === '"' ? this.#readBlock() : this.#readString();
    if (isControl(character)) throw new LexicalError(`Cannot contain the invalid character "\\u${codeText(character)}"`);
    if (character === "'") throw new LexicalError(`Unexpected single quote character ('), did you mean to use a double quote (")?`);
    throw new LexicalError(`Cannot parse the unexpected character "${firstByte(character)}".`);
  }

  #token(kind: TokenKind, start: number, value: string): Token {
    return { kind, value, position: { line: this.#line, column: start - this.#lineStart + 1 } };
  }

  #skipBlanks(): void {
    for (;;) {
      const character = this.#text[this.#at] ?? "";
      if (character === "\n" || character === "\r") this.#newLine();
      else if (BLANKS.has(character)) this.#at++;
      else return;
    }
  }

  #newLine(): void {
    this.#at += this.#text[this.#at] === "\r" && this.#text[this.#at + 1] === "\n" ? 2 : 1;
    this.#line++;
    this.#lineStart = this.#at;
  }

  #readComment(start: number): Token {
    let end = start + 1;
    for (; end < this.#text.length; end++) {
      const character = this.#text[end] ?? "";
      if (isControl(character) || character === "\n" || character === "\r") break;
    }
    return this.#upTo("Comment", start, end);
  }

  #upTo(kind: TokenKind, start: number, end: number): Token {
    this.#at = end;
    return this.#token(kind, start, this.#text.slice(start, end).join(""));
  }

  #readName(start: number): Token {
    let end = start + 1;
    while (end < this.#text.length && /[_0-9A-Za-z]/.test(this.#text[end] ?? "")) end++;
    return this.#upTo("Name", start, end);
  }

  #readNumber(start: number): Token {
    if (this.#text[start] === "-") this.#at++;
    if (this.#text[this.#at] === "0") {
      this.#at++;
      if (/[0-9]/.test(this.#text[this.#at] ?? ""))
        throw new LexicalError(`Invalid number, unexpected digit after 0: ${this.#describeNext()}.`);
    } else this.#readDigits();
    let isFloat = false;
    if (this.#text[this.#at] === ".") {
      isFloat = true;
      this.#at++;
      this.#readDigits();
    }
    if (/[eE]/.test(this.#text[this.#at] ?? "")) {
      isFloat = true;
      this.#at++;
      if (/[-+]/.test(this.#text[this.#at] ?? "")) this.#at++;
      this.#readDigits();
    }
    return this.#upTo(isFloat ? "Float" : "Int", start, this.#at);
  }

  #readDigits(): void {
    const before = this.#at;
    while (/[0-9]/.test(this.#text[this.#at] ?? "")) this.#at++;
    if (this.#at === before) throw new LexicalError(`Invalid number, expected digit but got: ${this.#describeNext()}.`);
  }

  #describeNext(): string {
    const next = this.#text[this.#at];
    return next === undefined ? "<EOF>" : `"${firstByte(next)}"`;
  }

  #readString(): Token {
    const start = ++this.#at;
    let value = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      if (character === "\n" || character === "\r") break;
      if (isControl(character)) throw new LexicalError(`Invalid character within String: "\\u${codeText(character)}".`);
      if (character === '"') {
        this.#at++;
        // The library counts the column of a string from behind its quote.
        return this.#token("String", start, value);
      }
      value += character === "\\" ? this.#readEscape() : character;
    }
    throw new LexicalError("Unterminated string.");
  }

  // Leaves the position at the last character of the escape.
  #readEscape(): string {
    const letter = this.#text[this.#at + 1];
    if (letter === undefined) {
      this.#at++;
      throw new LexicalError("Invalid character escape sequence.");
    }
    if (letter !== "u") {
      this.#at++;
      const known = ESCAPES[letter];
      if (known === undefined) throw new LexicalError(`Invalid character escape sequence: \\${firstByte(letter)}.`);
      return known;
    }
    const digits = this.#text.slice(this.#at + 2, this.#at + 6).join("");
    const rest = this.#text.slice(this.#at + 1, this.#at + 6).join("");
    this.#at++;
    if (this.#at + 5 >= this.#text.length || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      throw new LexicalError(`Invalid character escape sequence: \\${rest}.`);
    }
    this.#at += 4;
    const code = Number.parseInt(digits, 16);
    return code >= 0xd800 && code <= 0xdfff ? "\uFFFD" : String.fromCharCode(code);
  }

  #readBlock(): Token {
    this.#at += 3;
    const start = this.#at;
    const chunks: string[] = [];
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? "";
      if (character === '"') {
        let count = 1;
        while (this.#text[this.#at + count] === '"') count++;
        if (count >= 3) {
          chunks.push('"'.repeat(count - 3));
          // Lines before the end are counted by now: columns of tokens on many lines are what the library makes of them.
          const token = this.#token("BlockString", start, blockText(chunks.join("")));
          this.#at += count;
          return token;
        }
      }
      if (isControl(character)) throw new LexicalError(`Invalid character within String: "\\u${codeText(character)}".`);
      if (character === "\\" && this.#text.slice(this.#at + 1, this.#at + 4).join("") === '"""') {
        chunks.push('"""');
        this.#at += 4;
      } else if (character === "\n" || character === "\r") {
        chunks.push("\n");
        this.#newLine();
      } else {
        chunks.push(character);
        this.#at++;
      }
    }
    throw new LexicalError("Unterminated string.");
  }
}

function isControl(character: string): boolean {
  return character < " " && character !== "\t" && character !== "\n" && character !== "\r";
}

function codeText(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, "0");
}

// The library shows the first byte of a character as if it were the character.
function firstByte(character: string): string {
  return String.fromCharCode(toUtf8Bytes(character)[0] ?? 0);
}

// https://spec.graphql.org/October2021/#BlockStringValue()
function blockText(raw: string): string {
  const lines = raw.split("\n");
  const indents = lines.map((line) => line.search(/[^ \t]/));
  const common = Math.min(...indents.filter((indent) => indent >= 0));
  const dedented = Number.isFinite(common) ? lines.map((line, index) => (index === 0 ? line : line.slice(common))) : lines;
  const isBlank = (line: string | undefined): boolean => line !== undefined && /^[ \t]*$/.test(line);
  let start = 0;
  let end = dedented.length;
  while (start < end && isBlank(dedented[start])) start++;
  while (start < end && isBlank(dedented[end - 1])) end--;
  return dedented.slice(start, end).join("\n");
}
