/**
 * The texts of syntax errors, in the manner of cel-go's parser generator: what was found and what could have stood there; "extraneous" when
 * leaving the token out would help, "missing" when putting one in would.
 */
import type { IParserErrorMessageProvider, IRecognitionException, IToken, TokenType } from "chevrotain";
import type { Issue } from "./issue.ts";
import * as t from "./tokens.ts";

/** The tokens an operand can begin with, in the order of the messages; those in brackets only somewhere. */
const OPERAND: readonly TokenType[] = [
  t.LeftBracket,
  t.RightBracket,
  t.LeftBrace,
  t.RightBrace,
  t.LeftParen,
  t.RightParen,
  t.Dot,
  t.Comma,
  t.Minus,
  t.Exclamation,
  t.Question,
  t.True,
  t.False,
  t.Null,
  t.Double,
  t.Int,
  t.Uint,
  t.StringToken,
  t.BytesToken,
  t.Identifier,
];
const CONDITIONAL: ReadonlySet<TokenType> = new Set([t.RightBracket, t.RightBrace, t.RightParen, t.Comma, t.Question]);

/** Tokens that can come after a closing bracket. */
const CLOSED_FOLLOW: ReadonlySet<TokenType> = new Set([
  t.RightBracket,
  t.RightBrace,
  t.RightParen,
  t.Dot,
  t.LeftBracket,
  t.Comma,
  t.Colon,
  t.Question,
  t.OrOr,
  t.AndAnd,
  t.Less,
  t.LessEquals,
  t.Greater,
  t.GreaterEquals,
  t.EqualsEquals,
  t.NotEquals,
  t.In,
  t.Plus,
  t.Minus,
  t.Star,
  t.Slash,
  t.Percent,
]);

function show(type: TokenType): string {
  return typeof type.PATTERN === "string" ? `'${type.PATTERN}'` : type.name;
}

function showSet(types: readonly TokenType[]): string {
  const [only] = types;
  return types.length === 1 && only !== undefined ? show(only) : `{${types.map(show).join(", ")}}`;
}

/** Chevrotain's message hooks: the name of the token that was wanted is all that is needed of them. */
export const errorMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => "",
  buildNoViableAltMessage: () => "",
  buildEarlyExitMessage: () => "",
};

interface Text {
  readonly text: string;
  readonly tokens: readonly IToken[];
}

/** A token with its neighbours; undefined stands for the end of the text. */
interface Place {
  readonly before: TokenType | undefined;
  readonly found: IToken | undefined;
  readonly next: TokenType | undefined;
  /** The text from the token before to the end of the one found, with what is between them. */
  readonly written: string;
  readonly rules: readonly string[];
}

/** Words a parser error; at the end of the text it stands behind the last character. */
export function syntaxIssues(error: IRecognitionException, { text, tokens }: Text): readonly Issue[] {
  const index = tokens.indexOf(error.token);
  const found = index < 0 ? undefined : error.token;
  const position = index < 0 ? tokens.length : index;
  const place: Place = {
    before: tokens[position - 1]?.tokenType,
    found,
    next: tokens[position + 1]?.tokenType,
    written: text.slice(tokens[position - 1]?.startOffset, found === undefined ? text.length : found.startOffset + found.image.length),
    rules: error.context.ruleStack,
  };
  const at = found?.startOffset ?? text.length;
  return messagesFor(error, place).map((message) => ({ at, message }));
}

function messagesFor(error: IRecognitionException, place: Place): readonly string[] {
  const rule = place.rules[place.rules.length - 1];
  // A member that cannot go on ends the expression.
  if (error.name === "NotAllInputParsedException" || rule === "member") return [notAllRead(place)];
  if (rule === "fieldName" || rule === "selection") return nameMissing(place);
  const wanted = OPERAND.find(({ name }) => name === error.message) ?? (error.message === t.Colon.name ? t.Colon : undefined);
  const atOperand = error.name === "NoViableAltException" || error.name === "EarlyExitException";
  if (atOperand || wanted === undefined || startsEmpty(wanted, place)) return operandMissing(place);
  return [tokenMissing(wanted, place)];
}

const foundText = ({ found }: Place) => found?.image ?? "<EOF>";

function notAllRead(place: Place): string {
  const verb = place.next === undefined && place.found?.tokenType !== t.Colon && place.found?.tokenType !== t.LeftBrace;
  return `Syntax error: ${verb ? "extraneous" : "mismatched"} input '${foundText(place)}' expecting <EOF>`;
}

function nameMissing(place: Place): readonly string[] {
  if (place.before !== t.Question) return [`Syntax error: no viable alternative at input '${place.written}'`];
  return [`Syntax error: mismatched input '${foundText(place)}' expecting {IDENTIFIER, ESC_IDENTIFIER}`, "unsupported ident kind"];
}

const OPENING: ReadonlyMap<TokenType, TokenType> = new Map([
  [t.RightParen, t.LeftParen],
  [t.RightBracket, t.LeftBracket],
  [t.RightBrace, t.LeftBrace],
]);

// A bracket that was just opened could be closed or filled.
function startsEmpty(wanted: TokenType, { before }: Place): boolean {
  return before !== undefined && OPENING.get(wanted) === before;
}

// What may stand where an operand is wanted, beside operands.
function alsoAllowed({ before, rules }: Place): ReadonlySet<TokenType> {
  const inside = (rule: string) => rules.includes(rule);
  if (before === t.LeftParen) return new Set(inside("argumentList") ? [t.RightParen] : []);
  if (before === t.LeftBracket) return new Set(inside("list") ? [t.RightBracket, t.Comma, t.Question] : [t.Question]);
  if (before === t.LeftBrace) return new Set([t.RightBrace, t.Comma, t.Question]);
  return new Set();
}

function operandMissing(place: Place): readonly string[] {
  const also = alsoAllowed(place);
  const types = OPERAND.filter((type) => !CONDITIONAL.has(type) || also.has(type));
  const helps = place.next !== undefined && types.includes(place.next);
  const lonely = place.before === t.Exclamation && place.found === undefined;
  const verb = helps || lonely ? "extraneous" : "mismatched";
  return [`Syntax error: ${verb} input '${foundText(place)}' expecting ${showSet(types)}`];
}

function tokenMissing(wanted: TokenType, place: Place): string {
  const inList = wanted === t.RightBrace || (wanted === t.RightBracket && place.rules[place.rules.length - 1] === "list");
  const types = inList && place.before !== t.Comma ? [wanted, t.Comma] : [wanted];
  const extraneous = place.next !== undefined && types.includes(place.next);
  if (!extraneous && types.length === 1 && couldFollow(wanted, place.found)) {
    return `Syntax error: missing ${show(wanted)} at '${foundText(place)}'`;
  }
  return `Syntax error: ${extraneous ? "extraneous" : "mismatched"} input '${foundText(place)}' expecting ${showSet(types)}`;
}

function couldFollow(wanted: TokenType, found: IToken | undefined): boolean {
  if (wanted !== t.Colon) return found === undefined || CLOSED_FOLLOW.has(found.tokenType);
  return found !== undefined && OPERAND.includes(found.tokenType) && !CONDITIONAL.has(found.tokenType);
}
