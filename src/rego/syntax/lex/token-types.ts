/**
 * The patterns of tokens, as Chevrotain's lexer takes them, and the modes in which each is looked for. Template strings need modes: `$"…{` opens an
 * expression, braces inside it nest, and the `}` that closes it is followed by the rest of the string.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar
 */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { type Kind, kinds } from "../tokens.ts";

const kindOfType: Kind[] = [];
const continuing = new Set<number>();
const complaints = new Map<number, string>();

interface Shape {
  readonly push?: string;
  readonly pop?: boolean;
  readonly kind?: Kind;
  readonly continues?: boolean;
  readonly complaint?: string;
  /** What it can begin with. Told, Chevrotain need not take the pattern apart at every start to find out. */
  readonly starts?: readonly (string | number)[];
}

function token(name: string, pattern: RegExp | string, shape: Shape = {}): TokenType {
  const type = createToken({
    name,
    pattern,
    line_breaks: false,
    ...(shape.push === undefined ? {} : { push_mode: shape.push }),
    ...(shape.pop === undefined ? {} : { pop_mode: shape.pop }),
    ...(shape.starts === undefined ? {} : { start_chars_hint: [...shape.starts] }),
  });
  const index = type.tokenTypeIdx ?? 0;
  kindOfType[index] = shape.kind ?? kinds.illegal;
  if (shape.continues) continuing.add(index);
  if (shape.complaint !== undefined) complaints.set(index, shape.complaint);
  return type;
}

const fixed = (name: string, text: string, kind: Kind): TokenType => token(name, text, { kind });

// An escape is one of JSON's; `\u` takes whatever three characters follow, as OPA's scanner does (the decoder checks them later).
const space = createToken({
  name: "Space",
  pattern: /[ \t\r\n]+/,
  group: Lexer.SKIPPED,
  line_breaks: false,
  start_chars_hint: [" ", "\t", "\r", "\n"],
});
const comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: "comments", line_breaks: false, start_chars_hint: ["#"] });

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
const digits = [..."0123456789"];
const identifierBeforeForeign = unicodeToken("IdentifierBeforeForeign", /[A-Za-z_][\w\p{Nd}]*/u, letters, kinds.ident);
const badNumber = unicodeToken("BadNumber", /\d+(?:\.\d*)?(?:[eE][+-]?\d*)?(?:[A-Za-z_][\w\p{Nd}]*)?/u, digits, kinds.illegal);

const words = [
  token("Identifier", /[A-Za-z_]\w*(?![\w\x80-\uffff])/, { kind: kinds.ident, starts: letters }),
  identifierBeforeForeign,
  token("Number", /\d+(?:\.\d+|(?![.\d]))(?:[eE][+-]?\d+)?(?!\w)/, { kind: kinds.number, starts: digits }),
  badNumber,
  token("String", /"[^"\\\n]*(?:\\(?:["\\/bfnrt]|u[\s\S]{3})[^"\\\n]*)*"/, { kind: kinds.string, starts: ['"'] }),
  token("RawString", /`[^`]*`/, { kind: kinds.string, starts: ["`"] }),
  token("BadString", /"[^"\\\n]*(?:\\(?:["\\/bfnrt]|u[\s\S]{0,3})?[^"\\\n]*)*"?/, { starts: ['"'] }),
  token("BadRawString", /`[^`]*/, { starts: ["`"] }),
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

/** Every character: Chevrotain looks at those below 256 one by one and at the others in runs of 255. */
function anything(): readonly number[] {
  const codes: number[] = [];
  for (let code = 0; code < 256; code++) codes.push(code);
  for (let code = 256; code < 65536; code += 255) codes.push(code);
  return codes;
}

/** A character that begins no token. */
export const illegal = token("Illegal", /[\ud800-\udbff][\udc00-\udfff]|[\0-\uffff]/, { starts: anything() });
const common = [space, comment, ...words, ...marks];
const leftBrace = fixed("LeftBrace", "{", kinds.leftBrace);
const rightBrace = fixed("RightBrace", "}", kinds.rightBrace);

/** The tokens of text without template strings. */
export const plainTypes: readonly TokenType[] = [...common, leftBrace, rightBrace, illegal];

/** The tokens of text with template strings, by mode. */
export function templateModes(): { readonly [mode: string]: TokenType[] } {
  const everywhere = [
    ...common,
    token("TemplatePart", /\$"[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*\{/, { push: "expression", kind: kinds.templatePart }),
    token("TemplateEnd", /\$"[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*"/, { kind: kinds.templateEnd }),
    token("RawTemplatePart", /\$`[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*\{/, { push: "rawExpression", kind: kinds.rawTemplatePart }),
    token("RawTemplateEnd", /\$`[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*`/, { kind: kinds.rawTemplateEnd }),
    token("BadTemplate", /\$"[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{0,3})?[^"\\\n{]*)*["{]?/),
    token("BadRawTemplate", /\$`[^`\\{]*(?:\\\{?[^`\\{]*)*/),
  ];
  const nested = token("NestedLeftBrace", "{", { push: "nested", kind: kinds.leftBrace });
  const close = token("CloseExpression", "}", { pop: true, push: "tail", kind: kinds.rightBrace });
  const closeRaw = token("CloseRawExpression", "}", { pop: true, push: "rawTail", kind: kinds.rightBrace });
  const part = { pop: true, push: "expression", kind: kinds.templatePart, continues: true };
  const rawPart = { pop: true, push: "rawExpression", kind: kinds.rawTemplatePart, continues: true };
  const fault = { pop: true, continues: true };
  return {
    main: [...everywhere, leftBrace, rightBrace, illegal],
    expression: [...everywhere, nested, close, illegal],
    rawExpression: [...everywhere, nested, closeRaw, illegal],
    nested: [...everywhere, nested, token("NestedRightBrace", "}", { pop: true, kind: kinds.rightBrace }), illegal],
    tail: [
      token("NextPart", /[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*\{/, part),
      token("LastPart", /[^"\\\n{]*(?:\\(?:["\\/bfnrt{]|u[\s\S]{3})[^"\\\n{]*)*"/, { ...fault, kind: kinds.templateEnd }),
      token("BadTail", /[^"\\\n{]+(?:\\(?:["\\/bfnrt{]|u[\s\S]{0,3})?[^"\\\n{]*)*["{]?|\\[\s\S]?[^"\\\n{]*/, fault),
      token("EmptyTail", "\n", fault),
    ],
    rawTail: [
      token("NextRawPart", /[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*\{/, rawPart),
      token("LastRawPart", /[^`\\{]*(?:\\(?:\{|(?!\{))[^`\\{]*)*`/, { ...fault, kind: kinds.rawTemplateEnd }),
      token("BadRawTail", /[\s\S]+/, { ...fault, complaint: "non-terminated string" }),
    ],
  };
}

/** Returns the kind of a token; an identifier may yet turn out to be a keyword. */
export function kindOf(each: IToken): Kind {
  return kindOfType[each.tokenTypeIdx] ?? kinds.illegal;
}

/** Says whether a token is the part of a template string that follows an expression. */
export function continuesTemplate(each: IToken): boolean {
  return continuing.has(each.tokenTypeIdx);
}

/** Returns what is wrong with every token of its type, if that is so. */
export function complaintOfType(each: IToken): string | undefined {
  return complaints.get(each.tokenTypeIdx);
}
