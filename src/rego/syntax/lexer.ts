/**
 * Cuts the text of a module or query into tokens, with Chevrotain's lexer. In: text. Out: tokens without spaces and comments, and the
 * comments apart. Identifiers are not told from keywords here, since an import further up decides that. A token that OPA's scanner
 * rejects comes out as an illegal one; `complaintsOf` says what is wrong with it.
 *
 * Template strings need modes: `$"…{` opens an expression, braces inside it nest, and the `}` that closes it is followed by the rest of
 * the string. https://www.openpolicyagent.org/docs/latest/policy-language/#string-interpolation
 */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { complaintsOf } from "./complaints.ts";
import { hasForeign, markForeign } from "./foreign.ts";
import { type Kind, kinds } from "./tokens.ts";

/** Where in the text the lexer starts: in ordinary text, or after the `}` of a template expression. */
export type LexerMode = "main" | "tail" | "rawTail";

/** The tokens of a text and its comments, both in the order of the text. */
export interface Tokens {
  readonly tokens: IToken[];
  readonly comments: IToken[];
}

const kindOfType: Kind[] = [];
const continuing = new Set<number>();

interface Shape {
  readonly push?: string;
  readonly pop?: boolean;
  readonly kind?: Kind;
  readonly continues?: boolean;
}

function token(name: string, pattern: RegExp | string, shape: Shape = {}): TokenType {
  const type = createToken({
    name,
    pattern,
    line_breaks: false,
    ...(shape.push === undefined ? {} : { push_mode: shape.push }),
    ...(shape.pop === undefined ? {} : { pop_mode: shape.pop }),
  });
  const index = type.tokenTypeIdx ?? 0;
  kindOfType[index] = shape.kind ?? kinds.illegal;
  if (shape.continues) continuing.add(index);
  return type;
}

const fixed = (name: string, text: string, kind: Kind): TokenType => token(name, text, { kind });

// An escape is one of JSON's; `\u` takes whatever three characters follow, as OPA's scanner does (the decoder checks them later).
const space = createToken({ name: "Space", pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED, line_breaks: false });
const comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: "comments", line_breaks: false });

/** Chevrotain drops the flags of a pattern, so one that needs Unicode classes is a function; the hint says what it can begin with. */
function unicodeToken(name: string, pattern: RegExp, starts: readonly string[], kind: Kind): TokenType {
  const sticky = new RegExp(pattern.source, "uy");
  const match = (text: string, offset: number): RegExpExecArray | null => {
    sticky.lastIndex = offset;
    return sticky.exec(text);
  };
  const type = createToken({ name, pattern: match, start_chars_hint: [...starts], line_breaks: false });
  kindOfType[type.tokenTypeIdx ?? 0] = kind;
  return type;
}

// A digit of any script may stand in a word, though not first.
const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"];
const identifierBeforeForeign = unicodeToken("IdentifierBeforeForeign", /[A-Za-z_][\w\p{Nd}]*/u, letters, kinds.ident);
const badNumber = unicodeToken("BadNumber", /\d+(?:\.\d*)?(?:[eE][+-]?\d*)?(?:[A-Za-z_][\w\p{Nd}]*)?/u, [..."0123456789"], kinds.illegal);

const words = [
  token("Identifier", /[A-Za-z_]\w*(?![\w\x80-\uffff])/, { kind: kinds.ident }),
  identifierBeforeForeign,
  token("Number", /\d+(?:\.\d+|(?![.\d]))(?:[eE][+-]?\d+)?(?!\w)/, { kind: kinds.number }),
  badNumber,
  token("String", /"[^"\\\n]*(?:\\(?:["\\/bfnrt]|u[\s\S]{3})[^"\\\n]*)*"/, { kind: kinds.string }),
  token("RawString", /`[^`]*`/, { kind: kinds.string }),
  token("BadString", /"[^"\\\n]*(?:\\(?:["\\/bfnrt]|u[\s\S]{0,3})?[^"\\\n]*)*"?/),
  token("BadRawString", /`[^`]*/),
  token("TemplatePart", /\$"[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*\{/, { push: "expression", kind: kinds.templatePart }),
  token("TemplateEnd", /\$"[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*"/, { kind: kinds.templateEnd }),
  token("RawTemplatePart", /\$`[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*\{/, { push: "rawExpression", kind: kinds.rawTemplatePart }),
  token("RawTemplateEnd", /\$`[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*`/, { kind: kinds.rawTemplateEnd }),
  token("BadTemplate", /\$"[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{0,3})?[^"\\\n{]*)*["{]?/),
  token("BadRawTemplate", /\$`[^`\\{]*(?:\\\{?[^`\\{]*)*/),
];

const marks = [
  fixed("Assign", ":=", kinds.assign),
  fixed("Colon", ":", kinds.colon),
  fixed("Equal", "==", kinds.equal),
  fixed("Unify", "=", kinds.unify),
  fixed("NotEqual", "!=", kinds.notEqual),
  fixed("LessOrEqual", "<=", kinds.lessOrEqual),
  fixed("Less", "<", kinds.less),
  fixed("GreaterOrEqual", ">=", kinds.greaterOrEqual),
  fixed("Greater", ">", kinds.greater),
  fixed("Dot", ".", kinds.dot),
  fixed("Comma", ",", kinds.comma),
  fixed("Semicolon", ";", kinds.semicolon),
  fixed("LeftBracket", "[", kinds.leftBracket),
  fixed("RightBracket", "]", kinds.rightBracket),
  fixed("LeftParen", "(", kinds.leftParen),
  fixed("RightParen", ")", kinds.rightParen),
  fixed("Plus", "+", kinds.plus),
  fixed("Minus", "-", kinds.minus),
  fixed("Times", "*", kinds.times),
  fixed("Divide", "/", kinds.divide),
  fixed("Remainder", "%", kinds.remainder),
  fixed("And", "&", kinds.and),
  fixed("Or", "|", kinds.or),
];

const illegal = token("Illegal", /[\ud800-\udbff][\udc00-\udfff]|[\0-\uffff]/);
const everywhere = [space, comment, ...words, ...marks];
const nested = token("NestedLeftBrace", "{", { push: "nested", kind: kinds.leftBrace });

const lexer = new Lexer(
  {
    defaultMode: "main",
    modes: {
      main: [...everywhere, fixed("LeftBrace", "{", kinds.leftBrace), fixed("RightBrace", "}", kinds.rightBrace), illegal],
      expression: [...everywhere, nested, token("CloseExpression", "}", { pop: true, push: "tail", kind: kinds.rightBrace }), illegal],
      rawExpression: [
        ...everywhere,
        nested,
        token("CloseRawExpression", "}", { pop: true, push: "rawTail", kind: kinds.rightBrace }),
        illegal,
      ],
      nested: [...everywhere, nested, token("NestedRightBrace", "}", { pop: true, kind: kinds.rightBrace }), illegal],
      tail: [
        token("NextPart", /[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*\{/, {
          pop: true,
          push: "expression",
          kind: kinds.templatePart,
          continues: true,
        }),
        token("LastPart", /[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*"/, {
          pop: true,
          kind: kinds.templateEnd,
          continues: true,
        }),
        token("BadTail", /[^"\\\n{]+(?:\\(?:["\\/bfnrt{]|u[\s\S]{0,3})?[^"\\\n{]*)*["{]?|\\[\s\S]?[^"\\\n{]*/, {
          pop: true,
          continues: true,
        }),
        token("EmptyTail", "\n", { pop: true, continues: true }),
      ],
      rawTail: [
        token("NextRawPart", /[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*\{/, {
          pop: true,
          push: "rawExpression",
          kind: kinds.rawTemplatePart,
          continues: true,
        }),
        token("LastRawPart", /[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*`/, { pop: true, kind: kinds.rawTemplateEnd, continues: true }),
        token("BadRawTail", /[\s\S]+/, { pop: true, continues: true }),
      ],
    },
  },
  // Only offsets are kept: rows and columns are worked out late. The token definitions are checked by a test, not at every start.
  { positionTracking: "onlyOffset", skipValidations: true },
);

/** Cuts a text into tokens, from an offset on. */
export function tokenize(text: string, from = 0, mode: LexerMode = "main"): Tokens {
  const { tokens, groups } = lexer.tokenize(from === 0 ? text : text.slice(from), mode);
  const comments = groups["comments"] ?? [];
  for (const each of from > 0 ? [...tokens, ...comments] : []) each.startOffset += from;
  return hasForeign(text) ? markForeign(text, { tokens, comments }, illegal) : { tokens, comments };
}

/** Returns what is wrong with an illegal token. */
export function complaintsAbout(each: IToken): readonly string[] {
  return Array.isArray(each.payload) ? each.payload : complaintsOf(each.image, continuesTemplate(each));
}

/** Returns the kind of a token; an identifier may yet turn out to be a keyword. */
export function kindOf(each: IToken): Kind {
  return kindOfType[each.tokenTypeIdx] ?? kinds.illegal;
}

/** Says whether a token is the part of a template string that follows an expression. */
export function continuesTemplate(each: IToken): boolean {
  return continuing.has(each.tokenTypeIdx);
}
