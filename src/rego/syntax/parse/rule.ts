/**
 * Parses a rule with its bodies and its `else` branches. Out: one rule per body block, or nothing; nothing without an error means that
 * the text is no rule with a body, and the statement is then read as a query. https://www.openpolicyagent.org/docs/latest/policy-language/#rules
 */
import type { Span } from "../../source/source.ts";
import type { Body, Head, Rule } from "../ast.ts";
import { isGround } from "../ground.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import { checkDefaultRule } from "./default-rule.ts";
import { parseElse } from "./else.ts";
import { parseHead } from "./head.ts";
import { relocated } from "./relocate.ts";
import { parseBlock, renewWildcards, ruleOf, trueBody } from "./rule-parts.ts";

/** Parses a rule, or several of one head when bodies are chained. */
export function parseRules(p: Cursor): readonly Rule[] | undefined {
  const first = p.here();
  p.takeRefKeyword();
  const isDefault = p.kind === kinds.default;
  if (isDefault) {
    p.scan();
    p.takeRefKeyword();
  }
  if (p.kind !== kinds.ident) return undefined;
  const written = parseHead(p, isDefault);
  if (written === undefined) return undefined;
  if (isDefault) return checkDefaultRule(p, written, first) ? [ruleOf(written, trueBody(first), first, { isDefault })] : undefined;

  const hasContains = p.headsWithContains.has(written);
  const hasIf = p.kind === kinds.if;
  const head = hasContains ? written : headOfKind(written, hasIf);
  if (head === undefined) return undefined;
  if (hasContains) p.headsWithContains.add(head);
  if (!hasIf && p.kind !== kinds.leftBrace) {
    if (!hasContains) return undefined;
    // OPA shows only the first word for the body that it makes up.
    return [ruleOf(head, trueBody(first), head.span, { generatedBody: true })];
  }
  if (hasIf) p.headsWithIf.add(head);
  const body = hasIf ? parseIf(p) : parseBlock(p);
  return body && parseRest(p, first.start, head, body);
}

function parseRest(p: Cursor, start: number, head: Head, body: Body): readonly Rule[] | undefined {
  let otherwise: Rule | undefined;
  if (p.kind === kinds.else && !p.takeRefKeyword()) {
    if (head.reference.length > 1 && !head.reference.slice(1).every(isGround)) {
      return void p.error("else keyword cannot be used on rules with variables in head", p.here());
    }
    if (head.key !== undefined) return void p.error("else keyword cannot be used on multi-value rules", p.here());
    otherwise = parseElse(p, head);
    if (otherwise === undefined) return undefined;
  }
  const rules = [ruleOf(head, body, p.since(start), { else: otherwise })];
  while (p.kind === kinds.leftBrace) {
    if (otherwise !== undefined) return void p.error("expected else keyword", p.here());
    const { start: from } = p;
    const chained = parseBlock(p);
    if (chained === undefined) return undefined;
    const span = p.since(from);
    rules.push(ruleOf(chainedHead(p, head, span), chained, span, {}));
  }
  return rules;
}

/** A further body has the head of the first, placed at the body and with wildcards of its own. */
function chainedHead(p: Cursor, head: Head, span: Span): Head {
  const { args, key, value } = relocated({ args: renewWildcards(p, head.args), key: head.key, value: head.value }, span);
  const next = { ...head, span, args, key, value };
  if (p.headsWithIf.has(head)) p.headsWithIf.add(next);
  if (p.headsWithContains.has(head)) p.headsWithContains.add(next);
  return next;
}

/**
 * Decides what a head of two terms means: with `if`, `p[x]` is one value at the key `x`; without it is an element `x` of the set `p`,
 * unless it has a value. Nothing if the name is no variable.
 */
function headOfKind(head: Head, hasIf: boolean): Head | undefined {
  const [root, key] = head.reference;
  const isFunction = (head.args?.length ?? 0) > 0;
  if (head.reference.length !== 2 || key === undefined) return head;
  if (hasIf) {
    const keyed = (!isGround(key) || key.kind === "ref") && !isFunction ? { ...head, key } : head;
    if (head.value === undefined) return { ...keyed, value: { kind: "boolean", span: head.span, value: true }, generatedValue: true };
    return root.kind === "var" ? { ...keyed, name: root.name } : undefined;
  }
  if (isFunction) return head;
  if (root.kind !== "var") return undefined;
  return { ...head, name: root.name, key, reference: head.value === undefined ? [root] : head.reference };
}

/** After `if`: one literal, else a block. A set is never false and so no sensible literal: `{ x }` is a block. */
function parseIf(p: Cursor): Body | undefined {
  p.scan();
  const before = p.save();
  const literal = p.grammar.literal(p, 0);
  if (literal !== undefined && !(literal.kind === "term-expr" && literal.term.kind === "set")) return [literal];
  p.restore(before);
  return parseBlock(p);
}
