/** Looks one token ahead and keeps comments aside; the first failure is thrown. The base of the two GraphQL parsers. */
import { quote } from "../../text/quote.ts";
import type { CommentGroup } from "./document.ts";
import { GraphqlError, type Position } from "./document.ts";
import { Lexer, type Token } from "./lexer.ts";

// Deeper than any document people write, and far from the end of the stack.
const MAX_DEPTH = 800;

/** A parser's view of the tokens. */
export class TokenReader {
  readonly #lexer: Lexer;
  #ahead: Token | undefined;
  #last: Token | undefined;
  #depth = 0;
  /** Comments right before the token ahead. */
  comment: CommentGroup | undefined;

  constructor(source: string) {
    this.#lexer = new Lexer(source);
  }

  /** The token ahead. */
  peek(): Token {
    if (this.#ahead === undefined) {
      let token = this.#lexer.read();
      if (token.kind === "Comment") {
        const list: { value: string }[] = [];
        for (; token.kind === "Comment"; token = this.#lexer.read()) list.push({ value: token.value });
        this.comment = { list };
      }
      this.#ahead = token;
    }
    return this.#ahead;
  }

  /** The token consumed last. */
  get last(): Token {
    return this.#last ?? this.peek();
  }

  position(): Position {
    return this.peek().position;
  }

  next(): Token {
    const token = this.peek();
    if (token.error !== undefined) throw token.error;
    this.#ahead = undefined;
    this.comment = undefined;
    this.#last = token;
    return token;
  }

  is(kind: string): boolean {
    return this.peek().kind === kind;
  }

  skip(kind: string): boolean {
    if (!this.is(kind)) return false;
    this.next();
    return true;
  }

  /** Consumes a token of a kind; gives the comments before it too. */
  expect(kind: string): { readonly token: Token; readonly comment: CommentGroup | undefined } {
    const token = this.peek();
    const { comment } = this;
    if (token.kind !== kind) throw new GraphqlError(`Expected ${kind}, found ${token.kind}`, token.position);
    return { token: this.next(), comment };
  }

  expectKeyword(word: string): CommentGroup | undefined {
    const token = this.peek();
    const { comment } = this;
    if (token.kind !== "Name" || token.value !== word) {
      throw new GraphqlError(`Expected ${quote(word)}, found ${tokenText(token)}`, token.position);
    }
    this.next();
    return comment;
  }

  name(): string {
    return this.expect("Name").token.value;
  }

  unexpected(token = this.peek()): GraphqlError {
    return new GraphqlError(`Unexpected ${tokenText(token)}`, token.position);
  }

  /** Reads items between two tokens, none when the first is not there. */
  many<T>(start: string, end: string, read: () => T): T[] {
    const items: T[] = [];
    if (!this.skip(start)) return items;
    this.#enter();
    while (!this.is(end)) items.push(read());
    this.#depth--;
    this.next();
    return items;
  }

  /** As `many`, but there must be an item; gives the comments before the end too. */
  some<T>(start: string, end: string, read: () => T): { readonly items: T[]; readonly comment: CommentGroup | undefined } {
    const items: T[] = [];
    if (!this.skip(start)) return { items, comment: undefined };
    this.#enter();
    while (!this.is(end)) items.push(read());
    this.#depth--;
    if (items.length === 0) {
      throw new GraphqlError(`expected at least one definition, found ${this.peek().kind}`, this.position());
    }
    const { comment } = this;
    this.next();
    return { items, comment };
  }

  /** Reads what nests without brackets of `many`, e.g. list types. */
  nested<T>(read: () => T): T {
    this.#enter();
    const result = read();
    this.#depth--;
    return result;
  }

  #enter(): void {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw new GraphqlError(`the document nests more than ${MAX_DEPTH} levels`, this.position());
  }
}

function tokenText({ kind, value }: Token): string {
  return value === "" ? kind : `${kind} ${quote(value)}`;
}
