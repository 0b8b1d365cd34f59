/**
 * Parses the head of a rule: its name or reference, its arguments, and a `contains` key or a value.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#rules
 */
import type { Head, Term } from "../ast.ts";
import { printReference } from "../print.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";
import { parseRef, rootOf } from "./ref.ts";

type Reference = Head["reference"];

/** Parses a head, from a word. */
export function parseHead(p: Cursor, isDefault: boolean): Head | undefined {
  const { start } = p;
  const term = parseName(p);
  if (term === undefined) return void p.unexpected("expected rule head name");
  // `set()` is a term of its own, and no head.
  if (term.kind !== "var" && term.kind !== "ref" && term.kind !== "call") return undefined;
  const [reference, args] = partsOf(term);
  if (reference[0].kind !== "var" && term.kind === "call") {
    return void p.unexpected(`rule head ref ${printReference(reference)} invalid`);
  }
  const name = reference.length === 1 && reference[0].kind === "var" ? reference[0].name : "";
  const base = { kind: "head", name, reference, args, key: undefined, value: undefined, assign: false, generatedValue: false } as const;
  if (p.kind === kinds.contains) return parseKey(p, start, base);
  const assign = p.kind === kinds.assign;
  const value = assign || p.kind === kinds.unify ? parseValue(p, base, isDefault) : undefined;
  const isFunction = args !== undefined && args.length > 0;
  const head: Omit<Head, "span"> = { ...base, args: isFunction ? args : undefined, value, assign };
  const needsValue = value === undefined && (reference.length !== 2 || isFunction);
  return { ...(needsValue ? { ...head, value: trueTerm, generatedValue: true } : head), span: p.since(start) };
}

/** OPA gives the value that it makes up here no place. */
const trueTerm: Term = { kind: "boolean", span: undefined, value: true };

function partsOf(term: Term): readonly [Reference, readonly Term[] | undefined] {
  if (term.kind === "call") return [term.operator.path, term.args];
  return [term.kind === "ref" ? term.path : [term], undefined];
}

function parseKey(p: Cursor, start: number, base: Omit<Head, "span">): Head {
  const example = (): string => `(e.g., ${printReference(base.reference)} contains <VALUE> { ... })`;
  if (base.args !== undefined) p.unexpected(`the contains keyword can only be used with multi-value rule definitions ${example()}`);
  p.scan();
  const key = p.grammar.infix(p, false);
  if (key === undefined) p.unexpected(`expected rule key term ${example()}`);
  const head = { ...base, key, span: p.since(start) };
  p.headsWithContains.add(head);
  return head;
}

function parseValue(p: Cursor, { reference, args }: Omit<Head, "span">, isDefault: boolean): Term | undefined {
  const assign = p.kind === kinds.assign;
  p.scan();
  const value = p.grammar.infix(p, false);
  if (value !== undefined) return value;
  const name = printReference(reference);
  if (!assign) p.unexpected(`expected rule value term (e.g., ${name}[<nil>] = <VALUE> { ... })`);
  else if ((args?.length ?? 0) > 0) p.unexpected(`expected function value term (e.g., ${name}(...) := <VALUE> { ... })`);
  else if (isDefault) p.unexpected(`expected default rule value term (e.g., default ${name} := <VALUE>)`);
  else p.unexpected(`expected rule value term (e.g., ${name} := <VALUE> { ... })`);
  return undefined;
}

/** Reads the name with its reference and arguments; unlike elsewhere a blank may stand before `.`, `[` and `(`. */
function parseName(p: Cursor): Term | undefined {
  const { start } = p;
  const head = p.variable();
  p.scanToBlank();
  if (p.kind === kinds.whitespace) p.scan();
  else if (isOperator(p)) p.unexpected();
  if (p.kind === kinds.leftParen || p.kind === kinds.dot || p.kind === kinds.leftBracket) return parseRef(p, head, start);
  return rootOf(head);
}

function isOperator({ kind }: Cursor): boolean {
  return kind >= kinds.plus && kind <= kinds.lessOrEqual && kind !== kinds.unify && kind !== kinds.assign && kind !== kinds.in;
}
