/** Terms that are the same in every evaluation: what rule values, index entries and types may be read from before a program runs. */
import type { Term } from "./ast.ts";

/** Tells whether a term is a scalar or made of constants only. */
export function isConstant(term: Term): boolean {
  switch (term.kind) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return true;
    case "array":
    case "set":
      return term.items.every(isConstant);
    case "object":
      return term.entries.every(([key, value]) => isConstant(key) && isConstant(value));
    default:
      return false;
  }
}
