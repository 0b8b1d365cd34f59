/** Checks default rules: their value must be constant and the arguments of a default function distinct variables. */
import type { Span } from "../../source/source.ts";
import type { Head, Node, Term } from "../ast.ts";
import { childrenOf } from "../child-keys.ts";
import { typeNameOf } from "../names.ts";
import type { Cursor } from "./cursor.ts";

/** Says whether the head of a default rule is sound; notes what is not. */
export function checkDefaultRule(p: Cursor, head: Head, span: Span): boolean {
  if (head.value === undefined) {
    p.error("illegal default rule (must have a value)", span);
    return false;
  }
  const faults = [...faultsOfValue(head.value)];
  if (faults.length === 0) faults.push(...faultsOfArgs(head.args ?? []));
  for (const fault of faults) p.error(`illegal default rule (${fault})`, span);
  return faults.length === 0;
}

/** Comprehensions are closed over their own variables, so they count as constant. */
function* faultsOfValue(node: Node): Generator<string> {
  switch (node.kind) {
    case "array-comprehension":
    case "set-comprehension":
    case "object-comprehension":
      return;
    case "ref":
    case "var":
    case "call":
      yield `value cannot contain ${node.kind}`;
      return;
    default:
      for (const child of childrenOf(node)) yield* faultsOfValue(child);
  }
}

function* faultsOfArgs(args: readonly Term[]): Generator<string> {
  const seen = new Set<string>();
  for (const arg of args) {
    if (arg.kind !== "var") yield `arguments cannot contain ${typeNameOf(arg)}`;
    else if (seen.has(arg.name)) yield `arguments cannot be repeated ${arg.name}`;
    else seen.add(arg.name);
  }
}
