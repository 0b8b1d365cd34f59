/**
 * Cuts the text of a module or query into tokens, with Chevrotain's lexer. In: text. Out: tokens without spaces and comments, and the
 * comments apart. Identifiers are not told from keywords here, since an import further up decides that. A token that OPA's scanner
 * rejects comes out as an illegal one; `complaintsAbout` says what is wrong with it.
 */
import { type IToken, Lexer } from "chevrotain";
import { complaintsOf } from "./lex/complaints.ts";
import { hasForeign, markForeign } from "./lex/foreign.ts";
import { complaintOfType, continuesTemplate, illegal, plainTypes, templateModes } from "./lex/token-types.ts";

/** Where in the text the lexer starts: in ordinary text, or after the `}` of a template expression. */
export type LexerMode = "main" | "tail" | "rawTail";

/** The tokens of a text and its comments, both in the order of the text. */
export interface Tokens {
  readonly tokens: IToken[];
  readonly comments: IToken[];
}

// Only offsets are kept: rows and columns are worked out late. A test checks the token definitions, not every start.
const settings = { positionTracking: "onlyOffset", skipValidations: true } as const;
const plainLexer = new Lexer([...plainTypes], settings);

// Most texts hold no template string, and the modes cost more than all else at the start.
const templateLexer = once(() => new Lexer({ defaultMode: "main", modes: templateModes() }, settings));

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What brings the lexer to where a tail begins. Chevrotain can start in any mode, but cannot leave the one that it started in. */
const openings: { readonly [M in LexerMode]: string } = { main: "", tail: '$"{}', rawTail: "$`{}" };

/** Cuts a text into tokens, from an offset on. */
export function tokenize(text: string, from = 0, mode: LexerMode = "main"): Tokens {
  const opening = openings[mode];
  const rest = opening + (from === 0 ? text : text.slice(from));
  const plain = mode === "main" ? plainLexer.tokenize(rest) : undefined;
  const cut = plain === undefined || opensTemplate(rest, plain.tokens) ? templateLexer().tokenize(rest) : plain;
  const tokens = opening === "" ? cut.tokens : cut.tokens.slice(2);
  const comments = cut.groups["comments"] ?? [];
  const moved = from - opening.length;
  for (const each of moved !== 0 ? [...tokens, ...comments] : []) each.startOffset += moved;
  return hasForeign(rest) ? markForeign(text, { tokens, comments, from }, { illegal, complaintsAbout }) : { tokens, comments };
}

/** Says whether a template string opens anywhere. `$"` alone does not say it: many a pattern ends so. */
function opensTemplate(text: string, tokens: readonly IToken[]): boolean {
  if (!text.includes('$"') && !text.includes("$`")) return false;
  return tokens.some(({ image, startOffset }) => image === "$" && /["`]/.test(text.charAt(startOffset + 1)));
}

/** Returns what is wrong with an illegal token. */
export function complaintsAbout(each: IToken): readonly string[] {
  if (Array.isArray(each.payload)) return each.payload;
  const complaint = complaintOfType(each);
  return complaint === undefined ? complaintsOf(each.image, continuesTemplate(each)) : [complaint];
}
