/**
 * The texts of syntax errors, in the manner of cel-go's parser generator: what was found, and what could have stood there.
 */
import type { IParserErrorMessageProvider, IRecognitionException, IToken, TokenType } from "chevrotain";
import type { Issue } from "./issue.ts";

const OPERAND = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
// Names with fixed text are shown by it, the others by their own name.
const NAMED: ReadonlySet<string> = new Set(["NUM_FLOAT", "NUM_INT", "NUM_UINT", "STRING", "BYTES", "IDENTIFIER", "ESC_IDENTIFIER"]);

function show(type: TokenType): string {
  if (type.name === "EOF") return "<EOF>";
  return NAMED.has(type.name) || typeof type.PATTERN !== "string" ? type.name : `'${type.PATTERN}'`;
}

function found(token: IToken | undefined): string {
  return token === undefined || token.tokenType.name === "EOF" ? "<EOF>" : token.image;
}

/** Chevrotain's message hooks. */
export const errorMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => `mismatched input '${found(actual)}' expecting ${show(expected)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) => `extraneous input '${found(firstRedundant)}' expecting <EOF>`,
  buildNoViableAltMessage: ({ actual }) => `mismatched input '${found(actual[0])}' expecting ${OPERAND}`,
  buildEarlyExitMessage: ({ actual }) => `mismatched input '${found(actual[0])}' expecting ${OPERAND}`,
};

/** Places a parser error; at the end of the text it stands behind the last character. */
export function syntaxMessage(error: IRecognitionException, text: string): Issue {
  const offset = error.token.startOffset;
  return { at: offset >= 0 ? offset : text.length, message: `Syntax error: ${error.message}` };
}
