/** Comprehensions inside a tree, the variables they use and how deeply they nest: what the checker needs to remember their types. */
import type { Comprehension, Expr, Term } from "../../../syntax/ast.ts";

type Parts = readonly (Term | Expr)[];

function isComprehension(node: Term | Expr): node is Comprehension {
  return node.kind === "array-comprehension" || node.kind === "set-comprehension" || node.kind === "object-comprehension";
}

/** Returns the comprehensions below a node, those inside other comprehensions left out, in the order they are written. */
export function comprehensionsIn(node: Term | Expr): readonly Comprehension[] {
  const found: Comprehension[] = [];
  collect(partsOf(node), found);
  return found;
}

function collect(parts: Parts, found: Comprehension[]): void {
  for (const part of parts) {
    if (isComprehension(part)) found.push(part);
    else if (mayHold(part)) collect(partsOf(part), found);
  }
}

function mayHold(part: Term | Expr): boolean {
  return part.kind !== "var" && part.kind !== "string" && part.kind !== "number";
}

/** Returns the names of all variables that a comprehension uses, at any depth. */
export function variablesIn(term: Comprehension): readonly string[] {
  const names = new Set<string>();
  collectNames(partsOf(term), names);
  names.delete("data");
  names.delete("input");
  return [...names];
}

function collectNames(parts: Parts, names: Set<string>): void {
  for (const part of parts) {
    if (part.kind === "var") names.add(part.name);
    else collectNames(partsOf(part), names);
  }
}

/** Returns how many comprehensions are nested in one, itself included; counting stops at the limit. */
export function nestingOf(term: Comprehension, limit: number): number {
  if (limit <= 1) return 1;
  return 1 + comprehensionsIn(term).reduce((most, inner) => Math.max(most, nestingOf(inner, limit - 1)), 0);
}

const NOTHING: Parts = [];

/** Returns the terms and expressions directly below a node, in the order OPA visits them; the operators of calls are left out. */
export function partsOf(node: Term | Expr): Parts {
  switch (node.kind) {
    case "ref":
      return node.path;
    case "array":
    case "set":
      return node.items;
    case "object":
      return node.entries.flat();
    case "array-comprehension":
    case "set-comprehension":
      return [node.head, ...node.body];
    case "object-comprehension":
      return [node.key, node.value, ...node.body];
    case "call":
      return node.args;
    case "template":
      return node.parts;
    case "term-expr":
      return [node.term, ...modifiersOf(node)];
    case "call-expr":
      return node.with.length === 0 ? node.args : [...node.args, ...modifiersOf(node)];
    case "some-expr":
      return [...node.symbols, ...modifiersOf(node)];
    case "every-expr":
      return [...(node.key ? [node.key] : []), node.value, node.domain, ...node.body, ...modifiersOf(node)];
    case "not-expr":
      return [...node.body, ...modifiersOf(node)];
    default:
      return NOTHING;
  }
}

function modifiersOf(expression: Expr): readonly Term[] {
  return expression.with.flatMap(({ target, value }) => [target, value]);
}
