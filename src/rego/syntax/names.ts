/** Names that have a meaning of their own, and the names that error texts give to the types of terms. */
import type { Term } from "./ast.ts";

/** Says whether a name is that of a root document. */
export function isRootName(name: string): boolean {
  return name === "data" || name === "input";
}

/** Says whether a variable stands for `_`. */
export function isWildcard(name: string): boolean {
  return name.startsWith("$");
}

const typeNames: { readonly [K in Term["kind"]]: string } = {
  null: "null",
  boolean: "boolean",
  number: "number",
  string: "string",
  var: "var",
  ref: "ref",
  array: "array",
  object: "object",
  set: "set",
  "array-comprehension": "arraycomprehension",
  "set-comprehension": "setcomprehension",
  "object-comprehension": "objectcomprehension",
  call: "call",
  template: "templatestring",
};

/** Returns the name of a term's type, as OPA's texts and JSON give it. */
export function typeNameOf(term: Term): string {
  return typeNames[term.kind];
}
