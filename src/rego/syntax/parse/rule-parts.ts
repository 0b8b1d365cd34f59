/** What rules and their `else` branches are made of: blocks, made-up bodies, arguments whose wildcards are new. */
import type { Span } from "../../source/source.ts";
import type { Body, Head, Rule, Term } from "../ast.ts";
import { isWildcard } from "../names.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** Parses a body up to `}`. Whatever token stands first is taken for the opening brace, as OPA does after a broken literal. */
export function parseBlock(p: Cursor): Body | undefined {
  p.scan();
  const body = p.grammar.body(p, kinds.rightBrace);
  if (body !== undefined) p.scan();
  return body;
}

/** Returns arguments in which each wildcard is a new variable. */
export function renewWildcards(p: Cursor, args: Head["args"]): Head["args"] {
  return args?.map((arg) => (arg.kind === "var" && isWildcard(arg.name) ? { ...arg, name: p.wildcard() } : arg));
}

/** Returns the body that is made up for a rule without one. */
export function trueBody(span: Span | undefined): Body {
  const term: Term = { kind: "boolean", span, value: true };
  return [{ kind: "term-expr", span, index: 0, negated: false, generated: false, with: [], term }];
}

/** Builds a rule. */
export function ruleOf(
  head: Head,
  body: Body,
  span: Span | undefined,
  rest: { readonly isDefault?: boolean; readonly generatedBody?: boolean; readonly else?: Rule | undefined },
): Rule {
  return {
    kind: "rule",
    span,
    isDefault: rest.isDefault ?? false,
    head,
    body,
    generatedBody: rest.generatedBody ?? false,
    else: rest.else,
    annotations: [],
  };
}
