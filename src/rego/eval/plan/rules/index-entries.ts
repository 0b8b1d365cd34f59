/**
 * Reads which conditions of a rule an index can answer: equality of a document's path or a parameter with a constant, membership, a path that only has
 * to be defined. OPA's index decides which rules run, and in which order, so that what it can see must be seen here.
 * https://www.openpolicyagent.org/docs/latest/policy-performance/#use-indexed-statements
 */
import type { Expr, RefTerm, Rule, Term } from "../../../syntax/ast.ts";
import { isConstant } from "../../../syntax/constant.ts";
import { printTerm } from "../../../syntax/print.ts";
import { numberFromText } from "../../../values/number.ts";
import type { Value } from "../../../values/value.ts";
import { operatorName } from "../names.ts";
import { isPlainPath } from "./index-paths.ts";

/** A path under `input` or `data`, or a parameter. */
export type IndexRef =
  | { readonly kind: "path"; readonly name: string; readonly ref: RefTerm }
  | { readonly kind: "parameter"; readonly name: string; readonly position: number };

/** What a path must be; `any` with a name stands for a variable that takes the value. */
export type IndexValue =
  | { readonly kind: "any"; readonly name: string }
  | { readonly kind: "scalar"; readonly value: Value }
  | { readonly kind: "array"; readonly items: readonly IndexValue[] };

/** One condition. */
export interface IndexEntry {
  readonly ref: IndexRef;
  readonly value: IndexValue;
  /** The value is compared with the parts of the text between these characters. */
  readonly delimiters?: string;
}

/** What the index knows while it reads one rule. */
interface Reading {
  readonly rule: Rule;
  readonly isVirtual: (ref: RefTerm) => boolean;
  readonly entries: IndexEntry[];
  readonly constants: Map<string, Term>;
  /** Told of each condition, for the frequency of its path. */
  readonly seen: (ref: IndexRef) => void;
}

// Bodies with these are never left out.
const NEVER_SKIPPED: ReadonlySet<string> = new Set(["internal.print", "internal.test_case"]);

/** Returns the conditions of a rule. */
export function indexEntries(rule: Rule, isVirtual: (ref: RefTerm) => boolean, seen: (ref: IndexRef) => void): readonly IndexEntry[] {
  if (rule.body.some((expr) => expr.kind === "call-expr" && NEVER_SKIPPED.has(operatorName(expr.operator)))) return [];
  const reading: Reading = { rule, isVirtual, entries: [], constants: new Map(), seen };
  for (const expr of rule.body) readExpression(expr, reading);
  return reading.entries;
}

function readExpression(expr: Expr, reading: Reading): void {
  if (expr.with.length > 0 || expr.negated) return;
  if (expr.kind === "term-expr") {
    if (expr.term.kind === "ref" && isValid(expr.term, reading))
      insert({ ref: pathOf(expr.term), value: { kind: "any", name: "" } }, reading);
    return;
  }
  if (expr.kind !== "call-expr") return;
  const [a, b, c] = expr.args;
  const name = operatorName(expr.operator);
  if (name === "glob.match" && a && b && c && expr.args.length === 3) readGlob(a, b, c, reading);
  if (!a || !b || expr.args.length !== 2) return;
  if (name === "eq" || name === "equal") {
    if (readElement(a, b, reading) || readElement(b, a, reading)) return;
    if (!readEquality(a, b, reading)) readEquality(b, a, reading);
  } else if (name === "internal.member_2") readMembership(a, b, reading);
}

function isValid(ref: RefTerm, reading: Reading): boolean {
  return isPlainPath(ref) && !reading.isVirtual(ref);
}

function pathOf(ref: RefTerm): IndexRef {
  return { kind: "path", name: ref.path.map(stepName).join("\u0000"), ref };
}

function stepName(step: Term): string {
  if (step.kind === "var") return `v${step.name}`;
  if (step.kind === "string") return `s${step.value}`;
  return step.kind === "number" ? `n${step.text}` : printTerm(step);
}

/** `xs[_] = constant`: the value must be among the elements. */
function readElement(a: Term, b: Term, reading: Reading): boolean {
  if (a.kind !== "ref" || a.path.length < 2) return false;
  const [head, ...rest] = a.path;
  const last = rest.pop();
  if (last === undefined || isConstant(last)) return false;
  const front: RefTerm = { kind: "ref", path: [head, ...rest], span: a.span };
  if (!isValid(front, reading)) return false;
  const resolved = b.kind === "var" ? reading.constants.get(b.name) : b;
  const value = resolved && scalarOf(resolved);
  if (value === undefined) return false;
  insert({ ref: pathOf(front), value: { kind: "scalar", value } }, reading);
  return true;
}

function readEquality(a: Term, b: Term, reading: Reading): boolean {
  if (a.kind === "var" && a.name !== "input" && a.name !== "data") {
    if (isConstant(b)) reading.constants.set(a.name, b);
    const value = indexValue(b);
    const ref = value && resolve(a.name, reading);
    if (!value || !ref) return false;
    insert({ ref, value }, reading);
    return true;
  }
  if (a.kind !== "ref" || !isValid(a, reading)) return false;
  const other = b.kind === "var" ? (reading.constants.get(b.name) ?? b) : b;
  const value = indexValue(other) ?? (b.kind === "var" ? { kind: "any" as const, name: "" } : undefined);
  if (!value) return false;
  insert({ ref: pathOf(a), value }, reading);
  return true;
}

function readMembership(item: Term, collection: Term, reading: Reading): void {
  const ref = item.kind === "var" ? resolve(item.name, reading) : undefined;
  if (ref) {
    const values = collection.kind === "var" ? (reading.constants.get(collection.name) ?? collection) : collection;
    for (const member of membersOf(values)) insert({ ref, value: indexValue(member) ?? { kind: "any", name: "" } }, reading);
    return;
  }
  const known = item.kind === "var" ? (reading.constants.get(item.name) ?? item) : item;
  if (item.kind !== "var" && scalarOf(item) === undefined) return;
  const into = collection.kind === "ref" ? (isValid(collection, reading) ? pathOf(collection) : undefined) : undefined;
  const resolved = into ?? (collection.kind === "var" ? resolve(collection.name, reading) : undefined);
  if (resolved?.kind !== "path" || !isValid(resolved.ref, reading)) return;
  insert({ ref: resolved, value: indexValue(known) ?? { kind: "any", name: "" } }, reading);
}

/** `glob.match("a.*", ["."], x)`: the parts of the text, in which a lone `*` is any part. */
function readGlob(pattern: Term, delimiters: Term, text: Term, reading: Reading): void {
  const between = delimitersOf(delimiters);
  const items = between === undefined || pattern.kind !== "string" ? undefined : globParts(pattern.value, between);
  const ref = text.kind === "var" ? resolve(text.name, reading) : undefined;
  if (between !== undefined && items && ref) insert({ ref, value: { kind: "array", items }, delimiters: between }, reading);
}

function delimitersOf(term: Term): string | undefined {
  if (term.kind !== "array") return undefined;
  const texts = term.items.map((item) => (item.kind === "string" ? item.value : undefined));
  if (texts.includes(undefined)) return undefined;
  return texts.length === 0 ? "." : texts.join("");
}

function globParts(pattern: string, delimiters: string): readonly IndexValue[] | undefined {
  const parts = splitAt(pattern, delimiters);
  if (parts.some((part) => part !== "*" && /[[?{*\\]/.test(part))) return undefined;
  return parts.map((part) => (part === "*" ? { kind: "any", name: "*" } : { kind: "scalar", value: part }));
}

/** Returns the parts of a text between delimiters of one character each. */
export function splitAt(text: string, delimiters: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (!delimiters.includes(text.charAt(i))) continue;
    parts.push(text.slice(from, i));
    from = i + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

function membersOf(collection: Term): readonly Term[] {
  if (collection.kind === "array" || collection.kind === "set") return collection.items;
  return collection.kind === "object" ? collection.entries.map(([, value]) => value) : [];
}

/** Returns the path or parameter that a variable was bound to. */
function resolve(name: string, reading: Reading): IndexRef | undefined {
  const bound = reading.entries.find(({ value }) => value.kind === "any" && value.name === name);
  if (bound) return bound.ref;
  const position = (reading.rule.head.args ?? []).findIndex((argument) => argument.kind === "var" && argument.name === name);
  return position < 0 ? undefined : { kind: "parameter", name: `args\u0000${position}`, position };
}

function insert(entry: IndexEntry, reading: Reading): void {
  const { entries } = reading;
  reading.seen(entry.ref);
  for (let i = 0; i < entries.length; i++) {
    const other = entries[i] as IndexEntry;
    if (other.ref.name !== entry.ref.name) continue;
    if (sameValue(other.value, entry.value)) return;
    if (entry.value.kind !== "any" && other.value.kind === "any") {
      entries[i] = entry;
      return;
    }
  }
  entries.push(entry);
}

function sameValue(a: IndexValue, b: IndexValue): boolean {
  if (a.kind === "any" || b.kind === "any") return a.kind === "any" && b.kind === "any" && a.name === b.name;
  return JSON.stringify(a) === JSON.stringify(b);
}

function scalarOf(term: Term): Value | undefined {
  switch (term.kind) {
    case "null":
      return null;
    case "boolean":
    case "string":
      return term.value;
    case "number":
      return numberFromText(term.text);
    default:
      return undefined;
  }
}

/** Returns what the index can compare with: scalars, variables, and arrays of these. */
function indexValue(term: Term): IndexValue | undefined {
  const scalar = scalarOf(term);
  if (scalar !== undefined) return { kind: "scalar", value: scalar };
  if (term.kind === "var") return { kind: "any", name: term.name };
  if (term.kind !== "array") return undefined;
  const items = term.items.map((item) => (item.kind === "array" ? undefined : indexValue(item)));
  return items.every((item) => item !== undefined) ? { kind: "array", items: items as readonly IndexValue[] } : undefined;
}
