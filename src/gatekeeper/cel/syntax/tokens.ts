/**
 * The tokens of CEL and their lexer, on Chevrotain. White space and comments are dropped; positions are offsets.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */
import { createToken, Lexer, type TokenType } from "chevrotain";

function symbol(name: string, text: string): TokenType {
  return createToken({ name, pattern: text });
}

export const Identifier = createToken({ name: "IDENTIFIER", pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
/** A quoted field name such as `` `app.kubernetes.io/name` ``. */
export const EscapedIdentifier = createToken({ name: "ESC_IDENTIFIER", pattern: /`[A-Za-z0-9_.\-/ ]+`/ });

const keyword = (name: string, text: string) => createToken({ name, pattern: text, longer_alt: Identifier });
export const In = keyword("IN", "in");
export const True = keyword("CEL_TRUE", "true");
export const False = keyword("CEL_FALSE", "false");
export const Null = keyword("NUL", "null");

// Escapes may be anything here: a wrong one is the literal reader's message.
const STRING_BODY = /"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*'/;
const RAW_BODY = /[rR](?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n\r]*"|'[^'\n\r]*')/;
const STRING = `(?:${RAW_BODY.source}|${STRING_BODY.source})`;
export const StringToken = createToken({
  name: "STRING",
  pattern: new RegExp(STRING),
  line_breaks: true,
  start_chars_hint: ['"', "'", "r", "R"],
});
export const BytesToken = createToken({
  name: "BYTES",
  pattern: new RegExp(`[bB]${STRING}`),
  line_breaks: true,
  start_chars_hint: ["b", "B"],
});

export const Double = createToken({ name: "NUM_FLOAT", pattern: /(?:\d+\.\d+|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/ });
export const Uint = createToken({ name: "NUM_UINT", pattern: /(?:0x[0-9a-fA-F]+|\d+)[uU]/ });
export const Int = createToken({ name: "NUM_INT", pattern: /0x[0-9a-fA-F]+|\d+/ });

export const EqualsEquals = symbol("EQUALS", "==");
export const NotEquals = symbol("NOT_EQUALS", "!=");
export const LessEquals = symbol("LESS_EQUALS", "<=");
export const GreaterEquals = symbol("GREATER_EQUALS", ">=");
export const Less = symbol("LESS", "<");
export const Greater = symbol("GREATER", ">");
export const AndAnd = symbol("LOGICAL_AND", "&&");
export const OrOr = symbol("LOGICAL_OR", "||");
export const LeftBracket = symbol("LBRACKET", "[");
export const RightBracket = symbol("RBRACKET", "]");
export const LeftBrace = symbol("LBRACE", "{");
export const RightBrace = symbol("RBRACE", "}");
export const LeftParen = symbol("LPAREN", "(");
export const RightParen = symbol("RPAREN", ")");
export const Dot = symbol("DOT", ".");
export const Comma = symbol("COMMA", ",");
export const Minus = symbol("MINUS", "-");
export const Exclamation = symbol("EXCLAM", "!");
export const Question = symbol("QUESTIONMARK", "?");
export const Colon = symbol("COLON", ":");
export const Plus = symbol("PLUS", "+");
export const Star = symbol("STAR", "*");
export const Slash = symbol("SLASH", "/");
export const Percent = symbol("PERCENT", "%");

const WhiteSpace = createToken({ name: "WHITESPACE", pattern: /[\t \r\n\f]+/, group: Lexer.SKIPPED, line_breaks: true });
const Comment = createToken({ name: "COMMENT", pattern: /\/\/[^\n]*/, group: Lexer.SKIPPED });

/** What is no token, in the portions in which cel-go reports it: half an operator with what follows, a quote that never ends with the end of its line. */
export const Unrecognized = createToken({
  name: "UNRECOGNIZED",
  pattern: /[=&|][\s\S]?|["'][^\n\r]*[\n\r]?|`[A-Za-z0-9_.\-/ ]*/,
  line_breaks: true,
  start_chars_hint: ["=", "&", "|", '"', "'", "`"],
});

/** All tokens, longer ones first where one begins with another. */
export const tokens: TokenType[] = [
  WhiteSpace,
  Comment,
  BytesToken,
  StringToken,
  In,
  True,
  False,
  Null,
  Identifier,
  EscapedIdentifier,
  Double,
  Uint,
  Int,
  EqualsEquals,
  NotEquals,
  LessEquals,
  GreaterEquals,
  Less,
  Greater,
  AndAnd,
  OrOr,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  LeftParen,
  RightParen,
  Dot,
  Comma,
  Minus,
  Exclamation,
  Question,
  Colon,
  Plus,
  Star,
  Slash,
  Percent,
  Unrecognized,
];

/** Makes the lexer. */
export function createLexer(): Lexer {
  return new Lexer(tokens, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true });
}
