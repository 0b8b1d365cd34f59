/** Constant steps of references. */
import type { Term } from "../../syntax/ast.ts";
import { numberFromText } from "../../values/number.ts";
import type { Value } from "../../values/value.ts";

/** Returns the value of a scalar term; undefined for every other term. */
export function planKey(term: Term): Value | undefined {
  switch (term.kind) {
    case "string":
    case "boolean":
      return term.value;
    case "number":
      return numberFromText(term.text);
    case "null":
      return null;
    default:
      return undefined;
  }
}
