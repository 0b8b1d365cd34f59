/** The full path of a rule, and the part of it that is constant. */
import type { Package, Rule, Term } from "../../syntax/ast.ts";
import { isGround } from "../../syntax/ground.ts";

/** Returns the path of a rule: its package and its name, `data.p.q[x]`. */
export function pathOfRule(pkg: Package, rule: Rule): readonly [Term, ...Term[]] {
  const [name, ...steps] = rule.head.reference;
  const first: Term = name.kind === "var" ? { kind: "string", value: name.name, span: name.span } : name;
  return [...pkg.path, first, ...steps];
}

/** Returns the front of a path whose steps are constant. */
export function groundPrefix(path: readonly Term[]): readonly Term[] {
  const end = path.findIndex((step, at) => at > 0 && !isGround(step));
  return end < 0 ? path : path.slice(0, end);
}
