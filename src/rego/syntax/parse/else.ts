/** Parses an `else` branch and those that follow it. https://www.openpolicyagent.org/docs/latest/policy-language/#else-keyword */
import type { Body, Head, Rule, Term } from "../ast.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import { relocated } from "./relocate.ts";
import { parseBlock, renewWildcards, ruleOf, trueBody } from "./rule-parts.ts";

/** Parses an `else` branch of a rule with the given head. */
export function parseElse(p: Cursor, head: Head): Rule | undefined {
  if (!p.enter()) return undefined;
  const rule = parseBranch(p, head);
  p.leave();
  return rule;
}

function parseBranch(p: Cursor, head: Head): Rule | undefined {
  const first = p.here();
  const renewed: Head = { ...head, span: first, args: renewWildcards(p, head.args), generatedValue: false };
  p.scan();
  const own = parseBranchHead(p, renewed, first.start);
  if (own === undefined) return undefined;
  const hasIf = p.kind === kinds.if;
  const hasBody = hasIf || p.kind === kinds.leftBrace;
  if (hasIf) {
    p.headsWithIf.add(own);
    p.scan();
  }
  const isBlock = p.kind === kinds.leftBrace;
  const body = isBlock ? parseBlock(p) : hasBody ? parseLiteralBody(p) : trueBody(first);
  if (body === undefined) return undefined;
  const hasNext = hasBody && p.kind === kinds.else;
  const otherwise = hasNext ? parseElse(p, head) : undefined;
  if (hasNext && otherwise === undefined) return undefined;
  const span = p.since(first.start);
  // A body that is not a block has the place of the whole branch.
  const placed = isBlock ? body : relocated(body, span);
  return ruleOf(own, placed, span, { else: otherwise, generatedBody: !hasBody });
}

function parseBranchHead(p: Cursor, head: Head, start: number): Head | undefined {
  switch (p.kind) {
    case kinds.leftBrace:
    case kinds.if: {
      const value: Term = { kind: "boolean", span: undefined, value: true };
      return { ...head, value, generatedValue: true };
    }
    case kinds.assign:
    case kinds.unify: {
      const assign = p.kind === kinds.assign;
      p.scan();
      const value = p.grammar.infix(p, false);
      return value && { ...head, assign, value, span: p.since(start) };
    }
    default:
      return void p.unexpected("expected else value term or rule body");
  }
}

function parseLiteralBody(p: Cursor): Body | undefined {
  if (p.kind === kinds.eof) return void p.unexpected("rule body expected");
  const literal = p.grammar.literal(p, 0);
  return literal && [literal];
}
