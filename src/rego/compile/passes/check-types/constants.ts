/** Constant terms as values: how types are keyed. Sets become arrays, as in JSON. */
import type { Term } from "../../../syntax/ast.ts";
import { printTerm } from "../../../syntax/print.ts";
import { compareValues } from "../../../values/compare.ts";
import { numberFromText } from "../../../values/number.ts";
import { setKey } from "../../../values/object.ts";
import type { Value } from "../../../values/value.ts";

/** Returns the JSON value of a constant term, or nothing when it is not constant. */
export function constantOf(term: Term): Value | undefined {
  switch (term.kind) {
    case "null":
      return null;
    case "boolean":
    case "string":
      return term.value;
    case "number":
      return numberFromText(term.text);
    case "array":
      return listOf(term.items);
    case "set":
      return listOf(term.items)?.toSorted(compareValues);
    case "object":
      return objectOf(term.entries);
    default:
      return undefined;
  }
}

function listOf(items: readonly Term[]): Value[] | undefined {
  const values: Value[] = [];
  for (const item of items) {
    const value = constantOf(item);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

// A key that is no string is its text.
function objectOf(entries: readonly (readonly [Term, Term])[]): Value | undefined {
  const object: { [key: string]: Value } = {};
  for (const [keyTerm, valueTerm] of entries) {
    const key = constantOf(keyTerm);
    const value = constantOf(valueTerm);
    if (key === undefined || value === undefined) return undefined;
    setKey(object, typeof key === "string" ? key : printTerm(keyTerm), value);
  }
  return object;
}
