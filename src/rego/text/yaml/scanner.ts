/**
 * Cuts a YAML text into tokens (https://yaml.org/spec/1.1/). The two hard parts are indentation, which becomes start and end
 * tokens of block collections, and simple keys: a `:` tells only afterwards that the node before it was a key, so while the first
 * token in line may turn out to be one, more tokens are read. How far the scanner looks ahead decides which of two errors is
 * reported, and is therefore the same as in Go's reader.
 */
import { Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from "./cursor.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-properties.ts";
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from "./scan-scalars.ts";
import { type Mark, type PlainTokenKind, scannerError, type Token } from "./tokens.ts";

/** A place where a key without `?` may have begun. */
interface SimpleKey {
  possible: boolean;
  required: boolean;
  token: number;
  mark: Mark;
}

// Go's limit for both ways of nesting.
const MAX_DEPTH = 10_000;
// A key must fit in one line and be this short before its colon.
const MAX_KEY_LENGTH = 1024;

const unit = (letter: string): number => letter.charCodeAt(0);
const [DASH, DOT, COLON, QUESTION, HASH, COMMA, PERCENT] = [unit("-"), unit("."), unit(":"), unit("?"), unit("#"), unit(","), unit("%")];
const [STAR, AMPERSAND, BANG, BAR, GREATER, SINGLE, DOUBLE] = [unit("*"), unit("&"), unit("!"), unit("|"), unit(">"), unit("'"), unit('"')];
const NO_PLAIN_START: ReadonlySet<number> = new Set([..."-?:,[]{}#&*!|>'\"%@`"].map(unit));
const FLOW_START: ReadonlyMap<number, PlainTokenKind> = new Map([
  [unit("["), "flow-sequence-start"],
  [unit("{"), "flow-mapping-start"],
]);
const FLOW_END: ReadonlyMap<number, PlainTokenKind> = new Map([
  [unit("]"), "flow-sequence-end"],
  [unit("}"), "flow-mapping-end"],
]);

/** Tokens of one text, on demand. */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens: Token[] = [];
  #head = 0;
  #parsed = 0;
  #ended = false;
  #indent = -1;
  readonly #indents: number[] = [];
  #simpleKeyAllowed = true;
  readonly #simpleKeys: SimpleKey[] = [];
  readonly #keyByToken = new Map<number, SimpleKey>();

  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#simpleKeys.push({ possible: false, required: false, token: 0, mark: this.#cursor.mark() });
  }

  /** Returns the next token without taking it. */
  peek(): Token {
    for (;;) {
      const token = this.#tokens[this.#head];
      if (token !== undefined) {
        const key = this.#keyByToken.get(this.#parsed);
        if (key === undefined || this.#ended || !this.#isValid(key)) return token;
      }
      this.#fetch();
    }
  }

  /** Takes the next token. */
  skip(): void {
    this.#head++;
    this.#parsed++;
    if (this.#head > 1024) {
      this.#tokens.splice(0, this.#head);
      this.#head = 0;
    }
  }

  get #flowLevel(): number {
    return this.#simpleKeys.length - 1;
  }

  #push(token: Token): void {
    this.#tokens.push(token);
  }

  #insert(number: number, token: Token): void {
    this.#tokens.splice(this.#head + number - this.#parsed, 0, token);
  }

  // Fetching ---------------------------------------------------------------------------------------------------------------------

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#unroll(cursor.column);
    const next = cursor.peek();
    if (next === 0) this.#fetchEnd();
    else if (cursor.column === 0 && next === PERCENT) this.#fetchDirective();
    else if (cursor.isDocumentMarker(DASH)) this.#fetchMarker("document-start");
    else if (cursor.isDocumentMarker(DOT)) this.#fetchMarker("document-end");
    else if (!this.#fetchCollectionMark(next) && !this.#fetchProperty(next)) this.#fetchScalar(next);
  }

  #fetchCollectionMark(next: number): boolean {
    const opening = FLOW_START.get(next);
    const closing = FLOW_END.get(next);
    const blankFollows = isBlankOrEnd(this.#cursor.peek(1));
    const marksPair = this.#flowLevel > 0 || blankFollows;
    if (opening !== undefined) this.#fetchFlowStart(opening);
    else if (closing !== undefined) this.#fetchFlowEnd(closing);
    else if (next === COMMA) this.#fetchIndicator("flow-entry", true);
    else if (next === DASH && blankFollows) this.#fetchBlockEntry();
    else if (next === QUESTION && marksPair) this.#fetchKey();
    else if (next === COLON && marksPair) this.#fetchValue();
    else return false;
    return true;
  }

  #fetchProperty(next: number): boolean {
    const cursor = this.#cursor;
    if (next === STAR) this.#fetchNode(() => scanAnchor(cursor, "alias"));
    else if (next === AMPERSAND) this.#fetchNode(() => scanAnchor(cursor, "anchor"));
    else if (next === BANG) this.#fetchNode(() => scanTag(cursor));
    else return false;
    return true;
  }

  #fetchScalar(next: number): void {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0 && (next === BAR || next === GREATER)) this.#fetchBlockScalar(next === BAR);
    else if (next === SINGLE || next === DOUBLE) this.#fetchNode(() => scanQuotedScalar(cursor, next === SINGLE));
    else if (this.#startsPlain(next)) this.#fetchPlain();
    else scannerError(cursor.mark(), "found character that cannot start any token");
  }

  #startsPlain(next: number): boolean {
    const following = this.#cursor.peek(1);
    if (next === DASH && !isBlank(following)) return true;
    if (this.#flowLevel === 0 && (next === QUESTION || next === COLON) && !isBlankOrEnd(following)) return true;
    return !isBlankOrEnd(next) && !NO_PLAIN_START.has(next);
  }

  // A tab may separate tokens only where no key can begin.
  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      while (cursor.peek() === 0x20 || (cursor.peek() === 0x09 && (this.#flowLevel > 0 || !this.#simpleKeyAllowed))) cursor.skip();
      if (cursor.peek() === HASH) while (!isBreakOrEnd(cursor.peek())) cursor.skip();
      if (!isBreak(cursor.peek())) return;
      cursor.readBreak();
      if (this.#flowLevel === 0) this.#simpleKeyAllowed = true;
    }
  }

  #fetchEnd(): void {
    const cursor = this.#cursor;
    if (cursor.column !== 0) {
      cursor.column = 0;
      cursor.line++;
    }
    this.#unroll(-1);
    this.#removeKey();
    this.#simpleKeyAllowed = false;
    this.#ended = true;
    this.#push({ kind: "stream-end", start: cursor.mark() });
  }

  #fetchDirective(): void {
    this.#unroll(-1);
    this.#removeKey();
    this.#simpleKeyAllowed = false;
    this.#push(scanDirective(this.#cursor));
  }

  #fetchMarker(kind: PlainTokenKind): void {
    this.#unroll(-1);
    this.#removeKey();
    this.#simpleKeyAllowed = false;
    const start = this.#cursor.mark();
    for (let i = 0; i < 3; i++) this.#cursor.skip();
    this.#push({ kind, start });
  }

  #fetchFlowStart(kind: PlainTokenKind): void {
    this.#saveKey();
    const start = this.#cursor.mark();
    this.#simpleKeys.push({ possible: false, required: false, token: this.#nextNumber(), mark: start });
    if (this.#flowLevel > MAX_DEPTH) scannerError(start, `exceeded max depth of ${MAX_DEPTH}`);
    this.#simpleKeyAllowed = true;
    this.#cursor.skip();
    this.#push({ kind, start });
  }

  #fetchFlowEnd(kind: PlainTokenKind): void {
    this.#removeKey();
    if (this.#flowLevel > 0) {
      const closed = this.#simpleKeys.pop();
      if (closed !== undefined) this.#keyByToken.delete(closed.token);
    }
    this.#simpleKeyAllowed = false;
    const start = this.#cursor.mark();
    this.#cursor.skip();
    this.#push({ kind, start });
  }

  #fetchIndicator(kind: PlainTokenKind, keyMayFollow: boolean): void {
    this.#removeKey();
    this.#pushIndicator(kind, keyMayFollow);
  }

  #pushIndicator(kind: PlainTokenKind, keyMayFollow: boolean): void {
    this.#simpleKeyAllowed = keyMayFollow;
    const start = this.#cursor.mark();
    this.#cursor.skip();
    this.#push({ kind, start });
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0) {
      this.#needKeyAllowed("block sequence entries are not allowed in this context");
      this.#roll(this.#cursor.mark(), -1, "block-sequence-start");
    }
    this.#fetchIndicator("block-entry", true);
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      this.#needKeyAllowed("mapping keys are not allowed in this context");
      this.#roll(this.#cursor.mark(), -1, "block-mapping-start");
    }
    this.#fetchIndicator("key", this.#flowLevel === 0);
  }

  #fetchValue(): void {
    const key = this.#simpleKeys.at(-1);
    if (key !== undefined && this.#isValid(key)) {
      this.#insert(key.token, { kind: "key", start: key.mark });
      this.#roll(key.mark, key.token, "block-mapping-start");
      key.possible = false;
      this.#keyByToken.delete(key.token);
      this.#pushIndicator("value", false);
      return;
    }
    if (this.#flowLevel === 0) {
      this.#needKeyAllowed("mapping values are not allowed in this context");
      this.#roll(this.#cursor.mark(), -1, "block-mapping-start");
    }
    this.#pushIndicator("value", this.#flowLevel === 0);
  }

  #fetchNode(scan: () => Token): void {
    this.#saveKey();
    this.#simpleKeyAllowed = false;
    this.#push(scan());
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#removeKey();
    this.#simpleKeyAllowed = true;
    this.#push(scanBlockScalar(this.#cursor, literal, this.#indent));
  }

  #fetchPlain(): void {
    this.#saveKey();
    this.#simpleKeyAllowed = false;
    const { token, crossedLine } = scanPlainScalar(this.#cursor, this.#indent, this.#flowLevel > 0);
    if (crossedLine) this.#simpleKeyAllowed = true;
    this.#push(token);
  }

  // Indentation and keys ---------------------------------------------------------------------------------------------------------

  #needKeyAllowed(problem: string): void {
    if (!this.#simpleKeyAllowed) scannerError(this.#cursor.mark(), problem);
  }

  #roll(mark: Mark, number: number, kind: PlainTokenKind): void {
    if (this.#flowLevel > 0 || this.#indent >= mark.column) return;
    this.#indents.push(this.#indent);
    this.#indent = mark.column;
    if (this.#indents.length > MAX_DEPTH) scannerError(mark, `exceeded max depth of ${MAX_DEPTH}`);
    if (number < 0) this.#push({ kind, start: mark });
    else this.#insert(number, { kind, start: mark });
  }

  #unroll(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#push({ kind: "block-end", start: this.#cursor.mark() });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #nextNumber(): number {
    return this.#parsed + this.#tokens.length - this.#head;
  }

  #saveKey(): void {
    if (!this.#simpleKeyAllowed) return;
    const required = this.#flowLevel === 0 && this.#indent === this.#cursor.column;
    this.#removeKey();
    const key = { possible: true, required, token: this.#nextNumber(), mark: this.#cursor.mark() };
    this.#simpleKeys[this.#simpleKeys.length - 1] = key;
    this.#keyByToken.set(key.token, key);
  }

  #removeKey(): void {
    const key = this.#simpleKeys.at(-1);
    if (key === undefined || !key.possible) return;
    if (key.required) scannerError(this.#cursor.mark(), "could not find expected ':'");
    key.possible = false;
    this.#keyByToken.delete(key.token);
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const cursor = this.#cursor;
    if (key.mark.line >= cursor.line && key.mark.index + MAX_KEY_LENGTH >= cursor.index) return true;
    if (key.required) scannerError(cursor.mark(), "could not find expected ':'");
    key.possible = false;
    this.#keyByToken.delete(key.token);
    return false;
  }
}
