/**
 * Text to tree: Chevrotain's grammar of CEL, macros expanded on the way. In goes an expression and the macros in force, out comes the tree
 * or the mistakes, with cel-go's texts for reserved words, literals and macros.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */
import { codePointCount } from "../values/size.ts";
import { type Expr, OPERATORS } from "./ast.ts";
import { checkDepth } from "./depth.ts";
import { CelGrammar, type GrammarOptions } from "./grammar.ts";
import type { Issue } from "./issue.ts";
import { syntaxIssues } from "./syntax-message.ts";
import { createLexer, Unrecognized } from "./tokens.ts";

/** A tree, or why there is none. */
interface ParseResult {
  readonly expr: Expr | undefined;
  readonly issues: readonly Issue[];
}

/** A parser for one set of macros. */
export interface CelParser {
  parse(text: string): ParseResult;
}

/** cel-go's limit; a longer expression is no policy any more. */
const MAX_CODE_POINTS = 100_000;

/** Makes a parser; the grammar is analysed at its first use, since that takes some ten milliseconds. */
export function createParser(options: GrammarOptions): CelParser {
  let tools: { readonly lexer: ReturnType<typeof createLexer>; readonly grammar: CelGrammar } | undefined;
  return {
    parse(text) {
      const size = codePointCount(text);
      if (size > MAX_CODE_POINTS) {
        const message = `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`;
        return { expr: undefined, issues: [{ at: -1, message }] };
      }
      tools ??= { lexer: createLexer(), grammar: new CelGrammar(options) };
      return parseWith(text, tools.lexer, tools.grammar);
    },
  };
}

function parseWith(text: string, lexer: ReturnType<typeof createLexer>, grammar: CelGrammar): ParseResult {
  const lexed = lexer.tokenize(text);
  const issues: Issue[] = lexed.errors.map((error) => ({
    at: error.offset,
    message: `Syntax error: token recognition error at: '${text.slice(error.offset, error.offset + error.length)}'`,
  }));
  const tokens = lexed.tokens.filter((token) => {
    if (token.tokenType !== Unrecognized) return true;
    issues.push({ at: token.startOffset, message: `Syntax error: token recognition error at: '${token.image}'` });
    return false;
  });
  const tooDeep = checkDepth(tokens);
  if (tooDeep !== undefined) return { expr: undefined, issues: [...issues, tooDeep] };
  const { expr, problems } = grammar.run(tokens);
  for (const error of grammar.errors) issues.push(...syntaxIssues(error, { text, tokens }));
  issues.push(...problems);
  return { expr: issues.length === 0 ? expr : undefined, issues };
}

/** Tells whether a call is one of the two logical operators, which take any number of arguments. */
export function isLogical(name: string): boolean {
  return name === OPERATORS.and || name === OPERATORS.or;
}
