/**
 * The bound on nesting, checked on the tokens before the recursive parser sees them, so that no expression can exhaust the stack. cel-go
 * allows 250 levels; chains of selections, operators and conditionals count like brackets.
 */
import type { IToken } from "chevrotain";
import type { Issue } from "./issue.ts";
import * as t from "./tokens.ts";

const MAX_DEPTH = 250;
const OPENING: ReadonlySet<unknown> = new Set([t.LeftParen, t.LeftBracket, t.LeftBrace]);
const CLOSING: ReadonlySet<unknown> = new Set([t.RightParen, t.RightBracket, t.RightBrace]);
// Logical operators are kept flat, so they do not deepen the tree; a comma starts a new chain.
const CHAINING: ReadonlySet<unknown> = new Set([
  t.Dot,
  t.Question,
  t.Plus,
  t.Minus,
  t.Star,
  t.Slash,
  t.Percent,
  t.EqualsEquals,
  t.NotEquals,
  t.Less,
  t.LessEquals,
  t.Greater,
  t.GreaterEquals,
  t.In,
]);
const SEPARATING: ReadonlySet<unknown> = new Set([t.Comma, t.AndAnd, t.OrOr]);

/** Finds where the nesting of an expression goes beyond the limit. */
export function checkDepth(tokens: readonly IToken[]): Issue | undefined {
  // One counter per open bracket: how long the chain at that level is, and the sum of those below.
  const chains: number[] = [0];
  let below = 0;
  for (const token of tokens) {
    const last = chains.length - 1;
    if (OPENING.has(token.tokenType)) {
      below += (chains[last] ?? 0) + 1;
      chains.push(0);
    } else if (CLOSING.has(token.tokenType) && last > 0) {
      chains.pop();
      below -= (chains[last - 1] ?? 0) + 1;
      // A bracket in a chain of calls deepens it as a dot does.
      chains[last - 1] = (chains[last - 1] ?? 0) + (token.tokenType === t.RightBracket ? 1 : 0);
    } else if (CHAINING.has(token.tokenType)) {
      chains[last] = (chains[last] ?? 0) + 1;
    } else if (SEPARATING.has(token.tokenType)) {
      chains[last] = 0;
    }
    if (below + (chains[chains.length - 1] ?? 0) > MAX_DEPTH)
      return { at: -1, message: `expression recursion limit exceeded: ${MAX_DEPTH}` };
  }
  return undefined;
}
