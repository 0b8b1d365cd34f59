/** The full paths of rules. */
import type { Module, Rule, Term } from "../syntax/ast.ts";

/** Returns the path of a rule: its package and its name, `data.p.q[x]`. */
export function fullPath(module: Module, rule: Rule): readonly [Term, ...Term[]] {
  const [name, ...steps] = rule.head.reference;
  const first: Term = name.kind === "var" ? { kind: "string", value: name.name, span: name.span } : name;
  return [...module.package.path, first, ...steps];
}
