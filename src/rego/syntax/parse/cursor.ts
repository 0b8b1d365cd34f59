/**
 * The place in the tokens where the parser stands, and what it has gathered so far. The parse functions are handed a cursor and reach
 * one another through its `grammar`. It moves as OPA's parser moves: a step either skips blanks or stops at the first one (`x .y` is
 * not a reference), attempts are undone by restoring a saved state, and a term that was parsed once at a place is not parsed twice.
 */
import type { IToken } from "chevrotain";
import type { Source, Span } from "../../source/source.ts";
import type { Head, Term } from "../ast.ts";
import { continuesTemplate, kindOf } from "../lex/token-types.ts";
import { complaintsAbout, type LexerMode, tokenize } from "../lexer.ts";
import { isKeyword, isKeywordKind, type Kind, keywordKind, keywordsAddedByV1, keywordsV0, kinds, nameOfKind } from "../tokens.ts";
import type { Complaint, Grammar, State } from "./grammar.ts";
import type { Settings } from "./settings.ts";

/** A term that was parsed at a place, and the state after it. One record for both: there is one for each term of a text. */
interface Remembered extends State {
  readonly at: number;
  readonly term: Term | undefined;
}

/**
 * How deep trees may nest. OPA allows 100,000 recursions of its own parser (about 11,000 parentheses); we keep every later walk
 * over the tree, ours or a caller's, well inside the stack that JavaScript gives by default.
 */
const maxDepth = 1000;

// A sound text is never cut again, and each time costs the length of the rest; past this the string counts as broken.
const maxCuts = 8;

const initialKeywords: { readonly [dialect in "v0" | "v1"]: ReadonlyMap<string, Kind> } = {
  v0: new Map(keywordsV0.map((word) => [word, keywordKind(word) ?? kinds.ident])),
  v1: new Map([...keywordsV0, ...keywordsAddedByV1].map((word) => [word, keywordKind(word) ?? kinds.ident])),
};

const noErrors: readonly Complaint[] = [];
const noHints: readonly string[] = [];

/** Stands at a token and moves from token to token. */
export class Cursor {
  readonly source: Source;
  readonly text: string;
  readonly grammar: Grammar;
  readonly settings: Settings;
  /** Kind of the token that the cursor stands on. */
  kind: Kind = kinds.eof;
  /** Words that are keywords here. */
  keywords: Map<string, Kind>;
  /** Whether `not { … }` is a negated body here. */
  notBodies = false;
  errors: readonly Complaint[] = noErrors;
  /** Which heads were written with `if` and `contains`. */
  readonly headsWithIf = new Set<Head>();
  readonly headsWithContains = new Set<Head>();
  readonly comments: readonly IToken[];
  private hints: readonly string[] = noHints;
  private wildcards = 0;
  private index = -1;
  private blank = -1;
  private depth = 0;
  private remembered: Remembered[] = [];
  private readonly tokens: IToken[];
  private trial = false;
  private cuts = 0;

  constructor(source: Source, grammar: Grammar, settings: Settings) {
    this.source = source;
    this.text = source.text;
    this.grammar = grammar;
    this.settings = settings;
    this.keywords = new Map(initialKeywords[settings.dialect]);
    for (const word of settings.keywords) this.addKeyword(word);
    const { tokens, comments } = tokenize(source.text);
    this.tokens = tokens;
    this.comments = comments;
    this.scan();
  }

  // Where it stands.

  /** Offset at which the current token starts. */
  get start(): number {
    return this.blank >= 0 ? this.blank : this.startOf(this.index);
  }

  /** Offset at which the current token ends. */
  get end(): number {
    return this.blank >= 0 ? this.blank + 1 : this.endOf(this.index);
  }

  /** Offset at which the last token before the current one ends, blanks apart. */
  get lastEnd(): number {
    return this.endOf(this.index - 1);
  }

  /** Text of the current token. OPA's has all bytes but the last of a foreign letter that follows at once; they show as U+FFFD. */
  get image(): string {
    if (this.blank >= 0) return this.text.charAt(this.blank);
    const image = this.tokens[this.index]?.image ?? "";
    const next = this.text.charCodeAt(this.end);
    return next >= 0x80 ? image + "\ufffd".repeat(next < 0x800 ? 1 : next >= 0xd800 && next < 0xe000 ? 3 : 2) : image;
  }

  /** Returns the span of the current token. */
  here(): Span {
    return { source: this.source, start: this.start, end: this.end };
  }

  /** Returns the span from an offset to the end of the last token. */
  since(start: number): Span {
    return { source: this.source, start, end: this.lastEnd };
  }

  /** Returns a span that points at one offset and shows text from another on, to the end given. */
  spanned(start: number, textStart: number, end: number): Span {
    return start === textStart ? { source: this.source, start, end } : { source: this.source, start, end, textStart };
  }

  /** Says whether a line ended between the last token and the current one, a blank counted in. */
  get newline(): boolean {
    return this.gapHas("\n", this.blank >= 0 ? this.end : this.start);
  }

  /** Says whether a comment stands between the last token and the current one. */
  get commented(): boolean {
    return this.gapHas("#", this.start);
  }

  private gapHas(letter: string, to: number): boolean {
    return this.text.slice(this.endOf(this.index - 1), to).includes(letter);
  }

  // Moving on.

  /** Steps to the next token. */
  scan(): void {
    if (this.blank >= 0) this.blank = -1;
    else this.advance();
    this.enterToken();
  }

  /** Steps to the next token or to the blank before it. */
  scanToBlank(): void {
    const from = this.end;
    this.advance();
    const to = this.startOf(this.index);
    let at = from;
    // A comment is no blank, but the line end after it is.
    if (at < to && this.text.charCodeAt(at) === 35) at = this.text.indexOf("\n", at);
    if (at < 0 || at >= to) {
      this.enterToken();
      return;
    }
    this.blank = at;
    this.kind = kinds.whitespace;
  }

  private advance(): void {
    if (this.index < this.tokens.length) this.index++;
    const each = this.tokens[this.index];
    if (each !== undefined && continuesTemplate(each)) this.cutAgain("main");
  }

  /** Steps over the `}` of an expression in a template string, to the rest of the string. */
  scanTemplate(raw: boolean): void {
    if (this.index < this.tokens.length) this.index++;
    const each = this.tokens[this.index];
    if (each === undefined || !continuesTemplate(each)) this.cutAgain(raw ? "rawTail" : "tail");
    const next = this.tokens[this.index];
    if (next === undefined) {
      this.kind = kinds.illegal;
      this.error("non-terminated string", this.here());
      return;
    }
    this.enterToken();
  }

  private enterToken(): void {
    const each = this.tokens[this.index];
    if (each === undefined) {
      this.kind = kinds.eof;
      return;
    }
    let kind = kindOf(each);
    if (kind === kinds.ident) {
      const keyword = this.keywords.get(each.image);
      if (keyword !== undefined && !this.runsIntoForeign(each)) kind = keyword;
    }
    this.kind = kind;
    if (kind !== kinds.illegal) return;
    for (const message of complaintsAbout(each)) this.error(message, this.here());
  }

  /** OPA takes a byte of the foreign letter that follows a word into the word, which then is no keyword. */
  private runsIntoForeign(each: IToken): boolean {
    return this.text.charCodeAt(each.startOffset + each.image.length) >= 0x80;
  }

  /** Says whether a letter outside ASCII follows the current token at once. */
  get beforeForeign(): boolean {
    return this.text.charCodeAt(this.end) >= 0x80;
  }

  /** Cuts the rest of the text anew: what the lexer took for the inside of a template string is not, or the other way round. */
  private cutAgain(mode: LexerMode): void {
    if (++this.cuts > maxCuts) return;
    const { tokens } = tokenize(this.text, this.endOf(this.index - 1), mode);
    this.tokens.length = this.index;
    for (const each of tokens) this.tokens.push(each);
  }

  private startOf(index: number): number {
    return this.tokens[index]?.startOffset ?? this.text.length;
  }

  private endOf(index: number): number {
    if (index < 0) return 0;
    const each = this.tokens[index];
    return each === undefined ? this.text.length : each.startOffset + each.image.length;
  }

  // Words.

  /** Makes a word a keyword from here on. */
  addKeyword(word: string): void {
    const kind = keywordKind(word);
    if (kind !== undefined) this.keywords.set(word, kind);
    if (word === "every") this.keywords.set("in", kinds.in);
    if (word === "not") this.notBodies = true;
  }

  /** Takes the current token for a plain word, whatever it is. */
  takeAsIdent(): void {
    this.kind = kinds.ident;
  }

  /** Says whether the current token is a keyword that may stand in a reference. */
  get isRefKeyword(): boolean {
    if (!isKeywordKind(this.kind) || !this.settings.refKeywords) return false;
    const name = nameOfKind(this.kind);
    return isKeyword(name, this.settings.dialect) || this.keywords.has(name);
  }

  /** Takes a keyword that begins a reference (`if.x`, `not[1]`) for a plain word; says whether it did. */
  takeRefKeyword(): boolean {
    if (!this.isRefKeyword || !this.opensRef()) return false;
    this.kind = kinds.ident;
    return true;
  }

  /** Says whether a `.` or `[` follows the current token at once. */
  opensRef(): boolean {
    const next = this.text.charCodeAt(this.end);
    return next === 46 || next === 91;
  }

  /** Returns the variable for the current word; each `_` is a new one. */
  variable(): Term {
    const { image } = this;
    return { kind: "var", span: this.here(), name: image === "_" ? this.wildcard() : image };
  }

  /** Returns a new name for a wildcard. */
  wildcard(): string {
    return `$${this.wildcards++}`;
  }

  // Errors.

  /** Notes an error with the hints gathered so far. */
  error(message: string, span: Span): void {
    this.errors = [...this.errors, { message: message + this.hintText(), span, excerpt: true }];
    this.hints = noHints;
  }

  /** Adds a hint to the next error. */
  hint(text: string): void {
    this.hints = [...this.hints, text];
  }

  /** Notes that the current token cannot stand here. */
  unexpected(note = ""): void {
    if (this.kind === kinds.illegal) {
      this.error("illegal token", this.here());
      return;
    }
    const type = isKeywordKind(this.kind) ? "keyword" : "token";
    this.error(`unexpected ${nameOfKind(this.kind)} ${type}${note === "" ? "" : `: ${note}`}`, this.here());
  }

  private hintText(): string {
    if (this.hints.length === 0) return "";
    return ` (hint${this.hints.length > 1 ? "s" : ""}: ${this.hints.join(", ")})`;
  }

  // Attempts.

  /** Returns the state to go back to. */
  save(): State {
    return {
      index: this.index,
      blank: this.blank,
      kind: this.kind,
      errors: this.errors,
      hints: this.hints,
      wildcards: this.wildcards,
    };
  }

  /** Goes back to a saved state. */
  restore(state: State): void {
    this.index = state.index;
    this.blank = state.blank;
    this.kind = state.kind;
    this.errors = state.errors;
    this.hints = state.hints;
    this.wildcards = state.wildcards;
  }

  /** Returns what was parsed at this place before, and moves past it. The answer `undefined` means nothing is remembered. */
  recall(): { readonly term: Term | undefined } | undefined {
    const at = this.start;
    for (let i = this.remembered.length - 1; i >= 0; i--) {
      const each = this.remembered[i];
      if (each === undefined || each.at < at) return undefined;
      if (each.at > at) continue;
      this.restore(each);
      return each;
    }
    return undefined;
  }

  /** Forgets all terms: a new statement is never parsed at the places of the one before. */
  forget(): void {
    this.remembered.length = 0;
  }

  /** Remembers what was parsed from an offset to here; what lies further on is forgotten. */
  remember(at: number, term: Term | undefined): void {
    const { remembered } = this;
    while (remembered.length > 0 && (remembered[remembered.length - 1]?.at ?? -1) >= at) remembered.pop();
    const { index, blank, kind, errors, hints, wildcards } = this;
    remembered.push({ at, term, index, blank, kind, errors, hints, wildcards });
  }

  /** Says whether an attempt with every keyword of later dialects would succeed; takes back all it did. It does not nest. */
  wouldWithLaterKeywords(run: () => boolean): boolean {
    if (this.trial) return false;
    const before = this.save();
    this.trial = true;
    const keywords = new Map(this.keywords);
    for (const word of [...keywordsAddedByV1, "not"]) keywords.set(word, keywordKind(word) ?? kinds.ident);
    // Two more are reserved for later; nothing that begins with one is a term.
    for (const word of ["and", "or"]) keywords.set(word, kinds.as);
    const found = this.withKeywords(keywords, run);
    this.trial = false;
    this.restore(before);
    return found;
  }

  /** Runs with other keywords and an empty memory. */
  withKeywords<T>(keywords: Map<string, Kind>, run: () => T): T {
    const { keywords: usual, remembered } = this;
    this.keywords = keywords;
    this.remembered = [];
    const result = run();
    this.keywords = usual;
    this.remembered = remembered;
    return result;
  }

  /** Enters a nested construct; false when the nesting is too deep. */
  enter(): boolean {
    if (++this.depth <= maxDepth) return true;
    this.error("max parsing recursion depth exceeded", this.here());
    this.depth--;
    return false;
  }

  /** Leaves a nested construct. */
  leave(): void {
    this.depth--;
  }
}
